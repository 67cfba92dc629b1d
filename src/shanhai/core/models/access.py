"""Who holds which role, and the tokens of programs."""

from __future__ import annotations

from django.db import models


class RoleGrant(models.Model):
    """A role given to a member from one day to another (角色)."""

    member = models.ForeignKey("core.Member", models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["member", "role", "from_on"]
        constraints = [
            models.UniqueConstraint(fields=["member", "role", "from_on"], name="role_granted_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"


class ApiToken(models.Model):
    """A program's key: stored as a hash, limited to scopes, revocable, expiring."""

    member = models.ForeignKey("core.Member", models.PROTECT, related_name="tokens", db_index=False)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    # Space-separated capability prefixes: "registry pairing.view" ; "*" for all that the member may do.
    scopes = models.CharField(max_length=400, default="*")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(
        max_length=200, blank=True
    )  # the administrator's, where it was not the owner
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-expires_at", "-id"]
        indexes = [
            # By the day on which they end, those that work and those that ran out are one stretch each.
            models.Index(fields=["expires_at", "id"], name="token_until"),
            models.Index(fields=["member", "expires_at", "id"], name="token_member_until"),
            models.Index(fields=["name", "id"], name="token_name"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"
