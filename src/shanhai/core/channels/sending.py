"""Sending what is due: claimed by a conditional update, carried outside any transaction, its outcome kept.

Two senders at once claim different rows, so nothing goes twice. A message whose sender died over it may have arrived:
it becomes unclear and is sent again only by somebody who decides so. Network work runs in threads and touches no
database; of a broken robot only its own thread hears, and it rests longer after each failure.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from shanhai.core import ciphers, clock, rulebook
from shanhai.core.channels import mail, messages, planning, posting, quiet
from shanhai.core.channels.robots import ADAPTERS, Call, Outcome
from shanhai.core.models import Member, Robot, Sending
from shanhai.core.writing import action
from shanhai.kernel.refusals import NotConfigured

ADDRESS, SECRET = "address of a robot", "secret of a robot"
# So many messages are on the network at once, one of them a batch of mails.
AT_ONCE = 8
MAILS_OF_A_BATCH = 50
# A tick leaves the rest to the next one.
LONGEST_S = 40.0
# A sender that gave no outcome for this long is dead.
LOST_AFTER = timedelta(minutes=15)

Stage, Channel = Sending.Stage, Sending.Channel
Outcomes = list[tuple[str, Outcome]]


@dataclass(slots=True)
class Parcel:
    """Work for one thread: messages by their claims, and the robot that carries them."""

    carry: Callable[[], Outcomes]
    claims: list[str]
    robot: Robot | None = None


@dataclass(slots=True)
class Run:
    """One tick's sending."""

    now: datetime
    is_demo: bool = field(default_factory=planning.is_demo)
    began: float = field(default_factory=time.monotonic)
    robots_done: set[int] = field(default_factory=set)
    has_mail: bool = True
    sent: int = 0

    def is_over(self) -> bool:
        return time.monotonic() - self.began > LONGEST_S


def sweep(now: datetime) -> int:
    """The tick's part: send what is due; gives how many notices went out."""
    note_lost()
    drop_read(now)
    run = Run(now)
    if not waiting(now).exists():
        return 0
    running: dict[Future[Outcomes], Parcel] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="shanhai-sending") as pool:
        while True:
            if not run.is_over():
                for parcel in _claimed(run, AT_ONCE - len(running), _mail_runs(running)):
                    running[pool.submit(parcel.carry)] = parcel
            if not running:
                return run.sent
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                _note(run, running.pop(future), future)


def waiting(now: datetime) -> QuerySet[Sending]:
    """What is due at an instant and nobody has claimed."""
    return Sending.objects.filter(stage=Stage.WAITING, due_at__lte=now)


def _mail_runs(running: dict[Future[Outcomes], Parcel]) -> bool:
    return any(parcel.robot is None for parcel in running.values())


# -- claiming ------------------------------------------------------------------------------------------------------


def _claimed(run: Run, room: int, mail_runs: bool) -> list[Parcel]:
    """The next parcels: at most one of mails, each robot once a tick."""
    found: list[Parcel] = []
    if room and run.has_mail and not mail_runs:
        batch = _mails(run)
        if batch is None:
            run.has_mail = False
        else:
            found.append(batch)
    while len(found) < room:
        due = waiting(run.now).filter(
            channel=Channel.ROBOT, robot__is_active=True, robot__free_at__lte=clock.machine_now()
        )
        ids = (
            due.exclude(robot_id__in=run.robots_done).order_by("robot_id").values_list("robot_id", flat=True)
        )
        next_ids = list(ids.distinct()[: room - len(found)])
        if not next_ids:
            break
        for robot in Robot.objects.select_related("organisation", "unit").filter(pk__in=next_ids):
            run.robots_done.add(robot.pk)
            parcel = _of_robot(run, robot)
            if parcel is not None:
                found.append(parcel)
    return found


def _claim(due: QuerySet[Sending]) -> tuple[str, int]:
    """Take what is due for one place; nobody else has it then."""
    claim = uuid.uuid4().hex
    n = due.update(stage=Stage.GOING, claim=claim, claimed_at=clock.machine_now(), tries=F("tries") + 1)
    return claim, n


def _first_of(claim: str) -> list[Sending]:
    rows = Sending.objects.filter(claim=claim).select_related("fact", "notice")
    return list(rows.order_by("created_at", "pk")[: messages.MOST_LINES])


def _mails(run: Run) -> Parcel | None:
    """The mails of the next members, each with all that is due to them; None where nothing is."""
    due = waiting(run.now).filter(channel=Channel.MAIL)
    ids = list(due.order_by("member_id").values_list("member_id", flat=True).distinct()[:MAILS_OF_A_BATCH])
    if not ids:
        return None
    addressed = []
    for member in Member.objects.select_related("user").filter(pk__in=ids):
        # What tests and confirms an address goes by itself, and first.
        of_member = due.filter(member=member)
        alone = of_member.exclude(what=Sending.What.NOTICE).order_by("pk").first()
        mine = waiting(run.now).filter(pk=alone.pk) if alone else of_member
        claim, n = _claim(mine)
        if n:
            letter = messages.letter(member, _first_of(claim), n)
            addressed.append(mail.Addressed(claim, member.email, letter))
    to_files = run.is_demo
    return Parcel(lambda: list(mail.deliver(addressed, to_files)), [one.claim for one in addressed])


def _of_robot(run: Run, robot: Robot) -> Parcel | None:
    """The message of a robot with all that is due to its group, unless another sender has it just now."""
    if not _take_turn(robot):
        return None
    due = waiting(run.now).filter(channel=Channel.ROBOT, robot=robot)
    alone = due.exclude(what=Sending.What.NOTICE).order_by("pk").first()
    claim, n = _claim(waiting(run.now).filter(pk=alone.pk) if alone else due)
    if not n:
        return None
    try:
        address = ciphers.unseal(ADDRESS, robot.address_sealed)
        secret = ciphers.unseal(SECRET, robot.secret_sealed) if robot.secret_sealed else ""
    except NotConfigured:
        unreadable = Outcome("refused", "unreadable")
        return Parcel(lambda: [(claim, unreadable)], [claim], robot)
    message = messages.to_group(robot, _first_of(claim), n)
    # The platform compares the signature with its own clock, not with that of a demonstration.
    call = ADAPTERS[robot.kind].call(address, secret, message, clock.machine_now())
    kind, to_files = robot.kind, run.is_demo
    return Parcel(lambda: [(claim, _posted(kind, call, claim, to_files))], [claim], robot)


def _take_turn(robot: Robot) -> bool:
    """Move the robot's next free moment: messages keep so far apart that no minute has more than it may."""
    moment = clock.machine_now()
    apart = timedelta(seconds=60 / max(1, rulebook.whole("core.robot_messages_per_minute", clock.today())))
    free = Robot.objects.filter(pk=robot.pk, is_active=True, free_at__lte=moment)
    return bool(free.update(free_at=moment + apart))


# -- carrying: in a thread, without the database -------------------------------------------------------------------


def _posted(kind: str, call: Call, claim: str, to_files: bool) -> Outcome:
    if to_files:
        folder = mail.outbox()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{kind}-{claim}.json").write_bytes(call.body)
        return Outcome("sent")
    try:
        status, answer = posting.post(call)
    except posting.Unreached as error:
        return Outcome("later", error.code, error.said)
    return ADAPTERS[kind].outcome(status, answer)


# -- outcomes ------------------------------------------------------------------------------------------------------


def _note(run: Run, parcel: Parcel, future: Future[Outcomes]) -> None:
    """Keep how each message went; what a thread broke off over counts as not sent."""
    error = future.exception()
    broken = Outcome("later", "broken", type(error).__name__) if error else None
    outcomes = [(claim, broken) for claim in parcel.claims] if broken else future.result()
    for claim, outcome in outcomes:
        # Tried again where the database asks for it: a message that went must not look as if nobody knew.
        run.sent += action(note)(claim, outcome)
        if outcome.code == "server":
            run.has_mail = False
    if parcel.robot is not None and outcomes:
        action(_note_robot)(parcel.robot, outcomes[0][1])


def note(claim: str, outcome: Outcome) -> int:
    """Keep how a message went; gives how many notices arrived with it."""
    now = clock.now()
    # A sender that was given up as lost may come back with its outcome.
    rows = Sending.objects.filter(claim=claim, stage__in=[Stage.GOING, Stage.UNCLEAR])
    if outcome.fate == "sent":
        return rows.update(stage=Stage.SENT, tried_at=now, sent_at=now, error_code="", error="")
    failed = {"tried_at": now, "error_code": outcome.code[:40], "error": outcome.said[:300]}
    if outcome.fate == "refused":
        rows.update(stage=Stage.FAILED, **failed)
        return 0
    most = rulebook.whole("core.sending_tries", clock.today())
    rows.filter(tries__gte=most).update(stage=Stage.FAILED, **failed)
    for tries in rows.order_by("tries").values_list("tries", flat=True).distinct():
        again = max(quiet.next_try(now, tries), quiet.next_moment(now + timedelta(seconds=outcome.rest_s)))
        rows.filter(tries=tries).update(stage=Stage.WAITING, claim="", due_at=again, **failed)
    return 0


def _note_robot(robot: Robot, outcome: Outcome) -> None:
    row = Robot.objects.filter(pk=robot.pk)
    now, moment = clock.now(), clock.machine_now()
    if outcome.fate == "sent":
        row.update(failures=0, last_error="", last_sent_at=now)
        return
    failures = robot.failures + 1
    rest = max(timedelta(seconds=outcome.rest_s), timedelta(minutes=min(2 ** (failures - 1), 60)))
    said = f"{outcome.code} {outcome.said}".strip()[:300]
    row.update(
        failures=F("failures") + 1,
        last_error=said,
        last_failed_at=now,
        free_at=moment + rest,
    )


# -- upkeep --------------------------------------------------------------------------------------------------------


def lost() -> QuerySet[Sending]:
    """Claimed long ago, and no outcome."""
    return Sending.objects.filter(stage=Stage.GOING, claimed_at__lt=clock.machine_now() - LOST_AFTER)


def note_lost() -> int:
    """What a dead sender had in hand may have arrived: nobody sends it again by itself."""
    return lost().update(stage=Stage.UNCLEAR, error_code="lost")


def drop_read(now: datetime) -> int:
    """What a member has read on the page meanwhile need not be mailed."""
    read = waiting(now).filter(notice__read_at__isnull=False)
    gone = waiting(now).filter(Q(member__is_active=False) | Q(robot__is_active=False))
    return drop(read, "read") + drop(gone, "ended")


def drop(rows: QuerySet[Sending], code: str, chunk: int = 500) -> int:
    """Take what waits out of the queue, a chunk at a time."""
    n = 0
    while ids := list(rows.values_list("pk", flat=True)[:chunk]):
        n += _waiting_of(ids).update(stage=Stage.DROPPED, error_code=code)
    return n


def _waiting_of(ids: Iterable[int]) -> QuerySet[Sending]:
    return Sending.objects.filter(pk__in=list(ids), stage=Stage.WAITING)
