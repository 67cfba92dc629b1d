"""What may be in the repository: no big files, no traces of one machine, no broken links, a reference that is current."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

MOST_BYTES = 1_000_000
TRACES = re.compile(
    r"(?<![\w.])/(?:work|tmp/plan|root|home/\w+)/\w|(?:pypi|npm|index)\.[a-z-]+\.(?:internal|local|corp)"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedYet)\b")


def test_no_file_is_over_a_megabyte(tracked, root):
    big = [
        f"{path.relative_to(root)}: {path.stat().st_size:,}"
        for path in tracked
        if path.stat().st_size > MOST_BYTES
    ]

    assert not big, "\n".join(big)


def _texts(tracked):
    for path in tracked:
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_names_a_place_of_one_machine(tracked, root):
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:120]}"
        for path, text in _texts(tracked)
        if path.name != "test_repository.py"
        for number, line in enumerate(text.splitlines(), 1)
        if TRACES.search(line)
    ]

    assert not found, "\n".join(found)


def test_nothing_is_left_unfinished(tracked, root):
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:120]}"
        for path, text in _texts(tracked)
        if path.suffix in (".py", ".html", ".js", ".css", ".yaml") and path.name != "test_repository.py"
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]

    assert not found, "\n".join(found)


def test_no_requirement_names_an_index(root):
    lists = sorted((root / "requirements").glob("*.txt"))

    assert lists
    assert not [path.name for path in lists if re.search(r"--(extra-)?index-url|https?://", path.read_text())]


LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def _anchors(text: str) -> set[str]:
    """Anchors of headings as code hosts make them, and those written out."""
    found = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def test_links_of_the_documentation_lead_somewhere(tracked, root):
    broken = []
    for path, text in _texts(tracked):
        if path.suffix != ".md":
            continue
        for link in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            if re.match(r"[a-z]+:", link):
                continue
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if not target.exists():
                broken.append(f"{path.relative_to(root)}: {link}")
            elif (
                anchor
                and target.suffix == ".md"
                and anchor not in _anchors(target.read_text(encoding="utf-8"))
            ):
                broken.append(f"{path.relative_to(root)}: {link} (no such heading)")

    assert not broken, "\n".join(broken)


@pytest.mark.django_db
def test_the_generated_reference_is_current(root):
    done = subprocess.run(
        [sys.executable, "scripts/generate_reference.py", "--check"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
