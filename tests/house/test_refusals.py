"""A refusal says what is wrong with which thing, and what to do next."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
SENTENCE_ENDS = re.compile(r"[.?!](?:\s|$)")
# A sentence that asks for something says itself what to do.
ASKS = re.compile(
    r"(?:^|[;,:.}] |\band )(?:add|ask|bring|choose|correct|draft|find|give|install|leave|look|name|promise|read|say|"
    r"send|set|take|try|use|write)\b",
    re.IGNORECASE,
)
# Those that say it otherwise, and how.
OTHERWISE = {
    "core.password_weak": "the reasons say what a password needs",
    "core.postgresql_client_failed": "what PostgreSQL's own program says",
    "identifiers.project_code_form": "the form that is asked for, with an example",
    "office.cells_refused": "each cell says it for itself",
    "office.file_cells_refused": "each cell says it for itself",
    "sheets.rows_refused": "each row says it for itself",
    "site.workbook_sheets": "a list of what is wrong follows",
    "webkit.sample_refusal": "a sample, shown on the page of samples only",
}


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "generate_reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def refusals() -> dict[str, str]:
    """Code and sentence of all refusals in the source; reasons of a plan are findings and ask for nothing."""
    reference = _reference()
    found = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            refusal = reference._refusal(node)
            if refusal is not None and refusal[0] != "because":
                found[refusal[1]] = refusal[2]
    return found


def test_every_refusal_says_what_to_do_next() -> None:
    found = refusals()

    silent = {
        code: sentence
        for code, sentence in found.items()
        if len(SENTENCE_ENDS.findall(sentence)) < 2 and not ASKS.search(sentence)
    }

    assert len(found) > 400
    assert silent.keys() - OTHERWISE.keys() == set()
    assert OTHERWISE.keys() <= found.keys()
