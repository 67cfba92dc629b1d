"""People: those who log in, and what they are in a unit."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from shanhai.core.models.base import Named, Versioned, in_language


class User(AbstractUser):
    """A login. What it may do comes from its memberships, never from the login itself."""

    language = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)


class Member(Named, Versioned):
    """A person in a unit of an organisation (成员). One login may be a member of several units."""

    STATE = ("name_zh", "name_en", "title", "unit_id", "is_active")

    # How far a program reaches that came in as this member by a key; None for people (``webkit.api.Token``).
    token_scopes: frozenset[str] | None = None

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="memberships")
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="members")
    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=80, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["name_sort", "id"]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="member_name"),
            models.Index(fields=["unit", "name_sort", "id"], name="member_unit_name"),
            models.Index(fields=["unit", "code", "id"], name="member_unit_code"),
        ]

    @property
    def title_said(self) -> str:
        """The post in the reader's language."""
        return in_language(self.title, self.title_en)


class Deputy(Versioned):
    """Who acts for a member, for dates or for good ("X for Y" on the record)."""

    STATE = ("from_on", "to_on", "ended_on")

    member = models.ForeignKey(Member, models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Member, models.PROTECT, related_name="stands_in_for")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(member=models.F("deputy")), name="deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.member_id}"
