"""``shanhai office work ...``: what waits for a member, shared out, reminded of and done; with --as for whom."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core.actions import work as actions
from shanhai.core.models import WorkItem
from shanhai.core.queries import work
from shanhai.fields.office.cli import shared
from shanhai.fields.office.queries import work as own
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, done, noun, show, written

app = noun("One's own work: shared out, reminded of, done, handed over.")

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers of the list.")]
Id = Annotated[int, typer.Argument(metavar="ID", help="Number of the list.")]
MemberCode = Annotated[
    str, typer.Option("--to", help="Code of the member who gets it; none: back to the unit.")
]


@app.command("list")
def list_work(
    of: Annotated[str, typer.Option("--of", help="waiting, unit, started, watched or finished.")] = "waiting",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What waits for the member of --as, soonest first."""
    shared.reader("office.view_work")
    if of not in own.TABS:
        raise BadInput(
            "office.no_such_work_list",
            gettext_noop("There is no list {of}. Take one of: {lists}."),
            of=of[:40],
            lists=", ".join(own.TABS),
        )
    rows = own.items_of(shared.somebody(), of).select_related("unit", "member", "pairing")
    headings = {"id": _("Number"), "due_on": _("Due"), "what": _("What"), "kind": _("Kind")}
    headings |= {"unit": _("Unit"), "member": _("With"), "pairing": _("Pairing"), "stage": _("Stage")}
    show(map(_row, rows), headings, as_json=as_json, as_csv=as_csv)


def _row(item: WorkItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "due_on": item.due_on,
        "what": work.words(item),
        "kind": item.kind,
        "unit": item.unit.code,
        "member": item.member.code if item.member else "",
        "pairing": item.pairing.code if item.pairing else "",
        "stage": str(item.stage),
    }


def _items(ids: list[int]) -> list[WorkItem]:
    found = own.chosen(shared.somebody(), ids)
    missing = sorted(set(ids) - {item.pk for item in found})
    if missing:
        raise NotFound(
            "office.no_such_work",
            gettext_noop("There is no work {id} in your lists. It may be done already; read the list again."),
            id=", ".join(map(str, missing)),
        )
    return found


@app.command("claim")
def claim(id: Id, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take up work of one's own unit that nobody has."""
    item = _items([id])[0]
    written(lambda: actions.claim_item(item, by=shared.somebody()), dry_run=dry_run)
    done(_("You have it now: %s.") % work.words(item), {"id": item.pk}, dry_run=dry_run, as_json=as_json)


@app.command("assign")
def assign(ids: Ids, to: MemberCode = "", dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Give work of the own unit to one of its people, or back to the unit."""
    by, items = shared.somebody(), _items(ids)
    receiver = own.member_named(by, to) if to else None
    moved = written(lambda: actions.assign_items(items, to=receiver, by=by), dry_run=dry_run)
    facts = {"moved": [[one.item, one.before, one.version] for one in moved]}
    said = ngettext("%(n)s thing moved.", "%(n)s things moved.", len(moved)) % {"n": len(moved)}
    done(said, facts, dry_run=dry_run, as_json=as_json)


@app.command("unassign")
def unassign(
    moved: Annotated[
        list[str],
        typer.Argument(
            metavar="ITEM:BEFORE:VERSION...", help="What `assign --json` answered; BEFORE may be empty."
        ),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take an assignment back: what was not touched since goes back to whoever had it."""
    rows = [_moved(text) for text in moved]
    n = written(lambda: actions.take_back_assignment(rows, by=shared.somebody()), dry_run=dry_run)
    said = ngettext("%(n)s thing moved.", "%(n)s things moved.", n) % {"n": n}
    done(said, {"count": n}, dry_run=dry_run, as_json=as_json)


def _moved(text: str) -> actions.Moved:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isascii() and (part.isdigit() or not part) for part in parts):
        raise BadInput(
            "office.moved_form",
            gettext_noop(
                "“{text}” does not say what moved. Write it as ITEM:BEFORE:VERSION, for example 12:7:3."
            ),
            text=text[:60],
        )
    return actions.Moved(int(parts[0] or 0), int(parts[1]) if parts[1] else None, int(parts[2] or 0))


@app.command("reach")
def list_reached(ids: Ids, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Whom reminding would reach, by name: of what, how, when, and who was reminded lately."""
    shared.show_reached(actions.reach_of(_items(ids), shared.somebody()), as_json, as_csv)


@app.command("remind")
def remind(ids: Ids, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Remind the people whom work waits for; each once a day. --dry-run says whom it would reach."""
    items = _items(ids)
    told = written(lambda: actions.remind_of(items, by=shared.somebody()), dry_run=dry_run)
    codes = sorted(one.code for one in told)
    said = ngettext("%(n)s person: %(who)s.", "%(n)s people: %(who)s.", len(codes))
    facts = {"count": len(codes), "members": codes}
    done(said % {"n": len(codes), "who": ", ".join(codes)}, facts, dry_run=dry_run, as_json=as_json)


@app.command("watch")
def watch(id: Id, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Follow what waits on the same record."""
    item = _items([id])[0]
    written(lambda: actions.watch(item, by=shared.somebody()), dry_run=dry_run)
    done(_("You watch its record."), {"id": id}, dry_run=dry_run, as_json=as_json)


@app.command("unwatch")
def unwatch(id: Id, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Follow the record no longer."""
    item = _items([id])[0]
    written(lambda: actions.unwatch(item, by=shared.somebody()), dry_run=dry_run)
    done(_("You watch its record no longer."), {"id": id}, dry_run=dry_run, as_json=as_json)


@app.command("do")
def do(
    id: Id,
    action: Annotated[str, typer.Argument(help="What the item offers, as `confirm`.")],
    word: Annotated[str, given.text("--word", 500, "A reason or remark, where it takes one.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Do what an item offers, as in its row."""
    item, by = _items([id])[0], shared.somebody()
    said = written(lambda: own.do(item, action, word, by), dry_run=dry_run)
    done(said, {"id": id, "said": said}, dry_run=dry_run, as_json=as_json)


@app.command("hand-over")
def hand_over(
    to: Annotated[str, typer.Argument(help="Code of the successor.")],
    member: Annotated[str, typer.Option("--member", help="Whose work; one's own by default.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Hand all open work that waits for a member by name to another, for good."""
    by = shared.somebody()
    whose = own.member_named(by, member) if member else by
    receiver = own.member_named(by, to)
    n = written(lambda: actions.hand_over_work(whose, to=receiver, by=by), dry_run=dry_run)
    said = ngettext("%(n)s thing was handed over.", "%(n)s things were handed over.", n) % {"n": n}
    done(said, {"count": n, "to": receiver.code}, dry_run=dry_run, as_json=as_json)
