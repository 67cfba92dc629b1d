"""``shanhai approval case ...``: filed, handed in, accepted, decided, replied to, stopped."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import access
from shanhai.fields.approval.actions import certificates, deciding, filing, opinions, stopping
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import history, prechecks, said
from shanhai.fields.investment.queries import projects
from shanhai.fields.office.cli import shared
from shanhai.fields.registry.queries import papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Cases of joint review: filed, accepted, decided, replied to.")

Number = Annotated[str, typer.Argument(help="Its number.")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="Code of the item.")]
Department = Annotated[str, typer.Argument(metavar="DEPARTMENT", help="Code of the department.")]
Why = Annotated[str, given.text("--why", 300, "Why; others read it.")]
Reasons = Annotated[str, given.text("--reasons", 1000, "The reasons.")]
Paper = Annotated[int | None, typer.Option("--document", min=1, help="Number of a filed document.")]


def _case(number: str) -> Any:
    return queries.case_of(shared.reader("approval.view_cases"), number)


def _item(number: str, code: str) -> Any:
    return queries.item_of(shared.reader("approval.view_cases"), number, code)


def _opinion(number: str, code: str, department: str) -> Any:
    return queries.opinion_of(shared.reader("approval.view_cases"), number, code, department)


def _paper(number: int | None) -> Any:
    return papers.seen(shared.somebody(), number) if number is not None else None


def _row(one: Any) -> dict[str, Any]:
    names = (
        "number",
        "stage",
        "mode",
        "filed_on",
        "accepted_on",
        "planned_on",
        "closed_on",
        "n_items",
        "open_items",
    )
    return {name: getattr(one, name) for name in names} | {
        "project": one.project.number,
        "name": one.project.name,
        "enterprise": one.enterprise.name,
        "government_days": one.government_days,
    }


@app.command("list")
def list_cases(
    pairing: shared.PairingCode = "",
    stage: Annotated[str, given.choice("--stage", said.STAGES, "Stage", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The cases, latest first."""
    found = queries.cases_of(shared.reader("approval.view_cases"), shared.pairing_of(pairing))
    if stage:
        found = found.filter(stage=stage)
    headings = {
        "number": _("Number"),
        "name": _("Project"),
        "enterprise": _("Enterprise"),
        "stage": _("Stage"),
    }
    headings |= {"planned_on": _("Planned end"), "n_items": _("Items"), "open_items": _("Not decided")}
    headings |= {"government_days": _("Government wd")}
    rows = [_row(one) for one in found.order_by("-filed_on", "-pk")]
    if not (as_json or as_csv):
        rows = [row | {"stage": said.words(said.STAGES, row["stage"])} for row in rows]
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_case(number: Number, as_json: AsJson = False) -> None:
    """One case with its items and opinions."""
    one = _case(number)
    items = queries.whole(one)
    head = {"number": _("Number"), "name": _("Project"), "stage": _("Stage"), "filed_on": _("File opened")}
    head |= {
        "accepted_on": _("Accepted for review"),
        "planned_on": _("Planned end"),
        "closed_on": _("Closed"),
    }
    head |= {"government_days": _("Government wd"), "version": _("Version")}
    columns = {"code": _("Item"), "department": _("Decides"), "state": _("Status"), "due_on": _("Due")}
    columns |= {"decision": _("Decision"), "decided_on": _("Decided")}
    columns |= {"certificate": _("Certificate"), "valid_to": _("Valid to")}
    rows = [{name: getattr(item, name) for name in columns} for item in items]
    asked = [
        {
            "item": item.code,
            "department": row.department,
            "role": row.role,
            "counts_as": row.counts_as,
            "why": row.why,
            "replied_on": row.replied_on,
        }
        for item in items
        for row in item.opinions.all()
    ]
    opinion = {
        "item": _("Item"),
        "department": _("Department"),
        "role": _("Role"),
        "counts_as": _("Counts as"),
    }
    opinion |= {"why": _("Why"), "replied_on": _("Replied")}
    parts = [Part("items", _("Items"), rows, columns)]
    if access.may(acting(), "approval.view_opinions", pairing_id=one.pairing_id):
        parts.append(Part("opinions", _("Opinions"), asked, opinion))
    facts = _row(one) | {"version": one.version}
    show_whole(facts, head, parts, as_json=as_json)


@app.command("events")
def list_events(number: Number, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What happened to a case, in order."""
    names = {"at": _("When"), "activity": _("What"), "lifecycle": _("Lifecycle"), "unit": _("Unit")}
    names |= {"item": _("Item"), "detail": _("Detail"), "is_exact": _("Exact")}
    shared.reader("approval.view_opinions")
    rows = [{name: getattr(event, name) for name in names} for event in history.events_of(_case(number))]
    show(rows, names, as_json=as_json, as_csv=as_csv)


def _done(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    facts = (
        {"number": one.number, "stage": one.stage}
        if hasattr(one, "number")
        else {"code": one.code, "state": one.state}
    )
    done(sentence, facts | {"version": one.version}, dry_run=dry_run, as_json=as_json)


@app.command("file")
def file_case(
    project: Annotated[str, typer.Argument(help="Number of the project, or its project code.")],
    mode: Annotated[str, given.choice("--mode", said.MODES, "How it is reviewed")] = "joint",
    number: Annotated[str, given.text("--number", 40, "Its number; the system gives one by default.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Open the file of a project under the catalogue in force where it stands."""
    one = written(
        lambda: filing.file_case(
            projects.project_to_file(acting(), project), mode=mode, number=number, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Opened as %s.") % one.number, one, dry_run, as_json)


@app.command("bring")
def add_material(
    number: Number,
    material: Annotated[str, typer.Argument(help="Code of the material.")],
    document: Paper = None,
    name: Annotated[str, given.text("--name", 200, "Name of the paper, where it is not filed here.")] = "",
    dated_on: Annotated[
        date | None, typer.Option("--dated", parser=given.day, metavar="DAY", help="Day on the paper.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring a material once for all items."""
    one = queries.material_of(_case(number), material)
    paper = _paper(document)
    pages = prechecks.pages_in(one, paper)
    made = written(
        lambda: filing.add_material(
            one, document=paper, name=name, dated_on=dated_on, pages=pages, by=acting()
        ),
        dry_run=dry_run,
    )
    found = prechecks.said(made)
    facts = {"code": one.code, "n_versions": one.n_versions, "findings": found}
    done(" ".join([_("The material is there."), *found]), facts, dry_run=dry_run, as_json=as_json)


@app.command("hand-in")
def hand_in(
    number: Number,
    promised: Annotated[
        list[str] | None, typer.Option("--promise", help="A minor material that comes later.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Hand a file in."""
    one = _case(number)
    written(lambda: filing.hand_in(one, promised=promised or [], by=acting()), dry_run=dry_run)
    _done(_("The file is handed in."), one, dry_run, as_json)


@app.command("gaps")
def name_gaps(
    number: Number,
    gap: Annotated[list[str] | None, typer.Option("--gap", help="code=what is wrong; once for each.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Name all gaps of a file, once."""
    one = _case(number)
    told = {code: text for code, _equals, text in (line.partition("=") for line in gap or [])}
    written(lambda: filing.name_gaps(one, gaps=told, by=acting()), dry_run=dry_run)
    _done(_("The applicant is told of all gaps."), one, dry_run, as_json)


@app.command("accept")
def accept_case(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Accept a complete file."""
    one = _case(number)
    written(lambda: filing.accept_case(one, by=acting()), dry_run=dry_run)
    _done(_("The file is accepted; its departments have it."), one, dry_run, as_json)


@app.command("withdraw")
def withdraw_case(number: Number, why: Why, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Withdraw a file."""
    one = _case(number)
    written(lambda: filing.withdraw_case(one, reason=why, by=acting()), dry_run=dry_run)
    _done(_("The file is withdrawn."), one, dry_run, as_json)


@app.command("decide")
def decide_item(
    number: Number,
    item: Item,
    decision: Annotated[str, given.choice("--decision", said.DECISIONS, "Decision")],
    reasons: Reasons = "",
    document: Paper = None,
    certificate: Annotated[
        str, given.text("--certificate", 80, "Number of the result, where it has one.")
    ] = "",
    valid_from: Annotated[
        date | None,
        given.a_day("--valid-from", "First day of the certificate; the day of the decision if left out."),
    ] = None,
    valid_to: Annotated[
        date | None,
        given.a_day("--valid-to", "Last day of the certificate; as the catalogue says if left out."),
    ] = None,
    relies: Annotated[
        str, given.text("--relies", 500, "Why it is approved on a certificate that has run out.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Decide on an item, or pass the decision on to the next step of the unit."""
    one = _item(number, item)
    written(
        lambda: deciding.decide_item(
            one,
            decision=decision,
            reasons=reasons,
            document=_paper(document),
            certificate=certificate,
            valid_from=valid_from,
            valid_to=valid_to,
            relies=relies,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    sentence = _("Decided; what waited for it is open.") if one.decision else _("Passed on to the next step.")
    _done(sentence, one, dry_run, as_json)


@app.command("renew")
def renew_certificate(
    number: Number,
    item: Item,
    valid_to: Annotated[date, given.a_day("--valid-to", "Last day of the renewed certificate.")],
    certificate: Annotated[
        str, given.text("--certificate", 80, "Its new number; the number stays if left out.")
    ] = "",
    valid_from: Annotated[
        date | None,
        given.a_day("--valid-from", "First day; as before while it holds, else from today on, if left out."),
    ] = None,
    document: Paper = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Enter the renewed certificate of an approved item."""
    one = _item(number, item)
    written(
        lambda: certificates.renew_certificate(
            one,
            certificate=certificate,
            valid_from=valid_from,
            valid_to=valid_to,
            document=_paper(document),
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("Renewed; what rests on it has its new day."), one, dry_run, as_json)


@app.command("return")
def return_decision(
    number: Number, item: Item, why: Why, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Return a decision to the step below."""
    one = _item(number, item)
    written(lambda: deciding.return_decision(one, word=why, by=acting()), dry_run=dry_run)
    _done(_("Returned to the step below."), one, dry_run, as_json)


@app.command("recall")
def recall_decision(
    number: Number, item: Item, why: Why, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Recall an approval that no later item has used."""
    one = _item(number, item)
    written(lambda: deciding.recall_decision(one, reason=why, by=acting()), dry_run=dry_run)
    _done(_("Recalled; what it opened waits again."), one, dry_run, as_json)


@app.command("stop")
def stop_item(
    number: Number,
    item: Item,
    reason: Annotated[str, given.choice("--reason", said.STOPS, "Reason")],
    text: Annotated[str, given.text("--text", 500, "What it waits for.")],
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="Working days at most.")],
    evidence: Annotated[
        str, given.text("--evidence", 200, "The paper that shows why: its name and number.")
    ] = "",
    document: Paper = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Stop the clock of an item."""
    one = _item(number, item)
    written(
        lambda: stopping.stop_item(
            one,
            reason=reason,
            text=text,
            days=days,
            evidence=evidence,
            document=_paper(document),
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The clock stands still; the applicant is told."), one, dry_run, as_json)


@app.command("ask-to-resume")
def ask_to_resume(number: Number, item: Item, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Ask that a clock goes on, because what it waited for is there."""
    one = _item(number, item)
    written(lambda: stopping.ask_to_resume(one, by=acting()), dry_run=dry_run)
    _done(_("The department is asked to let the clock go on."), one, dry_run, as_json)


@app.command("resume")
def resume_item(number: Number, item: Item, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Set the clock of an item going again."""
    one = _item(number, item)
    written(lambda: stopping.resume_item(one, by=acting()), dry_run=dry_run)
    _done(_("The clock goes on."), one, dry_run, as_json)


@app.command("extend")
def extend_item(
    number: Number,
    item: Item,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="Working days more.")],
    why: Why,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Extend an item, once."""
    one = _item(number, item)
    written(lambda: stopping.extend_item(one, days=days, reason=why, by=acting()), dry_run=dry_run)
    _done(_("Extended; the applicant is told."), one, dry_run, as_json)


def _replied(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"department": one.department, "counts_as": one.counts_as, "why": one.why, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


Reply = Annotated[
    str, given.text("--reply", 200, "agree, disagree or forward; other words count as agreement.")
]


@app.command("reply")
def reply_opinion(
    number: Number,
    item: Item,
    department: Department,
    reply: Reply,
    reasons: Reasons = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Reply to what the lead asks, or pass the reply on."""
    one = _opinion(number, item, department)
    written(lambda: opinions.reply_opinion(one, reply=reply, reasons=reasons, by=acting()), dry_run=dry_run)
    _replied(
        _("The reply is sent.") if one.replied_on else _("Passed on to the next step."), one, dry_run, as_json
    )


@app.command("record")
def record_opinion(
    number: Number,
    item: Item,
    department: Department,
    reply: Reply,
    document: Annotated[int, typer.Option("--document", min=1, help="Number of the filed scan.")],
    channel: Annotated[str, given.choice("--channel", said.CHANNELS, "How it came")] = "paper",
    reasons: Reasons = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write down an opinion that came on paper or by telephone."""
    one = _opinion(number, item, department)
    written(
        lambda: opinions.record_opinion(
            one, reply=reply, reasons=reasons, channel=channel, document=_paper(document), by=acting()
        ),
        dry_run=dry_run,
    )
    _replied(_("Written down in the department’s name."), one, dry_run, as_json)


@app.command("return-reply")
def return_opinion(
    number: Number,
    item: Item,
    department: Department,
    why: Why,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Return a reply to the step below."""
    one = _opinion(number, item, department)
    written(lambda: opinions.return_opinion(one, word=why, by=acting()), dry_run=dry_run)
    _replied(_("Returned to the step below."), one, dry_run, as_json)


@app.command("recall-reply")
def recall_opinion(
    number: Number,
    item: Item,
    department: Department,
    why: Why,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Recall a reply that the lead has not decided on."""
    one = _opinion(number, item, department)
    written(lambda: opinions.recall_opinion(one, reason=why, by=acting()), dry_run=dry_run)
    _replied(_("The reply is recalled."), one, dry_run, as_json)
