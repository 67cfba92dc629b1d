"""Every address, action and command answers to the access table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string

from shanhai.core import signs
from shanhai.webkit import signs as page_signs

# Addresses that need no row, and why.
PUBLIC = {
    "first_run": "open only while nobody works here",
    "set_language": "a visitor chooses a language",
    "phone_landing": "the token in the address is looked up, and nothing is shown",
    "phone_page": "the cookies of one phone open one link; everybody else is told that there is nothing",
    "choose_pairing": "the member's own seats only",
    "choose_member": "the login's own memberships only",
    "api_docs": "what the API offers is no secret",
    "webkit:draft_save": "one's own drafts",
    "webkit:draft_drop": "one's own drafts",
    "webkit:styleguide": "patterns with made-up rows",
    "account_login": "before anybody is known",
    "account_logout": "one's own session",
    "account_inactive": "says that a login is shut",
    "account_signup": "says that nobody signs up",
    "account_reauthenticate": "one's own password",
    "account_email": "leads to the profile",
    "account_set_password": "leads to the profile",
    "account_change_password": "one's own password",
    "socialaccount_login_cancelled": "says that a login was broken off",
    "socialaccount_login_error": "says that a login failed",
    "socialaccount_signup": "says that nobody signs up",
    "socialaccount_connections": "leads to the profile",
    "openid_connect_login": "before anybody is known",
    "openid_connect_callback": "before anybody is known",
    "mfa_index": "one's own second factor",
    "mfa_authenticate": "one's own second factor",
    "mfa_reauthenticate": "one's own second factor",
    "mfa_activate_totp": "one's own second factor",
    "mfa_deactivate_totp": "one's own second factor",
    "mfa_view_recovery_codes": "one's own second factor",
    "mfa_generate_recovery_codes": "one's own second factor",
    "mfa_download_recovery_codes": "one's own second factor",
    "pairing:calendar_feed": "an unguessable address of one member's own",
}
# Pages of every login about itself, marked by ``login_needed``.
OWN = ""


def addresses() -> Iterator[tuple[str, URLPattern]]:
    def walk(resolver: URLResolver, namespace: str, path: str) -> Iterator[tuple[str, str, URLPattern]]:
        for pattern in resolver.url_patterns:
            here = path + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern, inner, here)
            else:
                yield f"{namespace}{pattern.name or here}", here, pattern

    for name, path, pattern in walk(get_resolver("shanhai.site.urls_with_api"), "", ""):
        if not path.startswith("api/") or pattern.name == "api_docs":
            yield name, pattern


def operations() -> Iterator[tuple[str, Any]]:
    from shanhai.site.api import api

    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{'/'.join(operation.methods)} {path}", operation.view_func


def test_every_address_has_an_access_row_or_is_public_for_a_reason():
    strange = []
    for name, pattern in addresses():
        code = getattr(pattern.callback, "access", None)
        if code is None and name not in PUBLIC:
            strange.append(f"{name}: no access row; use member_required")
        elif code and code not in signs.access_rows:
            strange.append(f"{name}: its row {code} is not signed in")

    assert not strange, "\n".join(strange)


def test_reasons_for_public_addresses_name_addresses_that_exist():
    names = {name for name, _ in addresses()}

    assert not PUBLIC.keys() - names - {"pairing:calendar_feed"}


def test_every_operation_of_the_api_has_an_access_row():
    strange = []
    for name, function in operations():
        code = getattr(function, "access", None)
        if name == "GET /me":
            continue
        if code is None:
            strange.append(f"{name}: no access row; use webkit.api.may")
        elif code not in signs.access_rows:
            strange.append(f"{name}: its row {code} is not signed in")

    assert not strange, "\n".join(strange)


def actions_of(modules) -> Iterator[tuple[str, Any, ast.FunctionDef]]:
    for module in modules("core", "fields"):
        if module.name == "fields":
            continue
        label = "core" if module.name.startswith("core") else module.name.split(".")[1]
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = {ast.unparse(decorator) for decorator in node.decorator_list}
                if names & {"action", "writing.action"}:
                    yield f"{label}.{node.name}", module, node


# Actions that members do not ask for: machinery calls them inside other actions, or they answer to the row of another.
INSIDE = {
    "core.start": "long work is asked for by the action that needs it",
    "pairing.record_reported": "asks the row of recording deliveries; merging a round calls it",
    "pairing.take_back_reported": "asks the row of withdrawing deliveries; taking a merging back calls it",
    "park.record_reported": "asks the row of reporting figures; merging a round calls it",
    "park.take_back_reported": "asks the row of reporting figures; taking a merging back calls it",
    "core.cure": "asks the write row of the import's register",
    "core.discard": "asks the write row of the import's register",
    "core.discard_batch": "asks the write rows of its tables' registers",
    "core.undo_batch": "asks the write rows of its tables' registers",
}


def test_every_action_has_an_access_row(modules):
    missing = [
        f"{module.where(node)}: {code} is not signed in"
        for code, module, node in actions_of(modules)
        if code not in signs.access_rows and code not in INSIDE
    ]

    assert not missing, "\n".join(missing)


def test_every_action_says_by_whom_by_keyword_only(modules):
    strange = [
        f"{module.where(node)}: {node.name} takes no keyword-only `by`"
        for code, module, node in actions_of(modules)
        if "by" not in {argument.arg for argument in node.args.kwonlyargs}
        and code != "core.password_was_changed"
    ]

    assert not strange, "\n".join(strange)


def test_access_rows_name_roles_that_exist():
    strange = [
        f"{row.code}: {role}" for row in signs.access_rows for role in row.roles if role not in signs.roles
    ]

    assert not strange, "\n".join(strange)


def test_pages_of_menus_panels_and_layers_have_access_rows():
    everything = [*page_signs.menu, *page_signs.panels, *page_signs.map_layers, *page_signs.printed_forms]

    assert not [one.code for one in everything if one.access and one.access not in signs.access_rows]


def test_every_menu_entry_leads_somewhere():
    for entry in page_signs.menu:
        assert reverse(entry.url), entry.code


def test_every_dotted_path_that_is_signed_in_can_be_imported():
    paths = []
    for indicator in signs.indicators:
        paths += [indicator.measure, indicator.evidence]
    for part in signs.zone_parts:
        paths += [part.load, part.export]
    for register in signs.registers:
        paths += [register.rows, register.current, register.check, register.write]
    paths += [kind.entries for kind in signs.search_kinds]
    paths += [one.run for one in (*signs.sweeps, *signs.self_checks)]
    paths += [group.app for group in signs.command_groups]
    paths += [path for one in signs.round_targets for path in (one.preview, one.deliver, one.take_back)]
    paths += [entry.count for entry in page_signs.menu]
    paths += [path for kind in signs.work_kinds for one in kind.actions for path in (one.run, one.undo)]
    paths += [path for kind in signs.link_kinds for path in (kind.show, kind.check, kind.is_over)]
    paths += [path for kind in signs.link_kinds for deed in kind.deeds for path in (deed.asks, deed.run)]
    paths += [panel.render for panel in page_signs.panels]
    paths += [layer.features for layer in page_signs.map_layers]
    broken = []
    for path in filter(None, paths):
        try:
            import_string(path)
        except ImportError as error:
            broken.append(f"{path}: {error}")

    assert not broken, "\n".join(broken)


def test_sensitive_columns_of_registers_have_access_rows():
    strange = [
        f"{register.code}.{column.name}: {column.access}"
        for register in signs.registers
        for column in register.columns
        if column.access and column.access not in signs.access_rows
    ]

    assert not strange, "\n".join(strange)


@pytest.mark.django_db
def test_an_outsider_opens_no_page_that_has_a_row(client_of, zhou):
    client = client_of(zhou)
    opened = []
    for name, pattern in addresses():
        code = getattr(pattern.callback, "access", None)
        if not code or pattern.pattern.converters:
            continue
        answer = client.get(reverse(name))
        if answer.status_code not in (403, 404, 405):
            opened.append(f"{name}: {answer.status_code}")

    assert not opened, "\n".join(opened)
