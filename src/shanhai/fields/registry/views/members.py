"""Pages of members: who they are, what they may do, who stands in for them, how they log in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from shanhai.core import access, clock, masking
from shanhai.core.actions import logins, members, roles
from shanhai.core.counting import count_bounded
from shanhai.core.models import Deputy, Member, RoleGrant, Unit, User, WorkItem
from shanhai.fields.registry import columns, forms
from shanhai.fields.registry.queries import access_table, beginnings, entries
from shanhai.fields.registry.queries import members as queries
from shanhai.fields.registry.views import shared
from shanhai.webkit import cells, listing, masked, undo
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required
from shanhai.webkit.remember import for_reader

MEMBERS = Table(
    code="registry.members",
    columns=(
        Column(
            "name",
            _("Member"),
            kind="link",
            value="name",
            href=cells.link("registry:member", "code"),
            sort=("name_sort",),
            index="member_name",
            second=lambda row: "" if row.is_active else gettext("no longer active"),
            stack="grow",
        ),
        Column("title", _("Post"), value="title_said", stack="push"),
        Column("organisation", _("Organisation"), value="unit.organisation.name", stack="full"),
        Column("unit", _("Office unit"), value="unit.name"),
        Column(
            "roles", _("Roles"), value=lambda row: queries.role_names(row) or gettext("none"), stack="full"
        ),
        Column(
            "login",
            _("Login"),
            kind="code",
            value=lambda row: row.user.username if row.user else "",
            stack="hide-s",
        ),
        Column("code", _("Code"), kind="code", sort=("code",), index="unique", stack="hide-s"),
    ),
    filters=(
        Filter(
            "state",
            _("Shown"),
            choices=(("active", _("active")), ("former", _("former")), ("idle", _("without a role"))),
            apply=lambda rows, text: _in_state(rows, text),
        ),
        Filter("unit", _("Unit (code)"), field="unit__code"),
        Filter("q", _("Name, code or login"), kind="search", apply=lambda rows, text: _named(rows, text)),
    ),
    default_sort="name",
    keeps_count=True,
    export=shared.export_of(columns.MEMBERS),
    empty=(
        _("No members yet."),
        _(
            "People stand in units: open an organisation, add a unit, then its members; or bring a spreadsheet."
        ),
    ),
)


def _in_state(rows: Any, text: str) -> Any:
    if text == "idle":
        return queries.without_role(rows)
    return rows.filter(is_active=text == "active")


def _named(rows: Any, text: str) -> Any:
    """The login, codes and names that begin so, else the English names that do."""
    user = User.objects.filter(username=text).first()
    ways = (beginnings.of_code(text), beginnings.of_name(text))
    found = beginnings.found(rows, *([Q(user=user)] if user else []), *ways)
    return rows.filter(name_en__istartswith=text) if found is None else found


def _counts(reader: Member) -> tuple[int, int]:
    """How many whom the reader sees are active, and how many of those have no role; each as far as lists count."""
    seen = queries.seen_by(reader)
    asked = (seen.filter(is_active=True), queries.without_role(seen))
    active, idle = (count_bounded(rows) for rows in asked)
    return active, idle


@require_GET
@member_required("registry.view_members")
def index(request: Any) -> HttpResponse:
    seen = queries.seen_by(request.member)
    active, idle = for_reader(request, "registry.members", (), lambda: _counts(request.member))
    context = {
        "total": active,
        "idle": idle,
        "is_all": access.may(request.member, "core.view_all_members"),
        "may_add": shared.may(request, "core.add_member"),
        "may_import": shared.may(request, "registry.write_members"),
    }
    rows = queries.with_roles(seen)
    return listing.render(request, "registry/members.html", MEMBERS, rows, context)


@require_GET
@member_required("registry.view_members")
def show(request: Any, code: str) -> HttpResponse:
    return _page(request, _found(code, request.member), {})


@require_POST
@member_required("registry.view_members")
def read(request: Any, code: str) -> HttpResponse:
    """Give one masked value to whoever may read it; that they read it goes on the record."""
    member = _found(code, request.member)
    name = request.POST.get("column", "")[:40]
    value = masking.read_masked(member, columns.MEMBERS.code, name, by=request.member)
    if request.htmx:
        return masked.answer(request, masked.Cell(name, columns.MEMBERS.column(name).heading, value=value))
    return masked.kept_nowhere(_page(request, member, {name: value}))


def _page(request: Any, member: Member, shown: dict[str, str]) -> HttpResponse:
    """A member's page; ``shown`` has the masked values that the reader has just asked for."""
    grants = list(
        RoleGrant.objects.filter(member=member).select_related("granted_by").order_by("-from_on", "role")
    )
    context = {
        "subject": member,
        "grants": [access_table.grant_line(grant) for grant in grants],
        "role_names": queries.role_names(member),
        "deputies": list(
            Deputy.objects.filter(member=member).select_related("deputy").order_by("-from_on")[:20]
        ),
        "stands_in": list(
            Deputy.objects.filter(deputy=member, ended_on=None)
            .select_related("member")
            .order_by("-from_on")[:20]
        ),
        "open_work": WorkItem.objects.filter(member=member, stage=WorkItem.Stage.OPEN).count(),
        **{name: _masked(request, member, name, shown) for name in ("phone", "email")},
        "history": shared.history(member),
        "readings": entries.readings(member) if shared.may(request, "registry.view_journal") else None,
        "may_change": shared.may(request, "core.change_member"),
        "may_view_access": shared.may(request, "registry.view_access"),
        "role_form": forms.GiveRole(initial={"from_on": clock.today()}),
        "login_form": forms.OpenLogin(initial={"username": member.code}),
        "is_oneself": request.member.pk == member.pk,
        "today": clock.today(),
    }
    return render(request, "registry/member.html", context)


def _masked(request: Any, member: Member, name: str, shown: dict[str, str]) -> masked.Cell | None:
    return masked.cell(
        columns.MEMBERS,
        name,
        member,
        url=reverse("registry:member_read", args=[member.code]),
        member=request.member,
        value=shown.get(name, ""),
    )


def _found(code: str, reader: Member | None = None) -> Member:
    """A member among those whom the reader may see; the forms are for those who see all."""
    return shared.found(queries.with_roles(queries.seen_by(reader)), code=code)


def _to(code: str) -> str:
    return reverse("registry:member", args=[code])


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    return [(gettext("Members"), reverse("registry:members")), (member.name, _to(member.code))]


@member_required("registry.keep_people")
def add(request: Any) -> HttpResponse:
    unit = Unit.objects.filter(code=request.GET.get("unit", "")).first()
    form = forms.AddMember(
        request, key=f"new-{unit.pk}" if unit else "", initial={"unit": unit} if unit else None
    )
    form.order_fields(
        ["version", "unit", "code", "name_zh", "name_en", "title", "title_en", "phone", "email"]
    )
    if form.sent(lambda data: members.add_member(data.pop("unit"), by=request.member, **data)):
        sentence = gettext(
            "%(member)s is in the register. Give a role next: without one they can do nothing."
        )
        return shared.done(request, sentence % {"member": form.result.name}, _to(form.result.code))
    return shared.form_page(
        request,
        form,
        title=gettext("Add a member"),
        crumbs=[(gettext("Members"), reverse("registry:members"))],
    )


@member_required("registry.keep_people")
def change(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    form = forms.MemberForm(request, subject=member)
    if form.sent(lambda data: members.change_member(member, by=request.member, **data)):
        return shared.done(request, gettext("The member is saved."), _to(code))
    return shared.form_page(
        request,
        form,
        title=gettext("Change %(member)s") % {"member": member.name},
        crumbs=_crumbs(member),
    )


@member_required("registry.keep_people")
def move(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    form = forms.MoveMember(request, subject=member)
    if form.sent(lambda data: members.move_member(member, by=request.member, **data)):
        sentence = gettext("%(member)s works in %(unit)s now.")
        return shared.done(request, sentence % {"member": member.name, "unit": member.unit.name}, _to(code))
    return shared.form_page(
        request,
        form,
        title=gettext("Move %(member)s to another unit") % {"member": member.name},
        sub=gettext("Open work is handed over first; roles stay and should be looked at."),
        crumbs=_crumbs(member),
    )


@require_POST
@member_required("registry.keep_people")
def deactivate(request: Any, code: str) -> HttpResponse:
    member = shared.versioned(request, _found(code))
    members.deactivate_member(member, by=request.member)
    sentence = gettext("%(member)s is no longer active; the login is shut.") % {"member": member.name}
    undo.offer(request, sentence, reverse("registry:member_reactivate", args=[code]))
    return redirect(_to(code))


@require_POST
@member_required("registry.keep_people")
def reactivate(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    members.reactivate_member(member, by=request.member)
    sentence = gettext("%(member)s is active again.") % {"member": member.name}
    return shared.done(request, sentence, _to(code))


@member_required("registry.keep_people")
def give_role(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    form = forms.GiveRole(request, initial={"from_on": clock.today()})
    if form.sent(lambda data: roles.give_role(member, by=request.member, **data)):
        sentence = gettext("%(member)s has the role %(role)s.")
        given = {"member": member.name, "role": roles.role_name(form.result.role)}
        return shared.done(request, sentence % given, _to(code))
    return shared.form_page(
        request,
        form,
        title=gettext("Give %(member)s a role") % {"member": member.name},
        crumbs=_crumbs(member),
    )


@require_POST
@member_required("registry.keep_people")
def take_role(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    role = request.POST.get("role", "")[:30]
    roles.take_role(member, role=role, by=request.member)
    sentence = gettext("%(member)s no longer has the role %(role)s.")
    return shared.done(request, sentence % {"member": member.name, "role": roles.role_name(role)}, _to(code))


@member_required("registry.keep_people")
def set_deputy(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    form = forms.SetDeputy(request, key=f"for-{member.pk}", initial={"from_on": clock.today()})
    if form.sent(lambda data: members.set_deputy(member, by=request.member, **data)):
        sentence = gettext("%(deputy)s stands in for %(member)s.")
        given = {"deputy": form.result.deputy.name, "member": member.name}
        return shared.done(request, sentence % given, _to(code))
    return shared.form_page(
        request,
        form,
        title=gettext("Who stands in for %(member)s?") % {"member": member.name},
        crumbs=_crumbs(member),
    )


@require_POST
@member_required("registry.keep_people")
def end_deputy(request: Any, code: str, pk: int) -> HttpResponse:
    deputy = shared.found(Deputy.objects.filter(member__code=code), pk=pk)
    members.end_deputy(deputy, by=request.member)
    return shared.done(request, gettext("The standing-in has ended."), _to(code))


@member_required("registry.keep_people")
def open_login(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    form = forms.OpenLogin(request, initial={"username": member.code})
    if form.sent(lambda data: logins.open_login(member, by=request.member, **data)):
        user, first = form.result
        if first:
            return _first_password(request, member, user.username, first)
        return shared.done(
            request, gettext("The login %(name)s is theirs too.") % {"name": user.username}, _to(code)
        )
    return shared.form_page(
        request,
        form,
        title=gettext("Open a login for %(member)s") % {"member": member.name},
        crumbs=_crumbs(member),
    )


@require_POST
@member_required("registry.keep_people")
def reset_password(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    first = logins.reset_password(member, by=request.member)
    assert member.user is not None  # refused above
    return _first_password(request, member, member.user.username, first)


def _first_password(request: Any, member: Member, username: str, first: str) -> HttpResponse:
    """Shown once and kept nowhere: neither in a message nor in the history of the browser."""
    context = {"subject": member, "username": username, "first": first}
    answer = render(request, "registry/first_password.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@member_required("registry.keep_people")
def close_login(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    logins.close_login(member, by=request.member)
    sentence = gettext("The login of %(member)s is shut.") % {"member": member.name}
    undo.offer(request, sentence, reverse("registry:login_reopen", args=[code]))
    return redirect(_to(code))


@require_POST
@member_required("registry.keep_people")
def reopen_login(request: Any, code: str) -> HttpResponse:
    member = _found(code)
    logins.reopen_login(member, by=request.member)
    messages.success(request, gettext("The login of %(member)s works again.") % {"member": member.name})
    return redirect(_to(code))


@require_GET
@member_required("registry.view_access")
def may_see(request: Any, code: str) -> HttpResponse:
    """What this member may see and do, and by which role."""
    member = _found(code)
    here = access.standing(member)
    groups = access_table.of_member(member)
    context = {
        "subject": member,
        "role_names": queries.role_names(member),
        "groups": groups,
        "account": [(group, access_table.parts(group)) for group in groups],
        "seats": access_table.seats_of(member),
        "n": sum(line.is_allowed for group in groups for line in group.lines),
        "sees_all": bool(here.roles & access.SEES_ALL),
    }
    return render(request, "registry/member_access.html", context)
