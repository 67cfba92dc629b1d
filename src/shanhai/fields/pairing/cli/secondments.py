"""``shanhai pairing secondments ...``: officers sent to the other side, with tasks, appraisals and a handover."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions, columns, queries
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import Secondment
from shanhai.fields.pairing.queries import registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.kernel.refusals import NotNow, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Officers seconded in both directions.")
_WORDS = {
    "direction": columns.DIRECTIONS_OF_STAY,
    "profession": columns.PROFESSIONS,
    "stage": columns.STAY_STAGES,
    "grade": columns.GRADES,
}


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_secondments(
    pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """The officers seconded in both directions, latest first."""
    found = queries.secondments_of(shared.reader("view_secondments"), shared.pairing_of(pairing))
    headings = {"code": _("Code"), "person": _("Officer"), "direction": _("Direction")}
    headings |= {
        "host": _("Host organisation"),
        "post": _("Host post"),
        "from_on": _("From"),
        "to_on": _("To"),
    }
    headings |= {"stage": _("Stage")}
    found = found.order_by("-from_on", "-pk")
    shared.list_rows(tables.SECONDMENTS, found, _row, headings, _WORDS, as_json=as_json, as_csv=as_csv)


def _row(one: Secondment) -> dict[str, Any]:
    return {
        "code": one.code,
        "person": one.stay.person.name,
        "direction": one.direction,
        "host": one.stay.host.name,
        "post": one.stay.post_said,
        "from_on": one.from_on,
        "to_on": one.to_on,
        "stage": one.stay.stage,
    }


@app.command("show")
def show_secondment(code: str, as_json: AsJson = False) -> None:
    """One secondment whole: tasks, appraisals, handover."""
    one = queries.secondment_of(shared.reader("view_secondments"), code)
    stay = one.stay
    facts = _row(one) | {
        "profession": one.profession,
        "member": stay.person.code,
        "home": stay.home.name,
        "host_unit": one.host_unit.code,
        "ended_on": stay.ended_on,
        "successor": stay.successor.code if stay.successor else "",
        "handover": stay.handover_said,
        "source": one.source,
        "version": one.version,
    }
    headings = {
        "code": _("Code"),
        "person": _("Officer"),
        "member": _("Member"),
        "home": _("Home organisation"),
    }
    headings |= {"direction": _("Direction"), "profession": _("Profession"), "host": _("Host organisation")}
    headings |= {
        "host_unit": _("Unit that hosts"),
        "post": _("Host post"),
        "from_on": _("From"),
        "to_on": _("To"),
    }
    headings |= {"stage": _("Stage"), "ended_on": _("Ended"), "successor": _("Successor")}
    headings |= {"handover": _("What was handed over"), "source": _("Source"), "version": _("Version")}
    if not as_json:
        facts = shared.in_words([facts], _WORDS)[0]
    show_whole(facts, headings, [_tasks(one), _appraisals(one, as_json)], as_json=as_json)


def _tasks(one: Secondment) -> Part:
    rows = [
        {
            "id": task.pk,
            "title": task.title_said,
            "due_on": task.due_on,
            "done_on": task.done_on,
            "outcome": task.outcome_said,
        }
        for task in one.stay.tasks.all()
    ]
    headings = {"id": _("No."), "title": _("Task"), "due_on": _("Due"), "done_on": _("Done on")}
    return Part("tasks", _("Tasks"), rows, headings | {"outcome": _("What came of it")})


def _appraisals(one: Secondment, as_json: bool) -> Part:
    names = ("due_on", "is_final", "given_on", "grade", "text")
    rows: list[dict[str, Any]] = [
        {"id": line.pk} | {name: getattr(line, name) for name in names} for line in one.stay.appraisals.all()
    ]
    if not as_json:
        rows = shared.in_words(rows, _WORDS)
    headings = {"id": _("No."), "due_on": _("Due"), "is_final": _("Final"), "given_on": _("Given on")}
    return Part("appraisals", _("Appraisals"), rows, headings | {"grade": _("Grade"), "text": _("Appraisal")})


# -- writing -------------------------------------------------------------------------------------------------------


@app.command("new")
def second_officer(
    code: shared.NewCode,
    person: Annotated[str, typer.Argument(metavar="MEMBER", help="Code of the officer.")],
    host_unit: Annotated[
        str, typer.Option(metavar="CODE", help="Unit that hosts, and appraises the officer.")
    ],
    post: Annotated[str, given.text("--post", 120, "Post there, in Chinese.")],
    from_on: Annotated[date, given.a_day("--from", "First day.")],
    post_en: Annotated[str, given.text("--post-en", 160, "Post there, in English.")] = "",
    to_on: Annotated[
        date | None, given.a_day("--to", "Last day; the rulebook's usual term if left out.")
    ] = None,
    profession: Annotated[str, given.choice("--profession", columns.PROFESSIONS, "Profession")] = "cadre",
    task: Annotated[
        list[str] | None,
        typer.Option(parser=given.line(200), metavar="TEXT", help="A task; give it again for more."),
    ] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Send an officer to a post of the other side; the host unit is told."""
    within = shared.pairing_of(pairing)
    unit = shared.unit_of(within, host_unit)
    made = written(
        lambda: actions.second_officer(
            within,
            code=code,
            person=shared.member_of(within, person),
            host=unit.organisation,
            host_unit=unit,
            host_post=post,
            host_post_en=post_en,
            profession=profession,
            from_on=from_on,
            to_on=to_on,
            tasks=[(title, None) for title in task or ()],
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The secondment is planned; the host unit is told."), made, dry_run, as_json)


@app.command("task")
def give_task(
    code: str,
    title: Annotated[str, typer.Argument(parser=given.line(200), metavar="TEXT", help="What is to be done.")],
    en: Annotated[str, given.text("--en", 200, "The same in English.")] = "",
    due_on: Annotated[date | None, given.a_day("--due", "The day by which it is done.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a seconded officer one more task."""
    one = queries.secondment_of(acting(), code)
    made = written(
        lambda: actions.give_officer_task(one, title=title, title_en=en, due_on=due_on, by=acting()),
        dry_run=dry_run,
    )
    done(_("The task is given."), {"code": one.code, "task": made.pk}, dry_run=dry_run, as_json=as_json)


@app.command("finish-task")
def finish_task(
    code: str,
    task: Annotated[int, typer.Argument(metavar="TASK", help="No. of the task, as `show` has it.")],
    outcome: Annotated[
        str,
        typer.Option(parser=given.long_text, metavar="TEXT", help="What came of it; - is standard input."),
    ],
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write what came of a task."""
    one = queries.secondment_of(acting(), code)
    found = registered.task_of(one, task)
    day = on or clock.today()
    written(
        lambda: actions.finish_officer_task(one, found, on=day, outcome=outcome, by=acting()), dry_run=dry_run
    )
    facts = {"code": one.code, "task": found.pk}
    done(_("The outcome is on record."), facts, dry_run=dry_run, as_json=as_json)


@app.command("appraise")
def appraise(
    code: str,
    grade: Annotated[str, given.choice("--grade", columns.GRADES, "Grade")],
    text: Annotated[
        str,
        typer.Option(
            "--text",
            parser=given.long_text,
            metavar="TEXT",
            help="Once given it stands; - is standard input.",
        ),
    ],
    appraisal: Annotated[
        int | None, typer.Option(metavar="NO", help="No. as `show` has it; the next that waits if left out.")
    ] = None,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Appraise an officer, as the side that hosts."""
    one = queries.secondment_of(acting(), code)
    found = _waiting(one) if appraisal is None else registered.appraisal_of(one, appraisal)
    day = on or clock.today()
    written(
        lambda: actions.appraise(one, found, grade=grade, text=text, on=day, by=acting()), dry_run=dry_run
    )
    facts = {"code": one.code, "appraisal": found.pk, "due_on": found.due_on, "grade": grade}
    done(_("The appraisal is given."), facts, dry_run=dry_run, as_json=as_json)


def _waiting(one: Secondment) -> Any:
    found = next((line for line in one.stay.appraisals.all() if line.given_on is None), None)
    if found is None:
        raise NotNow(
            "pairing.all_appraised",
            gettext_noop(
                "All appraisals of secondment {secondment} are given. The next one is due when the "
                "secondment is prolonged."
            ),
            secondment=one.code,
        )
    return found


@app.command("prolong")
def prolong_secondment(
    code: str,
    to_on: Annotated[date, given.a_day("--to", "The new last day.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a secondment another last day."""
    one = queries.secondment_of(acting(), code)
    made = written(
        lambda: actions.prolong_secondment(one, to_on=to_on, reason=reason, by=acting()), dry_run=dry_run
    )
    _done(_("The last day is %s.") % words.day(made.to_on, "year"), made, dry_run, as_json)


@app.command("hand-over")
def end_secondment(
    code: str,
    successor: Annotated[str, typer.Option(metavar="CODE", help="Member who takes over.")],
    handover: Annotated[
        str,
        typer.Option(
            parser=given.long_text, metavar="TEXT", help="What is handed over; - is standard input."
        ),
    ],
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """End a secondment: only with a successor and a written handover."""
    one = queries.secondment_of(acting(), code)
    next_one = shared.member_of(one.pairing, successor)
    day = on or clock.today()
    made = written(
        lambda: actions.end_secondment(one, on=day, successor=next_one, handover=handover, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Handed over; the secondment has ended."), made, dry_run, as_json)


@app.command("cancel")
def cancel_secondment(
    code: str, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Call off a secondment that has not begun."""
    one = queries.secondment_of(acting(), code)
    made = written(lambda: actions.cancel_secondment(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The secondment is called off."), made, dry_run, as_json)


def _done(sentence: str, one: Secondment, dry_run: bool, as_json: bool) -> None:
    facts = {"code": one.code, "stage": str(one.stay.stage), "to_on": one.to_on, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
