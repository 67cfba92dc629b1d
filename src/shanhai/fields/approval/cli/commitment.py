"""``shanhai approval commitment ...``: commitment letters, given and verified, and materials that come later."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.approval.actions import commitments as actions
from shanhai.fields.approval.queries import cases, registers, said
from shanhai.fields.approval.queries import commitments as queries
from shanhai.fields.office.cli import shared
from shanhai.fields.registry.queries import papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Commitment letters: given, verified after the decision; materials that come later.")

Number = Annotated[str, typer.Argument(help="Number of the case.")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="Code of the item.")]


@app.command("list")
def list_letters(
    pairing: shared.PairingCode = "",
    is_out: Annotated[
        bool, typer.Option("--out/--all", help="Only what is to be verified or put right.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The commitment letters, the first to be verified first."""
    found = queries.letters_of(shared.reader("approval.view_letters"), shared.pairing_of(pairing))
    found = (queries.outstanding(found) if is_out else found).order_by("due_on", "pk")
    if as_json or as_csv:
        table = registers.LETTERS
        shared.show_register(table.register, table.rows_of, found, {}, as_json=as_json, as_csv=as_csv)
        return
    rows = [
        {
            "case": one.item.case.number, "item": one.item.code, "text": one.text,
            "state": said.words(said.LETTER_STATES, one.state),
            "due_on": one.due_on, "mend_until": one.mend_until, "verified_on": one.verified_on,
        }
        for one in found
    ]  # fmt: skip
    headings = {"case": _("Case"), "item": _("Item"), "text": _("What is promised"), "state": _("Status")}
    headings |= {
        "due_on": _("Verify by"),
        "mend_until": _("Put right until"),
        "verified_on": _("Verified on"),
    }
    show(rows, headings, as_json=False, as_csv=False)


@app.command("missing")
def list_promised(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Materials that applicants promised and have not brought, the first to be brought first."""
    reader = shared.reader("approval.view_letters")
    rows = [
        {
            "case": one.material.case.number, "material": one.material.code, "name": one.material.name,
            "until": one.until, "is_late": one.is_late,
        }
        for one in queries.promised_in(cases.cases_of(reader, shared.pairing_of(pairing)))
    ]  # fmt: skip
    headings = {"case": _("Case"), "material": _("Material"), "name": _("Name"), "until": _("Bring it by")}
    show(rows, headings | {"is_late": _("Late")}, as_json=as_json, as_csv=as_csv)


def _done(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"state": one.state, "due_on": one.due_on, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


@app.command("give")
def give_letter(
    number: Number,
    item: Item,
    text: Annotated[str, given.text("--text", 1000, "What is promised.")],
    evidence: Annotated[str, given.text("--evidence", 200, "Number of the signed letter.")] = "",
    document: Annotated[
        int | None, typer.Option("--document", min=1, help="Number of a filed document.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a commitment letter for an item, before it is decided."""
    row = cases.item_of(shared.reader("approval.view_cases"), number, item)
    paper = papers.seen(shared.somebody(), document) if document is not None else None
    one = written(
        lambda: actions.give_letter(row, text=text, evidence=evidence, document=paper, by=acting()),
        dry_run=dry_run,
    )
    _done(_("The letter is there; it is verified after the decision."), one, dry_run, as_json)


@app.command("verify")
def verify_letter(
    number: Number,
    item: Item,
    result: Annotated[str, given.choice("--result", said.RESULTS, "Result")],
    reasons: Annotated[str, given.text("--reasons", 1000, "What is not kept.")] = "",
    mend_until: Annotated[
        date | None, typer.Option("--until", parser=given.day, metavar="DAY", help="Put right until.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write down what the verification found."""
    one = queries.letter_of(shared.reader("approval.view_cases"), number, item)
    written(
        lambda: actions.verify_letter(
            one, result=result, reasons=reasons, mend_until=mend_until, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Saved; the applicant is told."), one, dry_run, as_json)
