"""Reporting rounds: what an office asks of units, what each answered, and what it counted for."""

from __future__ import annotations

from django.db import models

from shanhai.core.models.base import Named, Versioned, choices, in_language
from shanhai.core.models.visibility import Visible
from shanhai.fields.office.rules import rounds as rules


class Round(Visible, Named, Versioned):
    """What an office asks of chosen units for a period, by a day (填报轮次)."""

    STATE = ("number", "name_zh", "name_en", "period", "due_on", "stage", "form_version", "repeats")

    number = models.CharField(max_length=40, unique=True)
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    opened_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField(max_length=12)  # as kernel.periods writes it: 2023, 2023Q3, 2023-09
    due_on = models.DateField()
    stage = models.CharField(max_length=10, choices=choices(rules.RoundStage), default="draft")
    # month, quarter or year: the next one opens by itself when its period is over. Empty: once.
    repeats = models.CharField(max_length=8, blank=True)
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    form_version = models.PositiveSmallIntegerField(default=1)
    about = models.CharField(max_length=500, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    merged_at = models.DateTimeField(null=True, blank=True)
    merged_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # The merged workbook, which is the evidence of what was counted.
    workbook = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    # What merging did about each target, and what taking it back undoes.
    outcomes = models.JSONField(default=list, blank=True)
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-due_on", "-id"]
        indexes = [
            models.Index(fields=["pairing", "due_on", "id"], name="round_pairing_due"),
            models.Index(fields=["pairing", "number", "id"], name="round_pairing_number"),
            models.Index(fields=["stage", "repeats", "id"], name="round_stage_repeats"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/office/rounds/{self.number}/"

    @property
    def standing(self) -> str:
        """``reported`` or ``illustrative``: what the source mark of a panel shows."""
        return "illustrative" if self.is_illustrative else "reported"


class RoundColumn(models.Model):
    """One question of a round's form."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="columns")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    type = models.CharField(max_length=8, default="decimal")
    unit = models.CharField(max_length=20, blank=True)
    is_required = models.BooleanField(default=True)
    least = models.BigIntegerField(null=True, blank=True)
    most = models.BigIntegerField(null=True, blank=True)
    # Codes of commitments or indicators that accepted values count for (``rules.targets_of``).
    feeds = models.CharField(max_length=1000, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    # The versions of the form that ask it; a question that was taken out keeps its values, out of the merge.
    since = models.PositiveSmallIntegerField(default=1)
    until = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["round", "rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code", "since"], name="round_column_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The heading in the reader's language."""
        return in_language(self.name_zh, self.name_en)


class RoundLine(models.Model):
    """A fixed row of a round's form: a village, a project, a month. A form without rows has one, without a code."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="lines")
    # Asked of this unit alone; of every unit where it is empty.
    unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=160, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["round", "rank", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name_zh, self.name_en)


class RoundAnswer(Versioned):
    """What one unit answers to a round. Its version is the guard of all its cells."""

    STATE = ("stage", "form_version", "confirmed_at", "accepted_at", "n_given", "n_returned")
    SHOWN_WITH = "round"

    round = models.ForeignKey(Round, models.PROTECT, related_name="answers")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=11, choices=choices(rules.AnswerStage), default="missing")
    # The version of the form that was filled in last.
    form_version = models.PositiveSmallIntegerField(default=1)
    filled_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    filled_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # SHA-256 over the values that the leader confirmed.
    digest = models.CharField(max_length=64, blank=True)
    accepted_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    # Why the whole answer is out: the office's word beside those of the cells.
    word = models.CharField(max_length=300, blank=True)
    handed_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="took_over")
    # So that a matrix of two hundred units reads no cells.
    n_given = models.PositiveIntegerField(default=0)
    n_returned = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["round", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="round_asks_once")]
        indexes = [models.Index(fields=["unit", "round"], name="answer_unit_round")]

    def __str__(self) -> str:
        return f"{self.round.number} {self.unit.organisation.name}"

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/office/rounds/{self.round.number}/{self.unit.code}/"

    @property
    def is_with_unit(self) -> bool:
        """Whether the unit still has to do something."""
        return self.stage in rules.WITH_UNIT


class RoundValue(models.Model):
    """One cell of an answer, with where it comes from (填报值). Written and read many at a time."""

    answer = models.ForeignKey(RoundAnswer, models.CASCADE, related_name="values")
    column = models.ForeignKey(RoundColumn, models.PROTECT, related_name="+")
    line = models.ForeignKey(RoundLine, models.PROTECT, related_name="+")
    # As core.sheets encodes it: whole fen, plain decimals, 2023-09-18.
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=choices(rules.CellState), default="given")
    # Why it was returned; it stays with the corrected value, so that the office sees what it asked.
    word = models.CharField(max_length=300, blank=True)
    returned_by = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # The source: who gave it, when, from which file (its SHA-256), and for which unit if that merged into this one.
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    from_unit = models.ForeignKey("core.Unit", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "column", "line"], name="cell_once"),
        ]

    def __str__(self) -> str:
        return self.text


class RoundFigure(models.Model):
    """What the accepted values of one unit add up to for one commitment or indicator, once the round is merged."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="figures")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    answer = models.ForeignKey(RoundAnswer, models.PROTECT, related_name="figures")
    target = models.CharField(max_length=80)  # code of a commitment or indicator
    side = models.CharField(max_length=10, blank=True)
    period = models.CharField(max_length=12)
    on = models.DateField()  # the last day of the period, or the day of merging before it
    value = models.DecimalField(max_digits=20, decimal_places=4)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # A later source of the same figure won; this one is kept and not counted.
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")

    class Meta:
        indexes = [models.Index(fields=["target", "pairing", "on"], name="round_figure_target")]
        constraints = [models.UniqueConstraint(fields=["answer", "target"], name="round_figure_once")]

    def __str__(self) -> str:
        return f"{self.target} {self.value}"
