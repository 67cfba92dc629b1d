"""``shanhai approval letters|letter``: the letters of a case, what they say, and as PDF."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core.cli import files
from shanhai.fields.approval import printed_letters
from shanhai.fields.approval.actions import status_codes as actions
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import public_status
from shanhai.fields.approval.queries.letters import letter_of, letters_of
from shanhai.fields.office.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, remark, show, written

codes = noun("Codes of the public pages of cases: revoked, issued anew.")
_LANGUAGES = (("zh",), ("en",))
Number = Annotated[str, typer.Argument(help="Number of the case.")]


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command("letters")(list_letters)
    app.command("letter")(print_letter)
    app.add_typer(codes, name="code")


def list_letters(number: Number, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The letters of a case to its applicant, by day."""
    case = queries.case_of(shared.reader("approval.view_cases"), number)
    rows = [
        {
            "key": one.key,
            "name": printed_letters.name_of(one),
            "on": one.on,
            "item": one.item.code if one.item is not None else "",
            "text": " ".join([*printed_letters.paragraphs(case, one), *printed_letters.lines_of(one)]),
        }
        for one in letters_of(case, queries.whole(case), queries.materials_of(case))
    ]
    heads = {"key": _("Code"), "name": _("Letter"), "on": _("Date"), "item": _("Item")}
    if as_json or as_csv:
        heads["text"] = _("Text")
    show(rows, heads, as_json=as_json, as_csv=as_csv)


def print_letter(
    number: Number,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Which letter, as the list names it.")],
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="File to write.")],
    language: Annotated[str, given.choice("--language", _LANGUAGES, "In which language")] = "zh",
    site: Annotated[
        str,
        typer.Option("--site", metavar="URL", help="Address of this site, for the code of the public page."),
    ] = "",
) -> None:
    """A letter as PDF, with a QR code that opens the public page of the case."""
    case = queries.case_of(shared.reader("approval.view_cases"), number)
    letter = letter_of(case, key)
    files.check_target(to)
    data, _name = printed_letters.as_pdf(case, letter, language, site.rstrip("/"))
    try:
        with open(to, "wb") as file:
            file.write(data)
    except OSError as error:
        raise files.cannot_write(to, error.strerror or str(error)) from None
    page = public_status.address_for(case)
    if site and page:
        remark(f"{site.rstrip('/')}{page}")
    elif not page:
        remark(_("The code of the public page is revoked, so this letter has none."))
    else:
        remark(_("Without --site the letter has no code of the public page."))


@codes.command("revoke")
def revoke_code(
    number: Number,
    why: Annotated[str, given.text("--why", 300, "Why; it stands on the record.")],
    with_new: Annotated[bool, typer.Option("--new", help="Issue a new one at once.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Revoke the code of a case: who has it is told so, and letters have none until one is issued."""
    case = queries.case_of(shared.reader("approval.view_cases"), number)
    written(lambda: actions.revoke_code(case, reason=why, with_new=with_new, by=acting()), dry_run=dry_run)
    _done(_("Revoked. Who has the old code is told so."), case, dry_run, as_json)


@codes.command("issue")
def issue_code(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Issue a new code in place of one that was revoked."""
    case = queries.case_of(shared.reader("approval.view_cases"), number)
    written(lambda: actions.issue_code(case, by=acting()), dry_run=dry_run)
    _done(
        _("A new code is issued. Print the letters that the applicant needs again."), case, dry_run, as_json
    )


def _done(sentence: str, case: Case, dry_run: bool, as_json: bool) -> None:
    facts = {"code_no": case.code_no, "is_code_revoked": case.is_code_revoked, "version": case.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
