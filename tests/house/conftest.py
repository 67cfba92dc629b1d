"""What the tests of the house share: the sources as trees, and the fields in their order."""

from __future__ import annotations

import ast
import configparser
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "shanhai"


@dataclass(frozen=True)
class Module:
    """One Python file of the product."""

    path: Path
    name: str  # core.actions.units, fields.pairing.rules
    tree: ast.Module

    def where(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def _modules() -> tuple[Module, ...]:
    found = []
    for path in sorted(SOURCES.rglob("*.py")):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(path, name, ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def modules() -> Callable[..., list[Module]]:
    """``modules("kernel", "core.actions")``: the modules below these names; all without any."""

    def below(*names: str) -> list[Module]:
        return [
            module
            for module in _modules()
            if not names or any(module.name == name or module.name.startswith(f"{name}.") for name in names)
        ]

    return below


@pytest.fixture(scope="session")
def imported_names() -> Callable[[Module], Iterator[tuple[ast.AST, str]]]:
    """``imported_names(module)``: each import with the full name of what it brings."""

    def names(module: Module) -> Iterator[tuple[ast.AST, str]]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    yield node, f"{node.module}.{alias.name}"

    return names


@pytest.fixture(scope="session")
def fields_in_order() -> list[str]:
    """Labels of the fields, lowest first, as the import contracts have them."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = contracts["importlinter:contract:fields"]["layers"].split()
    return [layer.rpartition(".")[2] for layer in reversed(layers)]


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout of git")
    return [root / name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
