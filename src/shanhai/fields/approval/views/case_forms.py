"""What people do to a file: one form for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core.actions import documents
from shanhai.core.models import Document
from shanhai.fields.approval.actions import certificates, deciding, filing, opinions, stopping
from shanhai.fields.approval.forms import cases as forms
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import meetings, prechecks
from shanhai.fields.approval.queries import said as said_words
from shanhai.fields.approval.rules.cases import State
from shanhai.fields.approval.views import case_parts, inbox
from shanhai.fields.investment.queries import projects
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import undo
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.pages import member_required

Call = Callable[[dict[str, Any]], Any]


def _crumbs(case: Case | None = None) -> list[tuple[str, str]]:
    found = [(reverse("approval:cases"), _("Joint review"))]
    return found if case is None else [*found, (case.url, case.number)]


def _page(
    request: Any,
    form: ShanhaiForm,
    case: Case,
    call: Call,
    *,
    name: str,
    finding: str,
    done: str,
    to: str = "",
    sub: str = "",
    said_after: Callable[[Any], list[str]] = lambda _result: [],
    undo_at: Callable[[Any], str] = lambda _result: "",
) -> HttpResponse:
    """A form of a case: sent, it leads back to where it was opened from, with what the action found.

    ``undo_at`` says where what was done is taken back; empty where it is not.
    """
    if form.sent(call):
        told, back = " ".join([done, *said_after(form.result)]), undo_at(form.result)
        if not back:
            return said(request, told, to or case.url)
        undo.offer(request, told, back)
        return redirect(to or case.url)
    return form_page(
        request, form, name=name, finding=finding, sub=sub or case.project.name, crumbs=_crumbs(case)
    )


def _with_paper(
    request: Any, case: Case, data: dict[str, Any], call: Callable[[Document | None], Any]
) -> Any:
    """File the paper that came with a form, and do with it what the form does, in one transaction."""
    papers = data.pop("papers", [])
    return documents.with_papers(
        papers, case.pairing, request.member, lambda filed: call(filed[0] if filed else None)
    )


# -- the file ------------------------------------------------------------------------------------------------------


@member_required("approval.file_case")
def file(request: Any) -> HttpResponse:
    """Open the file of a project."""
    form = forms.FileForm(
        request, key="new", initial={"project": request.GET.get("project", ""), "mode": "joint"}
    )

    def call(data: dict[str, Any]) -> Any:
        project = projects.project_to_file(request.member, data["project"].strip())
        return filing.file_case(project, mode=data["mode"], by=request.member)

    if form.sent(call):
        return said(request, _("Opened as %s.") % form.result.number, f"{form.result.url}applicant/")
    return form_page(
        request, form, name=_("Open a file"), finding=_("Which project is to be approved?"), crumbs=_crumbs()
    )


@member_required("approval.add_material")
def material(request: Any, number: str, code: str) -> HttpResponse:
    """Bring a material."""
    case = queries.case_of(request.member, number)
    one = queries.material_of(case, code)
    form = forms.MaterialForm(request, subject=one)

    def call(data: dict[str, Any]) -> Any:
        # Counted before the transaction: a child process reads the file.
        pages = prechecks.pages_of(one, next(iter(data["papers"]), None))
        return _with_paper(
            request, case, data,
            lambda paper: filing.add_material(
                one, document=paper, dated_on=data["dated_on"], pages=pages, by=request.member
            ),
        )  # fmt: skip

    n = len(one.asked_by)
    asked = prechecks.asked(prechecks.rules_of(case.catalogue).get(code, []))
    return _page(
        request, form, case, call, name=_("Bring a material"),
        finding=_("%(name)s, for %(n)s items at once") % {"name": one.name, "n": n},
        done=_("The material is there."), to=_back(request, case),
        sub=_("Checked when you bring it: %s") % "; ".join(asked) if asked else "",
        said_after=lambda version: prechecks.said(version),
    )  # fmt: skip


def _back(request: Any, case: Case) -> str:
    """The applicant's page for who owns the project, else the page of the case."""
    is_own = request.member.unit.organisation_id == case.enterprise_id
    return f"{case.url}applicant/" if is_own else case.url


@member_required("approval.hand_in")
def hand_in(request: Any, number: str) -> HttpResponse:
    """Hand it in."""
    case = queries.case_of(request.member, number)
    form = forms.HandInForm(request, subject=case)
    can_wait = [one for one in queries.materials_of(case) if not one.n_versions and one.may_be_promised]
    form.offer_choices("promised", [(one.code, one.name) for one in can_wait])
    found = [
        f"{one.name}: {told}"
        for one in queries.materials_of(case)
        for told in prechecks.said(next(iter(one.versions.all()), None))
    ]
    return _page(
        request, form, case, lambda data: filing.hand_in(case, promised=data["promised"], by=request.member),
        name=_("Hand in"), finding=_("Is the file complete?"), done=_("The file is handed in."),
        to=f"{case.url}applicant/", sub=_("The pre-check found: %s") % " ".join(found) if found else "",
    )  # fmt: skip


@member_required("approval.withdraw_case")
def withdraw(request: Any, number: str) -> HttpResponse:
    """Withdraw it."""
    case = queries.case_of(request.member, number)
    form = forms.ReasonForm(request, subject=case)
    return _page(
        request, form, case, lambda data: filing.withdraw_case(case, reason=data["reason"], by=request.member),
        name=_("Withdraw"), finding=_("Why is the file withdrawn?"), done=_("The file is withdrawn."),
    )  # fmt: skip


@member_required("approval.name_gaps")
def gaps(request: Any, number: str) -> HttpResponse:
    """Name all gaps, once."""
    case = queries.case_of(request.member, number)
    form = forms.GapsForm(request, subject=None, key=number)
    missing = queries.rules.gaps(queries.papers_of(queries.materials_of(case)))
    sub = _("Missing: %s") % ", ".join(missing) if missing else _("Nothing is missing.")
    return _page(
        request, form, case,
        lambda data: filing.name_gaps(case, gaps=gaps_in(data["gaps"]), by=request.member),
        name=_("Name all gaps"), finding=_("What is missing or wrong? It is asked once, all at once."), sub=sub,
        done=_("The applicant is told of all gaps."),
    )  # fmt: skip


def gaps_in(text: str) -> dict[str, str]:
    """Gaps from lines of "code: what is wrong"."""
    found: dict[str, str] = {}
    for line in filter(None, (one.strip() for one in text.replace("：", ":").splitlines())):
        code, colon, wrong = line.partition(":")
        if not colon:
            raise BadInput(
                "approval.gap_line",
                gettext_noop("“{line}” names no material. Write its code, a colon, and what is wrong."),
                line=line[:60],
                field="gaps",
            )
        found[code.strip()] = wrong.strip()
    return found


@posted("approval.accept_case")
def accept(request: Any, number: str) -> HttpResponse:
    """Accept it: every item that can opens at once."""
    case = queries.case_of(request.member, number)
    filing.accept_case(case, by=request.member)
    return said(request, _("The file is accepted; its departments have it."), case.url)


# -- items ---------------------------------------------------------------------------------------------------------


@member_required("approval.decide_item")
def decide(request: Any, number: str, code: str) -> HttpResponse:
    """Decide on an item, or pass the decision on."""
    item = queries.item_of(request.member, number, code)
    told = meetings.told_last(item)
    drafted = {
        "decision": item.draft or "approved", "reasons": item.draft_reasons, "relies": item.relies,
    }  # fmt: skip
    before = case_parts.rests_on(item, list(queries.items_of(item.case)))
    if told is not None:
        decided = "refused" if told.verdict == "refused" else "approved"
        if not item.draft or (item.draft == decided and not item.draft_reasons):
            drafted |= {"decision": decided, "reasons": told.text}
    form = forms.DecideForm(request, subject=item, initial=drafted)
    if not item.is_absent:
        del form.fields["papers"]
    if not case_parts.has_run_out(item):
        del form.fields["relies"]
    if not item.is_last_step:
        form.button = gettext_lazy("Pass it on")

    def call(data: dict[str, Any]) -> Any:
        return _with_paper(
            request, item.case, data,
            lambda paper: deciding.decide_item(item, document=paper, by=request.member, **data),
        )  # fmt: skip

    done = (
        _("Decided; what waited for it is open.") if item.is_last_step else _("Passed on to the next step.")
    )
    return _page(
        request, form, item.case, call, name=_("Decide"), finding=_asked(item), done=done, to=reverse("approval:inbox"),
        sub=" ".join([_about(item, told), *(_("Rests on: %s.") % one for one, _run_out in before)]), undo_at=undo_of_decision,
    )  # fmt: skip


def undo_of_decision(item: CaseItem) -> str:
    """Where a decision, or the passing on of one, is taken back; a refusal ended the case and stands."""
    return "" if item.decision == "refused" else inbox.undone(item)


@posted("approval.return_decision")
def undo_item(request: Any, number: str, code: str) -> HttpResponse:
    """Take back what was just decided or passed on."""
    item = queries.item_of(request.member, number, code)
    if item.state == State.DECIDED:
        deciding.recall_decision(item, reason=_("Taken back at once."), by=request.member)
    else:
        deciding.return_decision(item, word=_("Taken back at once."), by=request.member)
    return said(request, _("Taken back: %s.") % item.name, reverse("approval:inbox"))


def _asked(item: CaseItem) -> str:
    return _("%(item)s of %(project)s?") % {"item": item.name, "project": item.case.project.name}


def _about(item: CaseItem, met: Any = None) -> str:
    told = []
    if met is not None:
        what = said_words.words(said_words.VERDICTS_SAID, met.verdict)
        told.append(_("Meeting %(meeting)s: %(verdict)s.") % {"meeting": met.meeting.number, "verdict": what})
    return " ".join([*told, *case_parts.left_to(item)]) or _("All opinions are in, and nobody disagrees.")


@member_required("approval.return_decision")
def return_item(request: Any, number: str, code: str) -> HttpResponse:
    """Return a decision to the step below."""
    item = queries.item_of(request.member, number, code)
    form = forms.WordForm(request, subject=item)
    return _page(
        request, form, item.case, lambda data: deciding.return_decision(item, word=data["word"], by=request.member),
        name=_("Return"), finding=_("What should be put right?"), done=_("Returned to the step below."),
    )  # fmt: skip


@member_required("approval.recall_decision")
def recall_item(request: Any, number: str, code: str) -> HttpResponse:
    """Recall a decision."""
    item = queries.item_of(request.member, number, code)
    form = forms.ReasonForm(request, subject=item)
    return _page(
        request, form, item.case, lambda data: deciding.recall_decision(item, reason=data["reason"], by=request.member),
        name=_("Recall"), finding=_("Why is the decision recalled?"), done=_("Recalled; what it opened waits again."),
    )  # fmt: skip


@member_required("approval.renew_certificate")
def renew(request: Any, number: str, code: str) -> HttpResponse:
    """Enter the renewed certificate of an item."""
    item = queries.item_of(request.member, number, code)
    form = forms.RenewForm(request, subject=item)

    def call(data: dict[str, Any]) -> Any:
        return _with_paper(
            request, item.case, data,
            lambda paper: certificates.renew_certificate(item, document=paper, by=request.member, **data),
        )  # fmt: skip

    return _page(
        request, form, item.case, call, name=_("Renew the certificate"),
        finding=_("Until when does the renewed one hold?"), sub=case_parts.certificate_said(item),
        done=_("Renewed; what rests on it has its new day."),
    )  # fmt: skip


@member_required("approval.stop_item")
def stop(request: Any, number: str, code: str) -> HttpResponse:
    """Stop the clock."""
    item = queries.item_of(request.member, number, code)
    form = forms.StopForm(request, subject=item)

    def call(data: dict[str, Any]) -> Any:
        return _with_paper(
            request,
            item.case,
            data,
            lambda paper: stopping.stop_item(item, document=paper, by=request.member, **data),
        )

    return _page(
        request, form, item.case, call, name=_("Stop the clock"),
        finding=_("For which reason does the clock of %s stand still?") % item.name,
        done=_("The clock stands still; the applicant is told."),
    )  # fmt: skip


@posted("approval.resume_item")
def resume(request: Any, number: str, code: str) -> HttpResponse:
    """Let the clock go on."""
    item = queries.item_of(request.member, number, code)
    stopping.resume_item(item, by=request.member)
    return said(request, _("The clock goes on."), item.case.url)


@posted("approval.ask_to_resume")
def ask_to_resume(request: Any, number: str, code: str) -> HttpResponse:
    """Ask that the clock goes on."""
    item = queries.item_of(request.member, number, code)
    stopping.ask_to_resume(item, by=request.member)
    return said(request, _("The department is asked to let the clock go on."), f"{item.case.url}applicant/")


@member_required("approval.extend_item")
def extend(request: Any, number: str, code: str) -> HttpResponse:
    """Extend an item, once."""
    item = queries.item_of(request.member, number, code)
    form = forms.ExtendForm(request, subject=item)
    return _page(
        request, form, item.case, lambda data: stopping.extend_item(item, by=request.member, **data),
        name=_("Extend the item"), finding=_("By how many working days is %s extended?") % item.name,
        done=_("Extended; the applicant is told."),
    )  # fmt: skip


# -- opinions ------------------------------------------------------------------------------------------------------


@member_required("approval.reply_opinion")
def reply(request: Any, number: str, code: str, department: str) -> HttpResponse:
    """Reply, or pass the reply on."""
    one = queries.opinion_of(request.member, number, code, department)
    form = forms.ReplyForm(
        request, subject=one, initial={"reply": one.draft or "agree", "reasons": one.draft_reasons}
    )
    if not one.is_last_step:
        form.button = gettext_lazy("Pass it on")
    is_advice = one.role == "advise"
    return _page(
        request, form, one.item.case, lambda data: opinions.reply_opinion(one, by=request.member, **data),
        name=_("Advise") if is_advice else _("Reply"), finding=_asked(one.item),
        sub=_("Advice is shown to all and stops no clock.") if is_advice else _("No reply by the deadline counts as agreement."),
        done=_("The reply is sent.") if one.is_last_step else _("Passed on to the next step."), to=reverse("approval:inbox"),
        undo_at=inbox.undone,
    )  # fmt: skip


@posted("approval.return_opinion")
def undo_opinion(request: Any, number: str, code: str, department: str) -> HttpResponse:
    """Take back what was just replied or passed on."""
    one = queries.opinion_of(request.member, number, code, department)
    if one.replied_on is not None:
        opinions.recall_opinion(one, reason=_("Taken back at once."), by=request.member)
    else:
        opinions.return_opinion(one, word=_("Taken back at once."), by=request.member)
    return said(request, _("Taken back: %s.") % one.item.name, reverse("approval:inbox"))


@member_required("approval.return_opinion")
def return_opinion(request: Any, number: str, code: str, department: str) -> HttpResponse:
    """Return a reply to the step below."""
    one = queries.opinion_of(request.member, number, code, department)
    form = forms.WordForm(request, subject=one)
    return _page(
        request, form, one.item.case, lambda data: opinions.return_opinion(one, word=data["word"], by=request.member),
        name=_("Return"), finding=_("What should be put right?"), done=_("Returned to the step below."),
    )  # fmt: skip


@member_required("approval.record_opinion")
def record(request: Any, number: str, code: str, department: str) -> HttpResponse:
    """Write down an opinion in a department's name."""
    one = queries.opinion_of(request.member, number, code, department)
    form = forms.RecordForm(request, subject=one, initial={"reply": "agree"})

    def call(data: dict[str, Any]) -> Any:
        return _with_paper(
            request, one.item.case, data,
            lambda paper: opinions.record_opinion(one, document=paper, by=request.member, **data),
        )  # fmt: skip

    return _page(
        request, form, one.item.case, call, name=_("Write down an opinion"),
        finding=_("What did %(who)s reply on %(item)s?") % {"who": one.department_name, "item": one.item.name},
        done=_("Written down in the department’s name."),
    )  # fmt: skip


@member_required("approval.recall_opinion")
def recall_opinion(request: Any, number: str, code: str, department: str) -> HttpResponse:
    """Recall a reply."""
    one = queries.opinion_of(request.member, number, code, department)
    form = forms.ReasonForm(request, subject=one)
    return _page(
        request, form, one.item.case, lambda data: opinions.recall_opinion(one, reason=data["reason"], by=request.member),
        name=_("Recall"), finding=_("Why is the reply recalled?"), done=_("The reply is recalled."),
    )  # fmt: skip
