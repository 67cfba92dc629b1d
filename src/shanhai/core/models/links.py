"""Links by which people without an account open one task or one statement on their phone."""

from __future__ import annotations

from django.db import models

from shanhai.core.link_rules import Stage
from shanhai.core.models.base import Versioned


class PhoneLink(Versioned):
    """A link that opens one thing for one person (手机链接).

    Of the token only its hash is kept, of the phone number a keyed hash and its last four digits, of the phone that it
    is bound to a hash of the key in that phone's cookie: nothing here lets anybody in.
    """

    STATE = ("stage", "expires_at", "wrong_tries", "bound_at")

    class Role(models.TextChoices):
        DRIVER = "driver"
        FARMER = "farmer"
        TEACHER = "teacher"
        STUDENT = "student"
        INVESTOR = "investor"
        BOOKKEEPER = "bookkeeper"
        VILLAGE = "village"
        ENTERPRISE = "enterprise"
        RECEIVER = "receiver"
        OTHER = "other"

    code = models.CharField(max_length=12, unique=True)  # names it in lists and in the address of its pages
    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=60)  # signed in by a field: "office.rate_answer"
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    # Not named "pairing": entries about the link itself are its organisation's alone, not read by all sides.
    of_pairing = models.ForeignKey("core.Pairing", models.PROTECT, null=True, blank=True, related_name="+")
    # Who answers for it, and whom the person may call.
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="phone_links")
    issued_by = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Before the last extension, for its undo.
    extended_at = models.DateTimeField(null=True, blank=True)
    expired_before = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=80)
    role = models.CharField(max_length=12, choices=Role.choices)
    phone_digest = models.CharField(max_length=64)
    phone_last = models.CharField(max_length=4)
    call = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=8, choices=[(str(s), str(s)) for s in Stage], default="unused")
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    device_digest = models.CharField(max_length=64, blank=True)
    bound_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["-issued_at", "-id"]
        indexes = [
            models.Index(fields=["unit", "issued_at", "id"], name="link_unit_issued"),
            models.Index(fields=["unit", "expires_at", "id"], name="link_unit_expires"),
            # For auditors, who see the links of all units.
            models.Index(fields=["issued_at", "id"], name="link_issued"),
            models.Index(fields=["expires_at", "id"], name="link_expires"),
            models.Index(fields=["subject_kind", "subject_id"], name="link_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(stage="bound") | (~models.Q(device_digest="") & ~models.Q(bound_at=None)),
                name="link_bound_to_a_phone",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="unused") | models.Q(device_digest=""), name="link_unused_by_all"
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="done") | ~models.Q(done_at=None), name="link_done_at"
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="revoked") | ~models.Q(revoked_at=None), name="link_revoked_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.holder} ****{self.phone_last}"

    @property
    def url(self) -> str:
        """Address of its page, for those who issue it."""
        return f"/office/links/{self.code}/"
