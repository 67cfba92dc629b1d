"""Figures that offices set."""

from __future__ import annotations

from django.db import models


class RuleRow(models.Model):
    """A rulebook value that an office added on the record; immutable, a correction is a new row (规则值)."""

    code = models.CharField(max_length=80)
    # "agreement:12", "region:331181000000", "national".
    scope = models.CharField(max_length=60, default="national")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    value = models.TextField()  # canonical JSON
    status = models.CharField(max_length=10)  # verified, assumed
    source = models.CharField(max_length=300)
    known_at = models.DateTimeField()
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["code", "scope", "valid_from", "known_at", "id"]
        indexes = [models.Index(fields=["code", "scope", "valid_from"], name="rule_code_scope_from")]

    def __str__(self) -> str:
        return f"{self.code} {self.scope} {self.valid_from}"


class WorkdayNotice(models.Model):
    """The official notice of one year's holidays, loaded on the record (放假通知)."""

    year = models.PositiveSmallIntegerField()
    off_days = models.JSONField()  # ["2027-01-01", ...]
    work_days = models.JSONField()  # weekend days worked
    source = models.CharField(max_length=300)
    loaded_at = models.DateTimeField()
    by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["year", "loaded_at"]

    def __str__(self) -> str:
        return str(self.year)
