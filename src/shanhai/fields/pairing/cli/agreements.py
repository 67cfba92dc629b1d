"""``shanhai pairing agreements ...``: drafted with their terms, shared, signed, renewed, ended."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.actions import sharing
from shanhai.core.models import Party
from shanhai.fields.pairing import actions, columns, queries, rules
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import Agreement
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.queries import registers as tables
from shanhai.kernel.refusals import ChangedMeanwhile, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Agreements: drafted with their terms, signed, renewed, ended.")
_WORDS = {"field": columns.FIELDS, "stage": columns.AGREEMENT_STAGES}
About = Annotated[
    str | None,
    typer.Option(
        "--about", parser=given.long_text, metavar="TEXT", help="What it says; - reads standard input."
    ),
]
Field = Annotated[str, given.choice("--field", columns.FIELDS, "Field")]
ValidFrom = Annotated[date | None, given.a_day("--from", "First day.")]
ValidTo = Annotated[date | None, given.a_day("--to", "Last day; none if left out.")]
NoticeDays = Annotated[
    int | None,
    typer.Option("--notice-days", min=1, max=730, help="Renewal notice; the rulebook's figure if left out."),
]


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_agreements(
    pairing: shared.PairingCode = "",
    stage: Annotated[
        str, given.choice("--stage", columns.AGREEMENT_STAGES, "Only those that are", or_none=True)
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The agreements of a pairing and those nested in it, by number."""
    found = queries.agreements_of(shared.reader("view_agreements"), shared.pairing_of(pairing))
    found = (found.filter(stage=stage) if stage else found).order_by("number")
    headings = {"number": _("Number"), "name": _("Title"), "pairing": _("Pairing"), "field": _("Field")}
    headings |= {"stage": _("Stage"), "valid_from": _("Valid from"), "valid_to": _("Valid to")}
    shared.list_rows(tables.AGREEMENTS, found, _row, headings, _WORDS, as_json=as_json, as_csv=as_csv)


def _row(one: Agreement) -> dict[str, Any]:
    names = ("number", "name", "field", "stage", "valid_from", "valid_to")
    return {name: getattr(one, name) for name in names} | {"pairing": one.pairing.code}


@app.command("show")
def show_agreement(number: str, as_json: AsJson = False) -> None:
    """One agreement whole: parties and signatures, commitments, money, land, papers."""
    one = queries.agreement_of(shared.reader("view_agreements"), number)
    more = ("signed_on", "ended_on", "end_reason", "about", "terms_no", "source", "version")
    facts = _row(one) | {name: getattr(one, name) for name in more}
    headings = {"number": _("Number"), "name": _("Title"), "pairing": _("Pairing"), "field": _("Field")}
    headings |= {"stage": _("Stage"), "valid_from": _("Valid from"), "valid_to": _("Valid to")}
    headings |= {"signed_on": _("Signed on"), "ended_on": _("Ended"), "end_reason": _("Reason")}
    headings |= {"about": _("What it says"), "terms_no": _("Version of the terms"), "source": _("Source")}
    headings |= {"version": _("Version")}
    if not as_json:
        facts = shared.in_words([facts], _WORDS)[0]
    parts = [_signing(one), _commitments(one, as_json), _dues(one, as_json), _lands(one), _papers(one)]
    show_whole(facts, headings, parts, as_json=as_json)


def _signing(one: Agreement) -> Part:
    signatures = {signature.party_id: signature for signature in one.signatures.all()}
    rows = [
        {
            "organisation": line.party.organisation.code,
            "name": line.party.organisation.name,
            "signed_on": signatures[line.party_id].on if line.party_id in signatures else None,
            "person": signatures[line.party_id].person if line.party_id in signatures else "",
            "way": signatures[line.party_id].way if line.party_id in signatures else "",
        }
        for line in one.parties.all()
    ]
    headings = {
        "organisation": _("Code"),
        "name": _("Party"),
        "signed_on": _("Signed on"),
        "person": _("Who signed"),
        "way": _("How"),
    }
    return Part("parties", _("Parties that sign"), rows, headings)


def _commitments(one: Agreement, as_json: bool) -> Part:
    from shanhai.fields.pairing.cli import commitments

    found = queries.progress_of(pages.commitments_of_agreement(one))
    return Part(
        "commitments",
        _("Commitments"),
        [commitments.row_of(line, as_json) for line in found],
        commitments.headings(),
        ("promised", "delivered", "forecast"),
    )


def _dues(one: Agreement, as_json: bool) -> Part:
    rows = [
        {
            "code": due.code if due else clause.code,
            "name": clause.name,
            "payer": clause.payer.organisation.code,
            "payee": clause.payee.organisation.code,
            "due_on": due.due_on if due else None,
            "amount": _money(due.amount_fen if due else clause.amount_fen, as_json),
            "paid": _money(due.paid_fen if due else None, as_json),
            "condition": clause.condition,
        }
        for clause in one.money_clauses.all()
        for due in (clause.dues.all() or (None,))
    ]
    headings = {"code": _("Code"), "name": _("Name"), "payer": _("Pays"), "payee": _("Receives")}
    headings |= {"due_on": _("Due on"), "amount": _("Amount"), "paid": _("Paid"), "condition": _("Condition")}
    return Part("money", _("Money clauses"), rows, headings, ("amount", "paid"))


def _money(fen: int | None, as_json: bool) -> Any:
    """Whole fen for programs, an amount for people."""
    return fen if as_json or fen is None else words.yuan_exact(fen)


def _lands(one: Agreement) -> Part:
    rows = [
        {
            "code": land.code,
            "purpose": land.purpose,
            "giver": land.giver.organisation.code,
            "taker": land.taker.organisation.code,
            "land_mu": land.land_mu,
            "delivered_mu": land.delivered_mu,
            "by_on": land.by_on,
        }
        for land in one.land_clauses.all()
    ]
    headings = {"code": _("Code"), "purpose": _("Purpose"), "giver": _("Gives"), "taker": _("Takes")}
    headings |= {"land_mu": _("Land, mu"), "delivered_mu": _("Handed over, mu"), "by_on": _("By")}
    return Part("land", _("Land clauses"), rows, headings, ("land_mu", "delivered_mu"))


def _papers(one: Agreement) -> Part:
    headings = {"id": _("No."), "title": _("Title"), "file": _("File"), "role": _("Role")}
    return Part("papers", _("Papers"), shared.papers_on("pairing.agreement", one.pk), headings)


# -- the draft -----------------------------------------------------------------------------------------------------


@app.command("draft")
def draft_agreement(
    number: shared.NewNumber,
    name: given.NameZh,
    field: Field,
    en: given.NameEn = "",
    valid_from: ValidFrom = None,
    valid_to: ValidTo = None,
    party: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE", help="Organisation that signs; all mountain and sea parties if left out."
        ),
    ] = None,
    notice_days: NoticeDays = None,
    about: About = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Draft an agreement; the own side sees it until it is shared."""
    within = shared.pairing_of(pairing)
    made = written(
        lambda: actions.draft_agreement(
            within,
            number=number,
            field=field,
            name_zh=name,
            name_en=en,
            valid_from=valid_from or clock.today(),
            valid_to=valid_to,
            renewal_notice_days=notice_days,
            parties=[shared.party_of(within, code) for code in party or ()],
            about=about or "",
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The draft is kept. Now write what is promised in it."), made, dry_run, as_json)


@app.command("change")
def change_agreement(
    number: str,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    field: Annotated[str | None, given.choice("--field", columns.FIELDS, "Field")] = None,
    valid_from: ValidFrom = None,
    valid_to: Annotated[date | None, given.a_day("--to", "Last day.")] = None,
    notice_days: Annotated[
        int | None, typer.Option("--notice-days", min=1, max=730, help="Renewal notice.")
    ] = None,
    about: About = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change a draft that nobody has signed; what is not named stays."""
    one = queries.agreement_of(acting(), number)
    changes = shared.named(
        name_zh=name,
        name_en=en,
        field=field,
        valid_from=valid_from,
        valid_to=valid_to,
        renewal_notice_days=notice_days,
        about=about,
    )
    made = written(lambda: actions.change_agreement(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("Saved."), made, dry_run, as_json)


@app.command("share")
def share_agreement(number: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Show a draft to the other side."""
    one = queries.agreement_of(acting(), number)
    written(lambda: sharing.share_with_other_side(one, by=acting()), dry_run=dry_run)
    _done(_("The other side can read the draft now."), one, dry_run, as_json)


@app.command("unshare")
def unshare_agreement(number: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a draft back from the other side."""
    one = queries.agreement_of(acting(), number)
    written(lambda: sharing.take_back(one, by=acting()), dry_run=dry_run)
    _done(_("Your side alone sees the draft again."), one, dry_run, as_json)


@app.command("drop")
def drop_agreement(
    number: str, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Give up a draft; it stays in the list with the reason."""
    one = queries.agreement_of(acting(), number)
    made = written(lambda: actions.drop_agreement(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The draft is given up. It stays in the list with the reason."), made, dry_run, as_json)


@app.command("add-money")
def add_money_clause(
    number: str,
    code: shared.NewCode,
    name: given.NameZh,
    payer: Annotated[str, typer.Option(metavar="CODE", help="Organisation that pays.")],
    payee: Annotated[str, typer.Option(metavar="CODE", help="Organisation that receives.")],
    en: given.NameEn = "",
    amount: Annotated[
        int | None,
        typer.Option(parser=given.fen, metavar="YUAN", help="Of one payment, as 5104236.18 or 510.4万元."),
    ] = None,
    schedule: Annotated[str, given.choice("--schedule", columns.SCHEDULES, "How often")] = "once",
    due: Annotated[
        list[date] | None,
        typer.Option(parser=given.day, metavar="DAY", help="Day of a payment; give it again for more."),
    ] = None,
    condition: Annotated[str, given.text("--condition", 300, "Condition, in Chinese.")] = "",
    condition_en: Annotated[str, given.text("--condition-en", 300, "Condition, in English.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Agree on payments: each --due is one payment of the amount."""
    one = queries.agreement_of(acting(), number)
    made = written(
        lambda: actions.add_money_clause(
            one,
            code=code,
            name_zh=name,
            name_en=en,
            payer=shared.party_of(one.pairing, payer),
            payee=shared.party_of(one.pairing, payee),
            amount_fen=amount,
            schedule=schedule,
            condition_zh=condition,
            condition_en=condition_en,
            due_on=due or (),
            by=acting(),
        ),
        dry_run=dry_run,
    )
    dues = [line.code for line in made.dues.all()] if not dry_run else []
    facts = {"agreement": one.number, "code": made.code, "dues": dues}
    done(_("The money clause stands in the draft."), facts, dry_run=dry_run, as_json=as_json)


@app.command("add-land")
def add_land_clause(
    number: str,
    code: shared.NewCode,
    purpose: Annotated[str, given.text("--purpose", 200, "What the land is for, in Chinese.")],
    giver: Annotated[str, typer.Option(metavar="CODE", help="Organisation that gives.")],
    taker: Annotated[str, typer.Option(metavar="CODE", help="Organisation that takes.")],
    mu: Annotated[Decimal, typer.Option(parser=shared.mu, metavar="MU", help="How much land, in mu.")],
    purpose_en: Annotated[str, given.text("--purpose-en", 200, "What the land is for, in English.")] = "",
    by_on: Annotated[date | None, given.a_day("--by", "The last day for it.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Agree that one party gives another land or land quota."""
    one = queries.agreement_of(acting(), number)
    made = written(
        lambda: actions.add_land_clause(
            one,
            code=code,
            giver=shared.party_of(one.pairing, giver),
            taker=shared.party_of(one.pairing, taker),
            land_mu=mu,
            purpose_zh=purpose,
            purpose_en=purpose_en,
            by_on=by_on,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    facts = {"agreement": one.number, "code": made.code}
    done(_("The land clause stands in the draft."), facts, dry_run=dry_run, as_json=as_json)


# -- signing and after ---------------------------------------------------------------------------------------------


@app.command("sign")
def sign_agreement(
    number: str,
    on: given.Today = None,
    party: Annotated[str, typer.Option(metavar="CODE", help="Organisation; the own one if left out.")] = "",
    person: Annotated[
        str, given.text("--person", 120, "Who signed, as the paper has it; else who is acted as.")
    ] = "",
    paper: Annotated[
        list[str] | None, shared.papers_option("--paper", "The signed and stamped paper.")
    ] = None,
    terms: Annotated[
        int | None,
        typer.Option(
            help="Version of the terms that were read, as `show` has it; if they moved since, nobody signs."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Sign for a party; with the last signature the agreement is in force."""
    one = queries.agreement_of(acting(), number)
    if terms is not None and terms != one.terms_no:
        raise ChangedMeanwhile(
            "pairing.terms_changed",
            gettext_noop(
                "The terms of agreement {number} were changed since you read them. Read them again."
            ),
            number=one.number,
        )
    signing: Party | None = shared.party_of(one.pairing, party) if party else None
    made = shared.with_papers(
        paper,
        one.pairing,
        lambda papers: actions.sign_agreement(
            one,
            on=on or clock.today(),
            party=signing,
            person=person,
            document=papers[0] if papers else None,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    sentence = (
        _("Signed by all parties: the agreement is in force.")
        if made.stage == rules.AgreementStage.SIGNED
        else _("Signed for your side. The other side is asked to sign.")
    )
    _done(sentence, made, dry_run, as_json)


@app.command("unsign")
def unsign_agreement(
    number: str,
    party: Annotated[str, typer.Option(metavar="CODE", help="Organisation, where nobody is acted as.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take the own side's signature back while the other side has not signed."""
    one = queries.agreement_of(acting(), number)
    signed = shared.party_of(one.pairing, party) if party else None
    made = written(lambda: actions.take_back_signature(one, party=signed, by=acting()), dry_run=dry_run)
    _done(_("Your side's signature is taken back; the terms can change again."), made, dry_run, as_json)


@app.command("renew")
def renew_agreement(
    number: str,
    new_number: Annotated[
        str, typer.Argument(parser=given.line(40), metavar="NEW", help="Number of the new version.")
    ],
    valid_from: Annotated[
        date | None, given.a_day("--from", "First day; the day after the last one.")
    ] = None,
    valid_to: ValidTo = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Draft the next version; it takes the place of this one when all parties have signed it."""
    one = queries.agreement_of(acting(), number)
    first = valid_from or (one.valid_to + timedelta(days=1) if one.valid_to else clock.today())
    made = written(
        lambda: actions.renew_agreement(
            one, number=new_number, valid_from=first, valid_to=valid_to, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("The new version is drafted. Write anew what is promised for its term."), made, dry_run, as_json)


@app.command("end")
def end_agreement(
    number: str,
    reason: given.Reason,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """End an agreement before its time; both offices are told."""
    one = queries.agreement_of(acting(), number)
    day = on or clock.today()
    made = written(lambda: actions.end_agreement(one, on=day, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The agreement has ended. Both offices are told."), made, dry_run, as_json)


def _done(sentence: str, one: Agreement, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "reach": str(one.reach), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
