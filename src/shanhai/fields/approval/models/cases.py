"""Cases of joint review: the file, its items and opinions, its materials, its stops and its letters."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shanhai.core.models.base import Sourced, Versioned, choices, in_language
from shanhai.core.models.visibility import Visible
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock, replies

_OPEN = [str(one) for one in rules.OPEN_STAGES]
_LIVE = [str(one) for one in rules.LIVE]


class Case(Visible, Sourced, Versioned):
    """One investment project under joint review (审批件), by the version of a catalogue with which it began.

    Whoever decides on an item moves this row first: the decisions of one file follow one another, those of different
    files do not wait.
    """

    STATE = ("number", "stage", "mode", "received_on", "accepted_on", "closed_on", "gaps_on", "reach")
    PART_OF = "project"
    ALSO_SORTED = "planned_on"

    number = models.CharField(max_length=40, unique=True)
    # How often the code of its public page was issued anew, and whether the latest one is revoked.
    code_no = models.PositiveSmallIntegerField(default=0)
    is_code_revoked = models.BooleanField(default=False)
    # What the approval platform of the province calls it, where it came from there.
    platform_number = models.CharField(max_length=40, null=True, blank=True, unique=True)
    project = models.ForeignKey("investment.Project", models.PROTECT, related_name="+")
    catalogue = models.ForeignKey("approval.CatalogueVersion", models.PROTECT, related_name="cases")
    pairing = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    zone = models.ForeignKey("core.Pairing", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    # The side of the land: its departments decide, those of the other side advise.
    side = models.CharField(max_length=10, blank=True)
    mode = models.CharField(max_length=6, choices=choices(rules.Mode), default="joint")
    stage = models.CharField(max_length=9, choices=choices(rules.CaseStage), default="filing")
    filed_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)
    # What is missing or wrong, named once: material to what is wrong with it.
    gaps_on = models.DateField(null=True, blank=True)
    gaps = models.JSONField(default=dict, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    is_deemed = models.BooleanField(default=False)  # accepted by the days that went by, not by an officer
    # Planned when it was accepted: the end of its longest path.
    planned_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    n_items = models.PositiveSmallIntegerField(default=0)
    open_items = models.PositiveSmallIntegerField(default=0)  # not yet decided
    # Working days from acceptance to the end, by the three clocks; known when it is closed.
    calendar_days = models.PositiveSmallIntegerField(null=True, blank=True)
    government_days = models.PositiveSmallIntegerField(null=True, blank=True)
    owner_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was withdrawn

    class Meta:
        ordering = ["-filed_on", "-id"]
        indexes = [
            models.Index(fields=["zone", "filed_on", "id"], name="case_zone_filed"),
            models.Index(fields=["zone", "planned_on", "id"], name="case_zone_planned"),
            # The planned end is looked at in the index: among the newest few are past it.
            models.Index(
                fields=["zone", "stage", "filed_on", "id", "planned_on"], name="case_zone_stage_filed"
            ),
            models.Index(fields=["stage", "received_on", "id"], name="case_stage_received"),
            models.Index(fields=["pairing", "closed_on", "id"], name="case_pairing_closed"),
            # What leads the list is counted from this alone: few cases are open, and each lies on a page of its own.
            models.Index(
                fields=["zone", "stage", "planned_on", "pairing", "reach", "owner_side", "owner_unit", "id"],
                condition=Q(stage__in=_OPEN),
                name="case_zone_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "catalogue"],
                condition=Q(stage__in=_OPEN),
                name="case_runs_once",
            ),
            models.CheckConstraint(condition=Q(open_items__lte=F("n_items")), name="case_open_items"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title_zh(self) -> str:
        """The Chinese name of its project."""
        return self.project.name_zh

    @property
    def title_en(self) -> str:
        """The English name of its project."""
        return self.project.name_en

    @property
    def is_closed(self) -> bool:
        """Whether it is over."""
        return self.stage in rules.CLOSED

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/approval/cases/{self.number}/"


class CaseItem(Versioned):
    """An item of a case (审批事项): who decides it, what it waits for, until when, and how it ended.

    ``left_before`` and ``left_opinions`` are guards: what it still waits for.
    """

    STATE = (
        "code", "state", "step", "left_before", "opens_on", "due_on", "decided_on", "decision", "extra_days",
        "rests_to",
    )  # fmt: skip
    SHOWN_WITH = "case"
    PART_OF = "case"

    case = models.ForeignKey(Case, models.CASCADE, related_name="items")
    code = models.CharField(max_length=30)
    place = models.PositiveSmallIntegerField()  # in the order of the catalogue
    phase = models.PositiveSmallIntegerField()  # the stage of the catalogue
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=10)
    department = models.CharField(max_length=30)
    department_zh = models.CharField(max_length=120)
    department_en = models.CharField(max_length=160, blank=True)
    # The unit that decides; a department that has none here is written down for by the unit that keeps the case.
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    is_absent = models.BooleanField(default=False)
    steps = models.CharField(max_length=20, default="handle")
    step = models.CharField(max_length=6, default="handle")
    promised_days = models.PositiveSmallIntegerField()
    co_days = models.PositiveSmallIntegerField(default=0)  # of the opinions of other departments
    extra_days = models.PositiveSmallIntegerField(default=0)
    extended_on = models.DateField(null=True, blank=True)
    after = models.JSONField(default=list)  # codes that it waits for
    # Those that wait for it: [code, promised days, days of opinions], so that deciding reads no catalogue.
    then = models.JSONField(default=list)
    # Whom it asks when it opens: [key of the opinion, key of the unit, role].
    asks = models.JSONField(default=list)
    materials = models.JSONField(default=list)
    levers = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=choices(rules.State), default="waiting")
    left_before = models.PositiveSmallIntegerField(default=0)
    left_opinions = models.PositiveSmallIntegerField(default=0)
    left_papers = models.PositiveSmallIntegerField(default=0)  # promised by the applicant, and not there yet
    # Services that run and for which it does not stand still: asked while it waited, it stands still when it opens.
    services_out = models.PositiveSmallIntegerField(default=0)
    disagreed = models.PositiveSmallIntegerField(default=0)
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    co_due_on = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=8, blank=True)  # how high it has climbed since it is overdue
    # What a lower step of the unit proposes; it takes effect with the last step.
    draft = models.CharField(max_length=8, blank=True)
    draft_reasons = models.CharField(max_length=1000, blank=True)
    # "platform" where the approval platform of the province decided and the item did not run to its end here.
    channel = models.CharField(max_length=9, blank=True)
    decision = models.CharField(max_length=8, choices=choices(replies.Decision), blank=True)
    reasons = models.CharField(max_length=1000, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    # Working days for which it stood still, for the owner and by law; those of the government once it is decided.
    owner_days = models.PositiveSmallIntegerField(default=0)
    granted_days = models.PositiveSmallIntegerField(default=0)
    government_days = models.PositiveSmallIntegerField(null=True, blank=True)
    result_zh = models.CharField(max_length=120, blank=True)
    result_en = models.CharField(max_length=160, blank=True)
    # What the result says of itself: proposed with the draft, in force once the item is approved.
    certificate = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    # The last day on which all certificates hold that it rests on; none where none of them runs out. Kept here, so that
    # deciding reads no other row.
    rests_to = models.DateField(null=True, blank=True)
    # Why it is approved on a certificate that has run out.
    relies = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["case", "place"]
        indexes = [
            models.Index(
                fields=["rests_to", "id"],
                condition=Q(state__in=_LIVE, rests_to__isnull=False),
                name="case_item_rests_to",
            ),
            models.Index(fields=["unit", "state", "due_on", "id"], name="case_item_unit_due"),
            models.Index(fields=["state", "due_on", "id"], name="case_item_state_due"),
            models.Index(fields=["state", "co_due_on", "id"], name="case_item_state_co_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="case_item_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "stopped"]) | Q(left_before=0, opens_on__isnull=False),
                name="case_item_opens_after_all",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_on__isnull=False) & ~Q(decision=""),
                name="case_item_decided_how",
            ),
            models.CheckConstraint(
                # What a lower step proposes may leave the first day to the decision.
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=False, valid_to__gte=F("valid_from"))
                | Q(valid_from__isnull=True) & ~Q(state="decided"),
                name="case_item_valid_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} ({self.code})"

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def department_name(self) -> str:
        """The name of the department that decides it, in the reader's language."""
        return in_language(self.department_zh, self.department_en)

    @property
    def result(self) -> str:
        """What it gives, in the reader's language."""
        return in_language(self.result_zh, self.result_en)

    @property
    def limit_days(self) -> int:
        """Working days that it may take."""
        return self.promised_days + self.extra_days

    @property
    def ladder(self) -> list[str]:
        """The steps of its unit, in order."""
        return self.steps.split()

    @property
    def is_last_step(self) -> bool:
        """Whether what is said now takes effect."""
        return self.step == self.ladder[-1]

    @property
    def is_running(self) -> bool:
        """Whether it is open or stands still."""
        return self.state in rules.RUNNING

    @property
    def address(self) -> str:
        """Where on the page of its case it stands."""
        return f"{self.case.url}#{self.code}"

    def deed(self, verb: str) -> str:
        """Address of what is done to it: ``decide``, ``return``, ``undo``. Written out: an inbox has four hundred of them."""
        return f"{self.case.url}items/{self.code}/{verb}/"


class Opinion(Versioned):
    """What another department is asked about an item, and what its reply counts as (会办意见)."""

    STATE = ("role", "step", "reply", "counts_as", "why", "replied_on")
    SHOWN_WITH = "item"
    PART_OF = "item"

    item = models.ForeignKey(CaseItem, models.CASCADE, related_name="opinions")
    role = models.CharField(max_length=6, choices=choices(replies.Role))
    department = models.CharField(max_length=30)
    department_zh = models.CharField(max_length=120)
    department_en = models.CharField(max_length=160, blank=True)
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="+")
    is_absent = models.BooleanField(default=False)
    side = models.CharField(max_length=10, blank=True)
    steps = models.CharField(max_length=20, default="handle")
    step = models.CharField(max_length=6, default="handle")
    draft = models.CharField(max_length=200, blank=True)
    draft_reasons = models.CharField(max_length=1000, blank=True)
    reply = models.CharField(max_length=200, blank=True)
    reasons = models.CharField(max_length=1000, blank=True)
    counts_as = models.CharField(max_length=8, choices=choices(replies.Reply), blank=True)
    why = models.CharField(max_length=11, choices=choices(replies.Why), blank=True)
    replied_on = models.DateField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")
    # A paper or telephone opinion that somebody wrote down in the department's name, with its scan.
    channel = models.CharField(max_length=9, blank=True)
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["item", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "department", "role"], name="opinion_once")]
        indexes = [
            models.Index(fields=["unit", "replied_on", "id"], name="opinion_unit_replied"),
            models.Index(fields=["why", "replied_on", "id"], name="opinion_why_replied"),
        ]

    def __str__(self) -> str:
        return f"{self.department_zh} on {self.item_id}"

    @property
    def department_name(self) -> str:
        """The name of the department, in the reader's language."""
        return in_language(self.department_zh, self.department_en)

    @property
    def ladder(self) -> list[str]:
        """The steps of its unit, in order."""
        return self.steps.split()

    def deed(self, verb: str) -> str:
        """Address of what is done to it: ``reply``, ``return``, ``undo``."""
        return self.item.deed(f"opinions/{self.department}/{verb}")

    @property
    def is_last_step(self) -> bool:
        """Whether what is said now takes effect."""
        return self.step == self.ladder[-1]

    @property
    def is_silent(self) -> bool:
        """Whether no reply came by the deadline."""
        return self.why == replies.Why.SILENCE


class Material(Versioned):
    """A paper of the file (材料), by its code in the catalogue: uploaded once, shared by all items that ask for it."""

    STATE = ("code", "n_versions", "is_promised", "promised_on", "brought_on")
    SHOWN_WITH = "case"
    PART_OF = "case"

    case = models.ForeignKey(Case, models.CASCADE, related_name="materials")
    code = models.CharField(max_length=30)
    place = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    is_major = models.BooleanField(default=True)
    may_come_later = models.BooleanField(default=False)  # every item that asks for it lets it be deferred
    may_be_covered = models.BooleanField(
        default=False
    )  # every item that asks for it may be decided on a letter
    asked_by = models.JSONField(default=list)  # codes of items
    n_versions = models.PositiveSmallIntegerField(default=0)
    # The applicant promises to bring it before the decision of the items that ask for it.
    is_promised = models.BooleanField(default=False)
    # What was promised stays on record once it is there: when it was promised, and when it was brought.
    promised_on = models.DateField(null=True, blank=True)
    brought_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["case", "place"]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="material_once"),
            models.CheckConstraint(
                condition=Q(is_promised=False) | Q(promised_on__isnull=False, brought_on__isnull=True),
                name="material_promised_when",
            ),
            models.CheckConstraint(
                condition=Q(brought_on__isnull=True) | Q(brought_on__gte=F("promised_on")),
                name="material_brought_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} ({self.code})"

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def may_be_promised(self) -> bool:
        """Whether the file is complete without it once the applicant has promised it."""
        return rules.may_be_promised(self.is_major, self.may_come_later, self.may_be_covered)


class MaterialVersion(models.Model):
    """One version of a material (材料版本); the latest counts, the others stay to be read."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    on = models.DateField()
    # What the pre-check found when it was brought: [code, sentence in English, facts].
    findings = models.JSONField(default=list, blank=True)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["material", "-number"]
        constraints = [models.UniqueConstraint(fields=["material", "number"], name="material_version_once")]

    def __str__(self) -> str:
        return f"{self.material_id} v{self.number}"


class Stop(models.Model):
    """A clock that stands still (停表): why, shown by which paper, from when, until when at most, and until when it did."""

    item = models.ForeignKey(CaseItem, models.CASCADE, related_name="stops")
    reason = models.CharField(max_length=13, choices=choices(clock.StopReason))
    whose = models.CharField(max_length=6, choices=choices(clock.Whose))
    text = models.CharField(max_length=500)
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.CharField(max_length=200)
    from_on = models.DateField()
    most_days = models.PositiveSmallIntegerField()
    until_on = models.DateField()  # at most; it goes on by itself then
    ended_on = models.DateField(null=True, blank=True)
    asked_on = models.DateField(null=True, blank=True)  # when the owner asked that it go on
    # Began by itself for services that were asked while the item waited; nobody has used the item by that.
    is_by_itself = models.BooleanField(default=False)
    member = models.ForeignKey("core.Member", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["item", "id"]
        indexes = [models.Index(fields=["ended_on", "until_on", "id"], name="stop_ended_until")]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(ended_on=None), name="stop_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("from_on")), name="stop_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.reason} {self.from_on}"

    @property
    def halt(self) -> clock.Halt:
        """It as the clock sees it."""
        return clock.Halt(self.from_on, self.ended_on, clock.Whose(self.whose))
