"""``shanhai approval intermediary ...`` and ``shanhai approval service ...``: who works on items, and what is asked of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.approval.actions import services as actions
from shanhai.fields.approval.queries import cases, registers, said
from shanhai.fields.approval.queries import services as queries
from shanhai.fields.office.cli import shared
from shanhai.fields.registry.queries import papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

intermediaries = noun("Intermediaries: environmental assessment, survey, review of drawings.")
services = noun("What intermediaries are asked for on items of cases.")

Code = Annotated[str, typer.Argument(help="Its code.")]
Number = Annotated[str, typer.Argument(help="Number of the case.")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="Code of the item.")]
No = Annotated[
    int, typer.Argument(metavar="NO", min=1, max=30_000, help="Number of the service on the item.")
]
Kind = Annotated[list[str] | None, typer.Option("--kind", help="What it offers; once for each.")]
OnDay = Annotated[
    date | None, typer.Option("--on", parser=given.day, metavar="DAY", help="Today by default.")
]
Days = Annotated[int | None, typer.Option("--days", min=1, max=400, help="Working days that it promises.")]


@intermediaries.command("list")
def list_intermediaries(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The register of intermediaries with their figures."""
    reader = shared.reader("approval.view_intermediaries")
    rows = list(registers.intermediaries_rows(reader))
    if as_json or as_csv:
        show(rows, dict.fromkeys(rows[0] if rows else ["code"]), as_json=as_json, as_csv=as_csv)
        return
    headings = {
        "code": _("Code"),
        "name_zh": _("Name"),
        "services": _("Services"),
        "promised_days": _("Promised wd"),
    }
    headings |= {"n_out": _("Under way"), "n_late_now": _("Late now"), "n_delivered": _("Day of delivery")}
    headings |= {"n_in_time": _("Delivered in time")}
    show(rows, headings, as_json=False, as_csv=False)


@intermediaries.command("add")
def add_intermediary(
    code: Code,
    name_zh: Annotated[str, given.text("--name-zh", 120, "Name in Chinese.")],
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="Working days that it promises.")],
    kind: Kind = None,
    name_en: Annotated[str, given.text("--name-en", 160, "Name in English.")] = "",
    credit_code: Annotated[str, given.text("--credit-code", 18, "Credit code.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Register an intermediary."""
    one = written(
        lambda: actions.add_intermediary(
            code=code, name_zh=name_zh, name_en=name_en, kinds=kind or [], promised_days=days,
            credit_code=credit_code, by=acting(),
        ),
        dry_run=dry_run,
    )  # fmt: skip
    done(_("Registered."), {"code": one.code, "version": one.version}, dry_run=dry_run, as_json=as_json)


@intermediaries.command("change")
def change_intermediary(
    code: Code,
    days: Days = None,
    kind: Kind = None,
    name_zh: Annotated[str, given.text("--name-zh", 120, "Name in Chinese.")] = "",
    name_en: Annotated[str, given.text("--name-en", 160, "Name in English.")] = "",
    is_active: Annotated[
        bool | None, typer.Option("--active/--closed", help="Whether it takes services.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what an intermediary offers or promises."""
    shared.reader("approval.view_intermediaries")
    one = queries.intermediary_of(code)
    told = {"promised_days": days, "kinds": kind, "name_zh": name_zh, "name_en": name_en}
    changes: dict[str, Any] = {name: value for name, value in told.items() if value}
    if is_active is not None:
        changes["is_active"] = is_active
    written(lambda: actions.change_intermediary(one, by=acting(), **changes), dry_run=dry_run)
    done(_("Saved."), {"code": one.code, "version": one.version}, dry_run=dry_run, as_json=as_json)


@services.command("list")
def list_services(
    number: Annotated[str, typer.Argument(help="Number of a case; all cases without it.")] = "",
    pairing: shared.PairingCode = "",
    is_out: Annotated[bool, typer.Option("--out/--all", help="Only what is under way.")] = False,
    is_late: Annotated[bool, typer.Option("--late", help="Only what is under way and past its day.")] = False,
    commissioned_by: Annotated[
        str, given.choice("--for", said.COMMISSIONED, "Who commissioned it", or_none=True)
    ] = "",
    intermediary: Annotated[str, given.text("--intermediary", 40, "Code of an intermediary.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What intermediaries were asked for: the first to be delivered first, of one case by its items."""
    found = _of(number, pairing)
    if is_late:
        found = queries.late(found)
    elif is_out:
        found = queries.running(found)
    wanted = {"commissioned_by": commissioned_by, "intermediary__code": intermediary}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    found = found.order_by(*(("item__place", "number") if number else ("due_on", "pk")))
    if as_json or as_csv:
        table = registers.SERVICES
        shared.show_register(
            table.register,
            table.rows_of,
            found,
            {"late_days": queries.late_days},
            as_json=as_json,
            as_csv=as_csv,
        )
        return
    rows = [
        {
            "case": one.item.case.number, "item": one.item.code, "no": one.number,
            "intermediary": one.intermediary.code, "kind": said.words(said.SERVICES, one.kind),
            "commissioned_by": said.words(said.COMMISSIONED, one.commissioned_by), "due_on": one.due_on,
            "stage": said.words(said.SERVICE_STAGES, one.stage), "late_days": queries.late_days(one),
        }
        for one in found
    ]  # fmt: skip
    headings = {"case": _("Case"), "item": _("Item"), "no": _("No."), "intermediary": _("Intermediary")}
    headings |= {"kind": _("Service"), "commissioned_by": _("Who commissioned it"), "due_on": _("Due")}
    headings |= {"stage": _("Status"), "late_days": _("Late, wd")}
    show(rows, headings, as_json=False, as_csv=False)


def _of(number: str, pairing: str) -> Any:
    if not number:
        return queries.services_of(shared.reader("approval.view_intermediaries"), shared.pairing_of(pairing))
    case = cases.case_of(shared.reader("approval.view_cases"), number)
    return queries.services_on(case)


def _done(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"no": one.number, "stage": one.stage, "due_on": one.due_on, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


@services.command("ask")
def ask_service(
    number: Number,
    item: Item,
    intermediary: Annotated[str, typer.Argument(metavar="INTERMEDIARY", help="Code of the intermediary.")],
    kind: Annotated[str, given.choice("--kind", said.SERVICES, "Service")],
    commissioned_by: Annotated[str, given.choice("--for", said.COMMISSIONED, "Who commissioned it")],
    evidence: Annotated[str, given.text("--evidence", 200, "The contract or letter: its name and number.")],
    days: Days = None,
    on: OnDay = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Ask an intermediary for a service on an item; while it works an open item waits."""
    row = cases.item_of(shared.reader("approval.view_cases"), number, item)
    who = queries.intermediary_of(intermediary)
    one = written(
        lambda: actions.ask_service(
            row, who, kind=kind, commissioned_by=commissioned_by, evidence=evidence, promised_days=days,
            on=on, by=acting(),
        ),
        dry_run=dry_run,
    )  # fmt: skip
    _done(_("Asked; the item waits for it."), one, dry_run, as_json)


@services.command("deliver")
def deliver_service(
    number: Number,
    item: Item,
    no: No,
    on: OnDay = None,
    document: Annotated[
        int | None, typer.Option("--document", min=1, help="Number of a filed document.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that an intermediary has delivered."""
    one = queries.service_of(shared.reader("approval.view_cases"), number, item, no)
    paper = papers.seen(shared.somebody(), document) if document is not None else None
    written(
        lambda: actions.deliver_service(one, on=on or clock.today(), document=paper, by=acting()),
        dry_run=dry_run,
    )
    _done(_("Delivered."), one, dry_run, as_json)


@services.command("end")
def end_service(
    number: Number,
    item: Item,
    no: No,
    why: Annotated[str, given.text("--why", 300, "Why; others read it.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a service up."""
    one = queries.service_of(shared.reader("approval.view_cases"), number, item, no)
    written(lambda: actions.end_service(one, reason=why, by=acting()), dry_run=dry_run)
    _done(_("Given up."), one, dry_run, as_json)
