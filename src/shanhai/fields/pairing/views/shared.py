"""What the pages of the field share: commitments as rows, papers with their links, form pages, one-button posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shanhai.core import access, clock
from shanhai.core.models import Attachment, Document
from shanhai.core.names import called
from shanhai.core.queries import journal
from shanhai.core.sheets import exporting
from shanhai.core.sheets.columns import Register
from shanhai.fields.pairing import columns, quantities, queries, rules
from shanhai.fields.pairing.queries.named import party_names as party_names
from shanhai.kernel.refusals import ChangedMeanwhile, gettext_noop
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.pages import View, member_required

T = TypeVar("T")

SIDE_NAMES = {"mountain": gettext_noop("the mountain side"), "sea": gettext_noop("the sea side")}


# -- words ---------------------------------------------------------------------------------------------------------


def word(choices: columns.Choices, value: str) -> str:
    """The word for a declared choice in the reader's language."""
    return columns.words(choices, value) if value else ""


def field_word(value: str) -> str:
    """The name of a field of cooperation; of none, the whole pairing."""
    return word(columns.FIELDS, value) or _("the whole pairing")


def listed(parts: Sequence[str]) -> str:
    """Words in a row, as the language joins them."""
    return ("、" if words.is_chinese() else ", ").join(part for part in parts if part)


def mark_of(records: Iterable[Any]) -> str:
    """The one source mark of a panel, from the standing of its records."""
    marks = {bool(record.is_illustrative) for record in records}
    if not marks:
        return ""
    return "mixed" if len(marks) == 2 else "illustrative" if marks == {True} else "reported"


def detail_of(records: Iterable[Any]) -> str:
    """What the source mark opens: where the reported records come from, once each."""
    sources = sorted({record.source for record in records if not record.is_illustrative and record.source})
    if not sources:
        return _("Made up to fill the example zone; not reported anywhere.")
    said = _("Reported: %s.") % "; ".join(sources[:4])
    return said + (" …" if len(sources) > 4 else "")


def short_name(party: Any, sides: dict[str, str], parties: Sequence[Any]) -> str:
    """A party as rows call it: by its side's short name where it is the only one of its side."""
    alone = sum(1 for other in parties if other.role == party.role) == 1
    return sides.get(party.role, party.organisation.name) if alone else party.organisation.name


# -- commitments as rows -------------------------------------------------------------------------------------------

STATUS_WORDS = {"ended": ("paused", gettext_noop("Ended"))}


@dataclass(frozen=True)
class Row:
    """A commitment as tables show it: all figures in one unit, and the bar.

    Made of a computed progress, or of the kept row that says the same figures by the same names.
    """

    progress: Any

    @property
    def commitment(self) -> Any:
        return self.progress.commitment

    @cached_property
    def scale(self) -> quantities.Scale:
        return quantities.scale_of(self.commitment, self.progress.promised)

    @property
    def delivered(self) -> str:
        return self.scale.say(self.progress.delivered, self.progress.promised)

    @property
    def promised(self) -> str:
        """With its unit: 12.0 m yuan, 18 pairs."""
        return self.scale.full(self.progress.promised)

    @property
    def forecast(self) -> str:
        one = self.progress
        if one.status == rules.Status.DONE or one.forecast is None:
            return words.NOTHING
        return self.scale.say(one.forecast, one.promised)

    @property
    def interval(self) -> str:
        """From the unfavourable to the favourable end; empty where they are one."""
        low, high = self.progress.low, self.progress.high
        if low is None or high is None or low == high:
            return ""
        return f"{self.scale.say(low)}–{self.scale.say(high)}"

    @property
    def missing(self) -> str:
        return self.scale.full(self.progress.missing)

    @property
    def exact_delivered(self) -> str:
        return quantities.exact(self.commitment, self.progress.delivered, self.scale)

    @property
    def bar(self) -> dict[str, Any]:
        """The values of the bullet bar, in the row's unit."""
        one, scale = self.progress, self.scale
        return {
            "delivered": scale.rounded(one.delivered),
            "target": scale.rounded(one.promised),
            "forecast": scale.rounded(one.forecast),
            "pace": None if one.status == rules.Status.DONE else scale.rounded(one.pace),
            "side": self.commitment.owes,
            "unit": scale.word_after(scale.say(one.promised)),
        }

    @property
    def status(self) -> str:
        return "paused" if self.progress.status == rules.Status.ENDED else str(self.progress.status)

    @property
    def status_word(self) -> str:
        return _("Ended") if self.progress.status == rules.Status.ENDED else ""

    @property
    def field(self) -> str:
        return field_word(self.commitment.field)

    @property
    def owes_label(self) -> str:
        return word(columns.OWES, self.commitment.owes)

    @property
    def due_on(self) -> Any:
        return self.progress.next_due

    @property
    def is_done(self) -> bool:
        return self.progress.status == rules.Status.DONE

    @property
    def rests(self) -> str:
        """What the forecast rests on, in a few words."""
        one = self.progress
        if one.status == rules.Status.DONE:
            return ""
        if one.basis == "confirmed":
            return _("confirmed entries")
        if one.basis == "pace":
            return _("pace of the last periods")
        return _("nothing yet")


def rows_of(found: Iterable[queries.Progress]) -> list[Row]:
    return [Row(one) for one in found]


def tally_sentence(tally: queries.Tally) -> str:
    """ "27 of 34 commitments are on track, 4 are at risk, 3 are late.": the finding of several pages."""
    if not tally.total:
        return _("Nothing is promised yet.")
    said = ngettext(
        "%(on_track)s of %(total)s commitment is on track",
        "%(on_track)s of %(total)s commitments are on track",
        tally.total,
    )
    parts = [said % {"on_track": listing.counted(tally.on_track), "total": listing.counted(tally.total)}]
    if tally.at_risk:
        at_risk = ngettext("%(n)s is at risk", "%(n)s are at risk", tally.at_risk)
        parts.append(at_risk % {"n": listing.counted(tally.at_risk)})
    if tally.late:
        late = ngettext("%(n)s is late", "%(n)s are late", tally.late)
        parts.append(late % {"n": listing.counted(tally.late)})
    if tally.not_started:
        waiting = ngettext("%(n)s has not begun", "%(n)s have not begun", tally.not_started)
        parts.append(waiting % {"n": listing.counted(tally.not_started)})
    return ("，" if words.is_chinese() else ", ").join(parts) + ("。" if words.is_chinese() else ".")


def nested_sentence(n: int) -> str:
    """What stands beside the account of a pairing and is not in its numbers; empty where there is nothing."""
    if not n:
        return ""
    said = ngettext(
        "Nested pairings promise %(n)s thing more.", "Nested pairings promise %(n)s things more.", n
    )
    return said % {"n": listing.counted(n)}


# -- papers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as pages link it."""

    title: str
    file_name: str
    url: str
    role: str
    size: str


def address(name: str, *args: Any) -> str:
    """An address of another field, empty where that field does not offer the page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def paper(document: Document, role: str = "") -> Paper:
    """How a page shows a document."""
    size = document.blob.size
    said = f"{size / 1024:,.0f} KB" if size < 2**20 else f"{size / 2**20:,.1f} MB"
    return Paper(
        document.title_said, document.file_name, address("registry:document", document.pk), role, said
    )


def papers_by(kind: str, ids: Iterable[int], role: str = "") -> dict[int, list[Paper]]:
    """Papers that hang on records of one table, by record (one statement)."""
    found: dict[int, list[Attachment]] = queries.papers_of(kind, ids, role)
    return {pk: [paper(one.document, one.role) for one in papers] for pk, papers in found.items()}


# -- pages ---------------------------------------------------------------------------------------------------------

Crumb = tuple[str, str]


def form_page(
    request: HttpRequest,
    form: ShanhaiForm,
    *,
    name: str,
    finding: str,
    crumbs: Sequence[Crumb],
    sub: str = "",
    status: int | None = None,
    **context: Any,
) -> HttpResponse:
    """A page that is one form: its name stands in the tab and over the fields, the sentence is its headline.

    It answers what the form says (``status``): 422 where it was refused, 409 where somebody else was faster.
    """
    return render(
        request,
        context.pop("template", "pairing/form.html"),
        {
            "form": form,
            "name": name,
            "finding": finding,
            "sub": sub,
            "crumbs": crumbs,
            "back": crumbs[-1][0] if crumbs else "",
            **context,
        },
        status=status or form.status,
    )


def export_of(register: Register) -> Callable[[Any, Any, str], HttpResponse]:
    """The export of a list: its filtered rows, all columns of the register, headings in the reader's language."""

    def export(request: Any, chosen: Any, form: str) -> HttpResponse:
        file = BytesIO()
        chosen = chosen.order_by().values("pk")
        exporting.export(register, file, form, member=request.member, pairing=request.pairing, pk__in=chosen)
        return downloads.sheet(file, f"{register.name}.{form}", form)

    return export


def may(request: Any, name: str, pairing_id: int | None = None) -> bool:
    """Whether the member may do an action of the field here; decides which buttons a page offers."""
    return access.may(request.member, f"pairing.{name}", pairing_id=pairing_id)


def own_side(request: Any, pairing_id: int) -> str:
    """The member's side in a pairing, empty for whoever sees it from above."""
    side = access.standing(request.member).side_in(pairing_id)
    return side if side in rules.SIDES else ""


def posted(code: str) -> Callable[[View], View]:
    """A view that one button posts to."""

    def wrap(view: View) -> View:
        inner = member_required(code)(view)
        guarded = require_POST(inner)
        guarded.access = code  # type: ignore[attr-defined]
        return guarded

    return wrap


def take_version(request: HttpRequest, row: Any) -> None:
    """Act on the version that the page showed, so that a change in between is noticed."""
    version = request.POST.get("version", "")
    if version.isdigit():
        if int(version) != row.version:
            raise ChangedMeanwhile(
                "pairing.changed_meanwhile",
                gettext_noop("{what} was changed meanwhile. Look at it again, then decide."),
                what=called(row),
            )
        row.version = int(version)


def said(request: HttpRequest, sentence: str, url: str) -> HttpResponse:
    """Say what was done, on the page where it shows."""
    messages.success(request, sentence)
    return redirect(url)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a record's history."""

    at: Any
    who: str
    what: str
    reason: str = ""


def history(subject: Any, limit: int = 12) -> list[Happened]:
    """What happened to one record, latest first, as its journal has it (one statement)."""
    found = []
    for entry in journal.of_subject(subject)[:limit]:
        body = journal.body_of(entry)
        reason = body.get("facts", {}).get("reason", "")
        who = journal.by_name(body) or _("The platform")
        is_loaded = entry.action.startswith("pairing.write_") and entry.action != "pairing.write_minutes"
        what = _("Loaded from a file") if is_loaded else journal.action_name(entry)
        found.append(Happened(entry.at, who, what, reason if isinstance(reason, str) else ""))
    return found


def today() -> Any:
    return clock.today()
