"""How pages write amounts, dates and sources, and which features of browsers they may use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "shanhai"

# What browsers have learned late, by the year in which the last of Chromium, Firefox and Safari did, and what an older
# one shows instead. Pages may use a feature that is three years old, or one with something instead.
YOUNG = {
    ":has(": (2023, "a width of its own: cosmetic only"),
    "::details-content": (2025, "shanhai.js opens the panel; without it a click does"),
    "text-wrap": (0, "lines break where they break"),
}
# Younger features that somebody will want, with nothing instead so far.
REFUSED_IN_CSS = (
    "@container", "@layer", "@scope", "@starting-style", "@property", "@view-transition", "subgrid", "color-mix(",
    "light-dark(", "oklch(", "anchor(", "anchor-name", "popover", "interpolate-size", "field-sizing", "text-box",
    "round(", "sign(", "@supports selector", ":popover-open", "::target-text", "animation-timeline", "calc-size",
    "display: masonry", "reading-flow", "if(", ":user-invalid", "dvh", "svh", "cqw", "cqi", "linear(",
)  # fmt: skip
REFUSED_IN_SCRIPTS = (
    "Object.groupBy", "Map.groupBy", "Promise.withResolvers", "Promise.try", "Array.fromAsync", "structuredClone",
    "startViewTransition", ".toSorted(", ".toReversed(", ".toSpliced(", ".with(", "URL.canParse", "URL.parse",
    "showPopover", "togglePopover", "scheduler.", "Iterator.from", "RegExp.escape", "Intl.DurationFormat",
    ".isSubsetOf(", ".union(", "Temporal.", "checkVisibility", "AbortSignal.any", "CSSStyleSheet", "navigation.",
)  # fmt: skip
REFUSED_IN_TEMPLATES = (
    " popover",
    "popovertarget",
    "<search",
    "commandfor",
    " closedby",
    "<selectedcontent",
    'hidden="until-found"',
)


def files(pattern: str) -> list[Path]:
    return [path for path in sorted(SOURCE.rglob(pattern)) if "vendor" not in path.parts]


def lines(pattern: str) -> Iterator[tuple[str, str]]:
    """Each line of our own files with where it stands; comments of style sheets are left out."""
    for path in files(pattern):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL)
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{path.relative_to(SOURCE)}:{number}", line


class TestBrowsers:
    @pytest.mark.parametrize(
        ("pattern", "refused"),
        [("*.css", REFUSED_IN_CSS), ("*.js", REFUSED_IN_SCRIPTS), ("*.html", REFUSED_IN_TEMPLATES)],
    )
    def test_no_feature_is_younger_than_three_years(self, pattern, refused):
        found = [f"{place}: {word}" for place, line in lines(pattern) for word in refused if word in line]

        assert found == []

    def test_what_is_young_has_something_instead(self):
        text = "".join(path.read_text(encoding="utf-8") for path in files("*.css"))
        script = (SOURCE / "webkit/static/webkit/shanhai.js").read_text(encoding="utf-8")

        assert all(instead for _, instead in YOUNG.values())
        assert {feature for feature in YOUNG if feature in text} == set(YOUNG)
        assert "fold.open = true" in script

    def test_what_depends_on_has_is_cosmetic(self):
        """Rules behind :has() say how wide or how broken a line is, never whether something is seen."""
        allowed = {
            "max-width",
            "white-space",
            "overflow",
            "text-overflow",
            "padding",
            "margin",
            "border",
            "gap",
        }
        for path in files("*.css"):
            text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            for body in re.findall(r"[^{}]*:has\([^{}]*\{([^}]*)\}", text):
                said = {one.partition(":")[0].strip() for one in body.split(";") if one.strip()}
                assert said <= allowed, f"{path.name}: {said - allowed}"


class TestAmounts:
    def test_an_amount_is_exact_on_hover(self):
        """``yuan`` brings its title; bare text stands in an element that has one; no page writes fen."""
        wrong = []
        for place, line in lines("*.html"):
            if "yuan_text" in line and "yuan_exact" not in line:
                wrong.append(f"{place}: yuan_text without its title")
            if re.search(r"{{ [a-z_.]*_fen }}", line):
                wrong.append(f"{place}: fen as they are")
        assert wrong == []


class TestDates:
    def test_pages_write_dates_by_the_one_filter(self):
        """The demo clock alone is written in figures: it is a setting, not a day of the office."""
        wrong = [
            place
            for place, line in lines("*.html")
            if re.search(r"\|\s*(date|time|naturalday|timesince)\b", line) and "demo_day|date" not in line
        ]
        assert wrong == []


class TestSources:
    def test_a_panel_has_one_source_mark_at_most(self):
        """In its head, with the detail on click: never one beside each figure."""
        wrong = []
        for path in files("*.html"):
            if path.name == "styleguide.html":
                continue
            text = path.read_text(encoding="utf-8")
            for panel in re.split(r"<section class=\"pan|{% panel |<details class=\"fold", text)[1:]:
                # The branches of a condition are one place.
                if (
                    len(
                        re.sub(r"{% el(?:se|if)[^%]*%}\s*{% source_mark[^%]*%}", "", panel).split(
                            "{% source_mark"
                        )
                    )
                    > 2
                ):
                    wrong.append(f"{path.name}: two marks in one panel")
            for cell in re.findall(r"<td[^>]*>(?:(?!</td>).)*{% source_mark", text, flags=re.DOTALL):
                wrong.append(f"{path.name}: a mark in a cell: {cell[:60]}")
        assert wrong == []


class TestDays:
    """People read 22 Sep and 9月22日; ISO 8601 is for programs, files and addresses."""

    # As the approved drawings have it: it names the setting SHANHAI_TODAY.
    CLOCK = 'demo_day|date:"Y-m-d"'

    def test_templates_write_no_day_without_the_filter_of_the_house(self):
        a_day = r"[\w.]*(?:_on|_at|\.on|\.at)"
        bare = re.compile(rf"{{{{ *{a_day} *}}}}|{{% blocktrans[^%]*=\s*{a_day}(?=[ %])")
        strange = [
            where
            for where, line in lines("*.html")
            if re.search(r"\|(?:date|time):", line.replace(self.CLOCK, "")) or bare.search(line)
        ]

        assert not strange, "\n".join([*strange, "Write it with |day, |moment or |clock."])

    def test_only_one_place_fills_days_into_sentences(self):
        # A sentence with facts that is formatted elsewhere would say its days in ISO.
        by_hand = re.compile(
            r"\.say\((?:gettext|_)\)|\bgettext\([\w.]+\.(?:what|sentence)\)\.format|\[\"sentence\"\]\)?\.format"
        )
        strange = [
            where for where, line in lines("*.py") if by_hand.search(line) and not where.startswith("kernel/")
        ]

        assert not strange, "\n".join([*strange, "Say it with core.sentences."])

    def test_views_forms_and_notices_build_no_iso_days_for_people(self):
        # A day on the wall in a sentence, a title, a label. Facts of notices may be ISO: core.sentences writes them.
        by_hand = re.compile(r"strftime\(\"%Y-%m-%d|:%Y-%m-%d|f\"[^\"]*{[\w.]*(?:_on|\.on)}")
        for_programs = {
            "fields/office/queries/merged.py": "the merged workbook",
            "fields/pairing/actions/meetings.py": "a fact of notices",
            "fields/approval/actions/meetings.py": "a fact of notices",
            "fields/approval/zone/meetings.py": "a cell of a zone folder",
            "fields/pairing/queries/lists.py": "what a digest is made of",
            "core/printing/whole.py": "the list of papers in a file to keep",
            "core/cli/journal.py": "a command's table",
            "webkit/listed.py": "files of a list",
            "fields/pairing/cli/meetings.py": "a command's table",
        }
        keys = re.compile(r"(?:reminder|escalated|extended):|:{to}:|__str__")
        strange = []
        for where, line in lines("*.py"):
            path = where.rpartition(":")[0]
            if "/models/" in path or "/cli/" in path or "/migrations/" in path or path in for_programs:
                continue
            if by_hand.search(line) and not keys.search(line) and "input_formats" not in line:
                strange.append(f"{where}: {line.strip()}")

        assert not strange, "\n".join([*strange, "Write days with words.day or core.days.day."])
