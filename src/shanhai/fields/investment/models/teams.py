"""Investment teams: what they are to bring in a year, where they go, and what they cost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shanhai.core.models.base import InPairing, OfOrganisation, Sourced, Versioned, choices, in_language
from shanhai.core.models.visibility import Visible
from shanhai.fields.investment.rules import teams as rules


class Team(OfOrganisation, InPairing, Visible, Sourced, Versioned):
    """An investment team (招商小组): an office in the other region, or people who travel a region."""

    STATE = (
        "organisation_id", "base_zh", "base_en", "area_zh", "area_en", "opened_on", "closed_on", "reach", "owner_side",
    )  # fmt: skip

    organisation = models.OneToOneField("core.Organisation", models.PROTECT, related_name="+")
    base_zh = models.CharField(max_length=120, blank=True)  # where it sits
    base_en = models.CharField(max_length=160, blank=True)
    area_zh = models.CharField(max_length=200, blank=True)  # where it goes
    area_en = models.CharField(max_length=240, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["organisation__name_sort", "id"]
        indexes = [models.Index(fields=["zone", "id"], name="team_zone")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")), name="team_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def base(self) -> str:
        """Where it sits, in the reader's language."""
        return in_language(self.base_zh, self.base_en)

    @property
    def area(self) -> str:
        """Where it goes, in the reader's language."""
        return in_language(self.area_zh, self.area_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/teams/{self.code}/"


class _OfTeam(Versioned):
    """A part of a team, in its pairing."""

    PART_OF = "team"
    SHOWN_WITH = "team"

    class Meta:
        abstract = True

    @property
    def pairing_id(self) -> int:
        """The pairing of its team."""
        return int(self.team.pairing_id)  # type: ignore[attr-defined]


class TeamYear(_OfTeam, Sourced):
    """What a team is to do in a year (年度目标); what is empty is no target."""

    STATE = ("team_id", "year", "target_stops", "target_leads", "target_signed", "target_fen", "budget_fen")

    team = models.ForeignKey(Team, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    target_stops = models.PositiveIntegerField(null=True, blank=True)
    target_leads = models.PositiveIntegerField(null=True, blank=True)
    target_signed = models.PositiveIntegerField(null=True, blank=True)
    target_fen = models.BigIntegerField(null=True, blank=True)  # of signed investment
    budget_fen = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["team", "year"]
        constraints = [models.UniqueConstraint(fields=["team", "year"], name="team_year_once")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.year}"


class TeamCost(_OfTeam, Sourced):
    """Money of a team that was spent (招商经费); never deleted, only taken back."""

    STATE = ("code", "on", "kind", "amount_fen", "taken_back_on")

    team = models.ForeignKey(Team, models.PROTECT, related_name="costs")
    code = models.CharField(max_length=60, unique=True)
    on = models.DateField()
    kind = models.CharField(max_length=11, choices=choices(rules.CostKind))
    amount_fen = models.BigIntegerField()
    about = models.CharField(max_length=200, blank=True)  # the voucher, or what it went on
    taken_back_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["team", "on", "id"]
        indexes = [models.Index(fields=["team", "on"], name="team_cost_on")]
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="team_cost_above_zero")]

    def __str__(self) -> str:
        return self.code


class Stop(InPairing, Sourced, Versioned):
    """One stop of an itinerary (行程): a day, a place and whom the team speaks to.

    What was said at a lead stands in the log of the lead and not here; at a firm that is no lead yet, here.
    """

    STATE = (
        "number", "team_id", "on", "time", "way", "lead_id", "firm", "member_id", "place_zh", "place_en", "purpose_zh",
        "purpose_en", "stage", "done_on",
    )  # fmt: skip
    PART_OF = "team"
    SHOWN_WITH = "team"

    team = models.ForeignKey(Team, models.PROTECT, related_name="stops")
    number = models.CharField(max_length=40, unique=True)
    on = models.DateField()
    time = models.CharField(max_length=5, blank=True)
    way = models.CharField(max_length=8, default="visit")
    lead = models.ForeignKey("investment.Lead", models.PROTECT, null=True, blank=True, related_name="stops")
    firm = models.CharField(max_length=120, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    purpose_zh = models.CharField(max_length=200, blank=True)
    purpose_en = models.CharField(max_length=240, blank=True)
    stage = models.CharField(max_length=9, choices=choices(rules.StopStage), default="planned")
    done_on = models.DateField(null=True, blank=True)
    people = models.CharField(max_length=160, blank=True)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["zone", "on", "id", "stage", "team", "way"], name="stop_zone_on"),
            models.Index(fields=["team", "on", "id", "stage"], name="stop_team_on"),
            models.Index(fields=["pairing", "done_on", "id"], name="stop_pairing_done"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="done", done_on__isnull=False) | (~Q(stage="done") & Q(done_on=None)),
                name="stop_done_on",
            ),
            models.CheckConstraint(
                condition=Q(lead__isnull=False, firm="") | (Q(lead=None) & ~Q(firm="")), name="stop_at_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.on}"

    @property
    def whom(self) -> str:
        """At whom it is, in the reader's language."""
        return (self.lead.investor_said or self.lead.name) if self.lead is not None else self.firm

    @property
    def title_zh(self) -> str:
        """What it is called in Chinese: at whom, and what for."""
        whom = (self.lead.investor_zh or self.lead.name_zh) if self.lead is not None else self.firm
        return f"{whom}：{self.purpose_zh}" if self.purpose_zh else whom

    @property
    def title_en(self) -> str:
        """What it is called in English: at whom, and what for."""
        whom = self.firm
        if self.lead is not None:
            whom = self.lead.investor_en or self.lead.name_en or self.lead.investor_zh or self.lead.name_zh
        purpose = self.purpose_en or self.purpose_zh
        return f"{whom}: {purpose}" if purpose else whom

    @property
    def place(self) -> str:
        """Where it is, in the reader's language."""
        return in_language(self.place_zh, self.place_en)

    @property
    def purpose(self) -> str:
        """What for, in the reader's language."""
        return in_language(self.purpose_zh, self.purpose_en)

    @property
    def text_said(self) -> str:
        """What was said at a firm, in the reader's language."""
        return in_language(self.text_zh, self.text_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/investment/stops/{self.number}/"
