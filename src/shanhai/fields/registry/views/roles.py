"""Pages of roles and the access table: who may see and do what, in plain words."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from shanhai.core import access, clock, signs
from shanhai.core.models import RoleGrant
from shanhai.fields.registry.queries import access_table, members
from shanhai.fields.registry.views import shared
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit.pages import member_required


@require_GET
@member_required("registry.view_roles")
def index(request: Any) -> HttpResponse:
    day = clock.today()
    held = RoleGrant.objects.filter(from_on__lte=day, member__is_active=True).exclude(to_on__lt=day)
    counts = dict(held.values_list("role").annotate(n=Count("member", distinct=True)).order_by())
    rows = [
        (
            role,
            counts.get(role.code, 0),
            sum(len(group.lines) for group in access_table.of_role(role.code)),
        )
        for role in signs.roles
    ]
    context = {
        "rows": rows,
        "held": sum(1 for _role, n, _rows in rows if n),
        "most": max((n for _role, n, _rows in rows), default=0),
        "without_role": members.without_role().count(),
        "may_see_table": shared.may(request, "registry.view_access"),
    }
    return render(request, "registry/roles.html", context)


@require_GET
@member_required("registry.view_roles")
def show(request: Any, code: str) -> HttpResponse:
    role = signs.roles.get(code)
    if role is None:
        raise NotFound(
            "registry.no_role_page",
            gettext_noop("There is no role {given}. The list has all of them."),
            given=code,
        )
    day = clock.today()
    holders = members.seen_by(request.member).filter(
        is_active=True, grants__role=code, grants__from_on__lte=day
    )
    holders = holders.exclude(grants__in=RoleGrant.objects.filter(role=code, to_on__lt=day))
    groups = access_table.of_role(code)
    context = {
        "role": role,
        "account": [(group, access_table.parts(group)) for group in groups],
        "sees": sum(line.row.kind == "page" for group in groups for line in group.lines),
        "does": sum(line.row.kind == "action" for group in groups for line in group.lines),
        "holders": list(
            holders.select_related("unit__organisation").order_by("name_sort", "pk").distinct()[:200]
        ),
        "sees_all": code in access.SEES_ALL,
    }
    return render(request, "registry/role.html", context)


@require_GET
@member_required("registry.view_access")
def table(request: Any) -> HttpResponse:
    groups = access_table.whole()
    context = {
        "groups": groups,
        "n": sum(len(group.lines) for group in groups),
        "fields": len(groups),
        "roles": len(signs.roles),
        "note": gettext("generated from what the fields declare; a test holds pages and actions to it"),
    }
    return render(request, "registry/access.html", context)
