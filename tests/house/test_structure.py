"""What holds the house up and the import linter cannot see."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

PLAIN = {"yaml", "shanhai"}


def test_import_contracts_hold(root):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root / "src"), "HOME": str(root)},
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_kernel_stands_on_the_standard_library_and_yaml(modules, imported_names):
    strange = [
        f"{module.where(node)}: {name}"
        for module in modules("kernel")
        for node, name in imported_names(module)
        if name.partition(".")[0] not in sys.stdlib_module_names | PLAIN | {"__future__"}
        or (name.startswith("shanhai.") and not name.startswith("shanhai.kernel"))
    ]

    assert not strange, "\n".join(strange)


def test_rules_of_fields_and_planners_know_nothing_of_django(modules, imported_names):
    strange = [
        f"{module.where(node)}: {name}"
        for module in modules("kernel", "planners", "fields")
        if not module.name.startswith("fields") or module.name.split(".")[2:3] == ["rules"]
        for node, name in imported_names(module)
        if name.partition(".")[0] in {"django", "ninja", "allauth"}
        or name.startswith(("shanhai.core", "shanhai.webkit"))
    ]

    assert not strange, "\n".join(strange)


def test_nobody_imports_the_models_of_another_field(modules, imported_names):
    strange = []
    for module in modules("fields"):
        own = module.name.split(".")[1] if "." in module.name else ""
        for node, name in imported_names(module):
            parts = name.split(".")
            if (
                parts[:2] == ["shanhai", "fields"]
                and len(parts) > 3
                and parts[3] == "models"
                and parts[2] != own
            ):
                strange.append(f"{module.where(node)}: {name}; go through its queries and actions")

    for module in modules("site", "webkit", "core"):
        for node, name in imported_names(module):
            parts = name.split(".")
            if parts[:2] == ["shanhai", "fields"] and len(parts) > 3 and parts[3] == "models":
                strange.append(f"{module.where(node)}: {name}; go through its queries and actions")

    assert not strange, "\n".join(strange)


def test_foreign_keys_point_the_way_imports_do(fields_in_order):
    rank = {label: n for n, label in enumerate(["core", *fields_in_order])}
    strange = []
    for model in apps.get_models():
        label = model._meta.app_label
        for field in model._meta.get_fields():
            if label not in rank or not isinstance(field, models.ForeignKey | models.ManyToManyField):
                continue
            target = field.related_model._meta.app_label
            if target in rank and rank[target] > rank[label]:
                strange.append(
                    f"{model._meta.label}.{field.name} points at {field.related_model._meta.label}"
                )

    assert not strange, "\n".join(strange)


def test_every_field_is_in_the_order_of_the_contracts(fields_in_order):
    installed = {app.label for app in apps.get_app_configs() if app.name.startswith("shanhai.fields.")}

    assert installed == set(fields_in_order)


def test_rooms_of_fields_have_the_names_that_all_fields_use(modules, fields_in_order):
    rooms = {
        "rules", "models", "queries", "actions", "forms", "views", "api", "cli", "urls", "apps", "migrations",
        "columns", "zone", "signin", "menu",
    }  # fmt: skip
    strange = sorted(
        {
            ".".join(module.name.split(".")[:3])
            for module in modules(*(f"fields.{label}" for label in fields_in_order))
            if len(module.name.split(".")) > 2 and module.name.split(".")[2] not in rooms
        }
    )

    # Further rooms need a word here: what they are and why no room of the list would do.
    explained = {
        "fields.pairing.prepared": "what its units prepare and send up their ladder, signed in, and what each would say",
        "fields.pairing.quantities": "one way to say a commitment's figures, asked by pages, commands and printed forms",
        "fields.office.work_kinds": "kinds of work with what their rows offer, signed in; too many for the sign-in",
        "fields.office.prepared": "what its units prepare and send up their ladder, signed in, and what each would say",
        "fields.pairing.indicators": "what the field signs in as measured: as long as all that it signs in beside it",
        "fields.pairing.brief": "the briefing book",
        "fields.pairing.typesetting": "runs in a child without Django, so it can be no page and no action",
        "fields.pairing.ical_views": "a feed that programmes read: no page, no member, the address is the key",
        "fields.pairing.brief_word": "the briefing book as Word",
        "fields.pairing.printed": "what its records say on paper and in a chat group; it asks queries and, for a scan, actions",
        "fields.office.printed": "what its records say on paper and in a chat group",
        "fields.approval.printed": "what a case says on paper, as that of the office does",
        "fields.approval.printed_letters": "what its letters say on paper and on their pages",
        "fields.investment.signin_plans": "what its portfolio plans sign in; leads, lists and projects sign in beside them",
        "fields.park.signin_firms": "what its enterprises and gradings sign in; the land signs in beside it",
        "fields.investment.signin_stocks": "what its potential stocks sign in; leads and lists sign in beside it",
        "fields.investment.signin_teams": "what its teams and events sign in; leads and lists sign in beside it",
        "fields.investment.signin_pipeline": "what the way of projects signs in; leads and lists sign in beside it",
        "fields.investment.printed": "what a quarterly list says on paper, and what a scan of its receipt does",
        "fields.investment.signin_aid": "what aid by policies signs in; leads and lists sign in beside it",
        "fields.registry.zone_numbers": "file numbers in a zone folder, loaded after the records that carry them",
        "fields.registry.imports": "pages of imports, too long for the other views",
    }
    assert not set(strange) - explained.keys(), strange


def test_no_module_is_longer_than_a_reader_holds_in_mind(modules):
    long = {
        module.name: n
        for module in modules()
        if ".migrations." not in module.name
        and (n := len(module.path.read_text(encoding="utf-8").splitlines())) > 600
    }

    assert not long, "Split these by noun or by job."


# --- writes ----------------------------------------------------------------------------------------------------------

WRITES = {"save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "delete"}
# Machinery of core that writes on behalf of actions, or keeps books of its own that no action stands behind.
MACHINERY = {
    "core.bulk": "statements for many rows, called by actions",
    "core.rows": "the conditional update that actions call",
    "core.writing": "answers of repeatable calls",
    "core.journal": "entries, written by actions",
    "core.seals": "numbers and seals of entries",
    "core.search": "the search index, kept by actions",
    "core.visibility": "who sees a record, kept by actions",
    "core.work": "work items, opened and closed by actions",
    "core.ladder": "papers on the ladder of a unit, moved by actions",
    "core.notices": "notices, told by actions and sweeps",
    "core.channels": "messages on their way, and how they went",
    "core.calendar": "the action that loads an official notice",
    "core.rulebook": "the action that adds a value",
    "core.indicators": "totals that actions move",
    "core.tick": "when each sweep last ran",
    "core.tasks": "how far long work is",
    "core.backup": "a database put in place of another",
    "core.sheets": "staging of imports, before any register is written",
    "core.db": "triggers",
    "core.blobs": "bytes of documents",
}  # fmt: skip
# Objects that have methods of these names and are no rows: workbooks, pictures, caches, search entries.
NO_ROWS = {"book", "workbook", "image", "cache", "session", "writer", "response", "answer", "qr", "router"}


def _receiver(node: ast.expr) -> str:
    """The first name of ``a.b.c()``: a."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.value if not isinstance(node, ast.Call) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _is_write(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    verb, chain = call.func.attr, ast.unparse(call.func.value)
    if verb == "update":
        return any(word in chain for word in (".objects", ".filter(", ".exclude(", "_manager"))
    return verb in WRITES and _receiver(call.func.value) not in NO_ROWS


def test_only_actions_write(modules):
    strange = []
    for module in modules("core", "webkit", "fields", "site"):
        is_action = ".actions" in module.name or module.name.startswith("core.actions")
        is_machinery = any(module.name == name or module.name.startswith(f"{name}.") for name in MACHINERY)
        if is_action or is_machinery or ".migrations" in module.name:
            continue
        strange += [
            f"{module.where(call)}: {ast.unparse(call.func)}(...); write in an action"
            for call in module.calls()
            if _is_write(call)
        ]

    assert not strange, "\n".join(strange)


# --- time ------------------------------------------------------------------------------------------------------------

ASKS_THE_TIME = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "timezone.now", "timezone.localtime", "timezone.localdate",
}  # fmt: skip


def test_nobody_but_the_clock_asks_the_time(modules):
    strange = [
        f"{module.where(call)}: {ast.unparse(call.func)}(); ask core.clock"
        for module in modules()
        if module.name != "core.clock"
        for call in module.calls()
        if ast.unparse(call.func) in ASKS_THE_TIME
    ]

    assert not strange, "\n".join(strange)


# --- what is loaded --------------------------------------------------------------------------------------------------

HEAVY = (
    "ortools",
    "scipy",
    "pyvrp",
    "duckdb",
    "pyogrio",
    "typst",
    "openpyxl",
    "docx",
    "docxtpl",
    "PIL",
    "pypdfium2",
    "zxingcpp",
    "numpy",
    "pandas",
    "shapely",
    "icalendar",
    "docx",
    "docxtpl",
    "lxml",
    "PIL",
    "pypdfium2",
    "segno",
    "zxingcpp",
)


def test_the_web_process_starts_without_heavy_libraries(root, tmp_path):
    program = (
        "import sys\n"
        "from shanhai.site.wsgi import application\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )

    done = _run(root, tmp_path, program)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [], "imported at start: import it where it is used"


def test_counting_working_days_starts_without_the_site(root, tmp_path):
    program = (
        "import sys\n"
        "from shanhai.site.cli import run\n"
        "assert run(['workdays', 'add', '2023-09-18', '5', '--json']) == 0\n"
        "print(*sorted({'ninja', 'openpyxl', 'typst', 'granian', 'shanhai.site.urls'} & set(sys.modules)))\n"
    )

    done = _run(root, tmp_path, program)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == []


def _run(root: Path, place: Path, program: str) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(root / "src"),
        "SHANHAI_DATA": str(place),
        "DJANGO_SETTINGS_MODULE": "shanhai.site.settings",
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False, env=env
    )


@pytest.mark.django_db
def test_migrations_say_what_the_models_say():
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
