"""Notes on records, and who sees a record: what the panels on all record pages post to."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core import records
from shanhai.core.actions import notes, sharing
from shanhai.core.models import Organisation
from shanhai.core.queries import notes as queries
from shanhai.fields.office.forms.notes import ChangeNote, GuestForm, NoteForm
from shanhai.fields.office.views import shared
from shanhai.fields.registry.queries.shared import found
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import threads, undo
from shanhai.webkit.pages import member_required

VERBS = {
    "keep": (sharing.keep_to_unit, gettext_lazy("Only the own unit sees it now.")),
    "side": (sharing.share_with_own_side, gettext_lazy("The own side sees it now.")),
    "both": (sharing.share_with_other_side, gettext_lazy("Both sides see it now.")),
    "public": (sharing.make_public, gettext_lazy("Everybody sees it now.")),
    "back": (sharing.take_back, gettext_lazy("It is back with the own side.")),
}


@member_required("core.write_note")
def write(request: Any, kind: str, pk: int) -> HttpResponse:
    """Write a note on a record."""
    record = records.found(request.member, kind, pk)
    reach = request.GET.get("reach", "side")
    form = NoteForm(request, key=threads.draft_key(kind, pk, reach), initial={"reach": reach})
    if form.sent(
        lambda data: notes.write_note(record, pairing=request.pairing, by=request.member, **_given(data))
    ):
        sentence = _("Both sides read the note now.") if form.result.is_shared else _("The note is written.")
        undo.offer(request, sentence, reverse("office:note_withdraw", args=[form.result.pk]))
        return redirect(_place(record, form.result))
    return shared.form_page(
        request,
        form,
        name=_("Write a note"),
        finding=_("What shall be noted, and for whom?"),
        sub=records.title(record),
        crumbs=_crumbs(record),
    )


@member_required("core.change_note")
def change(request: Any, pk: int) -> HttpResponse:
    """Mend one's own note."""
    note = queries.note_of(request.member, pk)
    record = queries.record_of(request.member, note)
    form = ChangeNote(request, subject=note)
    if form.sent(lambda data: notes.change_note(note, by=request.member, **_given(data))):
        return shared.said(request, _("The note is changed."), _place(record, note))
    return shared.form_page(
        request,
        form,
        name=_("Change the note"),
        finding=_("What shall the note say?"),
        sub=records.title(record),
        crumbs=_crumbs(record),
    )


@shared.posted("core.withdraw_note")
def withdraw(request: Any, pk: int) -> HttpResponse:
    """Withdraw one's own note; the undo of writing it."""
    note = shared.at_version(request, queries.note_of(request.member, pk))
    notes.withdraw_note(note, by=request.member)
    return shared.said(
        request, _("The note is withdrawn."), _place(queries.record_of(request.member, note), note)
    )


@shared.posted("core.see_mention")
def see(request: Any, pk: int) -> HttpResponse:
    """Say that one has seen what a note asks one to look at."""
    mention = queries.mention_of(request.member, pk)
    notes.see_mention(mention, by=request.member)
    record = queries.record_of(request.member, mention.note)
    return shared.said(request, _("Seen; it no longer waits for you."), _place(record, mention.note))


def _given(data: dict[str, Any]) -> dict[str, Any]:
    data.pop("version", None)
    return data


def _place(record: Any, note: Any) -> str:
    return f"{records.url(record)}#note-{note.pk}"


def _crumbs(record: Any) -> list[tuple[str, str]]:
    return [(f"{records.url(record)}#notes", records.title(record))]


# -- who sees a record ---------------------------------------------------------------------------------------------


@shared.posted("core.share_with_own_side")
def share(request: Any, kind: str, pk: int, verb: str) -> HttpResponse:
    """Show a record to others step by step, or take it back.

    Raises
    ------
    NotFound
        ``office.no_such_step``
    """
    record = shared.at_version(request, records.with_reach(records.found(request.member, kind, pk)))
    if verb not in VERBS:
        raise NotFound(
            "office.no_such_step",
            gettext_noop("{given} is no step of sharing. Choose one of: {verbs}."),
            given=verb[:20],
            verbs=", ".join(VERBS),
        )
    act, sentence = VERBS[verb]
    act(record, by=request.member)
    return shared.said(request, str(sentence), records.url(record))


@member_required("core.share_with_guest")
def guest(request: Any, kind: str, pk: int) -> HttpResponse:
    """Show a record to one organisation by name."""
    record = records.with_reach(records.found(request.member, kind, pk))
    form = GuestForm(request)

    def call(data: dict[str, Any]) -> Any:
        organisation = found(Organisation.objects.filter(is_active=True), code=data["organisation"])
        return sharing.share_with_guest(record, organisation, by=request.member)

    if form.sent(call):
        sentence = _("%(guest)s sees it now.") % {"guest": form.result.organisation.name}
        return shared.said(request, sentence, records.url(record))
    return shared.form_page(
        request,
        form,
        name=_("Name a guest"),
        finding=_("Who besides may see it?"),
        sub=records.title(record),
        crumbs=[(records.url(record), records.title(record))],
    )
