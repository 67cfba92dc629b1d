"""Agreements: what parties of a pairing agreed in writing, and who signed."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Named, Sourced, Versioned, choices
from shanhai.core.models.visibility import Visible
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models.base import FIELDS
from shanhai.kernel import signing


class Agreement(InPairing, Visible, Named, Sourced, Versioned):
    """What two or more parties of a pairing agreed in writing (协议)."""

    STATE = (
        "number",
        "field",
        "name_zh",
        "name_en",
        "stage",
        "valid_from",
        "valid_to",
        "signed_on",
        "ended_on",
        "version_no",
        "supersedes_id",
        "terms_no",
        "signatures_left",
        "reach",
    )

    number = models.CharField(max_length=40, unique=True)
    field = models.CharField(max_length=12, choices=FIELDS)
    stage = models.CharField(max_length=8, choices=choices(rules.AgreementStage), default="draft")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    renewal_notice_days = models.PositiveSmallIntegerField()
    # valid_to less the notice days; empty for an agreement without an end. The sweep reads its index.
    notice_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    about = models.TextField(blank=True)
    version_no = models.PositiveSmallIntegerField(default=1)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    # Moves with every change of a term, so that a signature says which terms it stands under.
    terms_no = models.PositiveIntegerField(default=1)
    # Guard of the rule "in force when all parties signed": parties that have not signed yet.
    signatures_left = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        indexes = [
            # What filters ask stands behind the sort: rows that do not fit are left out before they are looked up.
            models.Index(
                fields=[lead, sort, "id", "stage", "field", "notice_on"], name=f"agreement_{lead}_{short}"
            )
            for lead in ("pairing", "zone")
            for sort, short in (
                ("number", "number"),
                ("name_sort", "name"),
                ("valid_to", "to"),
                ("signed_on", "signed"),
            )
        ] + [models.Index(fields=["stage", "notice_on", "id"], name="agreement_notice")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="agreement_forwards",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="signed") | models.Q(signed_on__isnull=False, signatures_left=0),
                name="agreement_signed_by_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return agreement_url(self.number)


def agreement_url(number: str) -> str:
    """Address of an agreement's page, where the row itself is not at hand."""
    return f"/pairing/agreements/{number}/"


class AgreementParty(models.Model):
    """That a party of the pairing is a party of the agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    party = models.ForeignKey("core.Party", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agreement", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="agreement_party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.number} {self.party.organisation.name_zh}"


class Signature(models.Model):
    """That a party signed: who, on which day, under which terms, and the scanned paper (签署)."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    party = models.ForeignKey("core.Party", models.PROTECT, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # The person as the paper names him; filled from the member where there is one.
    person = models.CharField(max_length=120, blank=True)
    on = models.DateField()
    terms_no = models.PositiveIntegerField()
    # SHA-256 of the terms as they were signed.
    terms_sha256 = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    # Signed on paper: the scan that was matched. Empty: confirmed in the system, or taken over from a file.
    copy = models.ForeignKey("core.SignedCopy", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["agreement", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="signed_once_by_a_party"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id} {self.on}"

    @property
    def way(self) -> str:
        """Which of the two "signed" means here: ``scan``, ``system``, or ``noted`` where a file only says so."""
        return signing.signed_way(
            has_copy=self.copy_id is not None, is_confirmed=self.confirmed_at is not None
        )
