"""Technical problems that firms and villages post, the answers of the other side, and what came of them."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import InPairing, Sourced, Titled, Versioned, Worded, choices, in_language
from shanhai.fields.pairing.models.base import SIDES
from shanhai.fields.pairing.rules import technical as rules

INDUSTRIES = (
    "agriculture",
    "food",
    "bamboo",
    "ceramics",
    "metal",
    "machinery",
    "vehicles",
    "electrical",
    "medicine",
    "textiles",
    "energy",
    "services",
)
RESULTS = [("", ""), *choices(rules.TechnicalResult)]


class TechnicalProblem(Titled, Worded, InPairing, Sourced, Versioned):
    """A technical problem (技术难题) of a firm or village; whoever posted it decides when both sides see it."""

    STATE = (
        "number",
        "title_zh",
        "industry",
        "stage",
        "shared_on",
        "accepted_id",
        "result",
        "effect_fen",
        "rating",
    )

    number = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    industry = models.CharField(max_length=12, choices=[(one, one) for one in INDUSTRIES])
    asker = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    asker_unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=SIDES)
    stage = models.CharField(max_length=9, choices=choices(rules.TechnicalStage), default="open")
    posted_on = models.DateField()
    # Until then the asker and the public bodies of its side see it; from then on everybody with a seat.
    shared_on = models.DateField(null=True, blank=True)
    answers_n = models.PositiveIntegerField(default=0)
    accepted = models.ForeignKey(
        "pairing.TechnicalAnswer", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The side whose answer was taken.
    solved_by = models.CharField(max_length=10, choices=SIDES, blank=True)
    # The technology matching at which it was matched, if one was held.
    activity = models.ForeignKey("pairing.Activity", models.PROTECT, null=True, blank=True, related_name="+")
    result = models.CharField(max_length=8, choices=RESULTS, blank=True)
    effect = models.TextField(blank=True)
    effect_en = models.TextField(blank=True)
    # What it saves or earns in a year, shown by a paper.
    effect_fen = models.BigIntegerField(default=0)
    paper = models.CharField(max_length=200, blank=True)
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-posted_on", "-id"]
        indexes = [
            models.Index(
                fields=["zone", "posted_on", "id", "stage", "industry", "side"], name="technical_zone_posted"
            ),
            models.Index(fields=["pairing", "closed_on", "id"], name="technical_pairing_closed"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(effect_fen__gte=0), name="technical_effect_not_below"),
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__gte=1, rating__lte=5),
                name="technical_rating_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh[:60]}"

    @property
    def effect_said(self) -> str:
        """What came of it, in the reader's language."""
        return in_language(self.effect, self.effect_en)

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/pairing/technical-problems/{self.number}/"


class TechnicalAnswer(Worded, models.Model):
    """What a firm or expert says how a technical problem can be solved; nothing of the thread is taken out of it."""

    problem = models.ForeignKey(TechnicalProblem, models.CASCADE, related_name="answers")
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=10, choices=SIDES)
    on = models.DateField()
    text = models.TextField()
    text_en = models.TextField(blank=True)

    class Meta:
        ordering = ["problem", "id"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.organisation_id} {self.on}"
