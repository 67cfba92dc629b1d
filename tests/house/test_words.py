"""Every visible string is said in both languages, and nothing is written past the catalogues."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

SOURCES = Path(__file__).resolve().parents[2] / "src" / "shanhai"
# Which catalogue holds the sentences of which sources.
CATALOGUES = {
    "core": ("core", "kernel", "planners"),
    "webkit": ("webkit",),
    "site": ("site",),
    "fields/registry": ("fields/registry",),
    "fields/office": ("fields/office",),
    "fields/pairing": ("fields/pairing",),
    "fields/park": ("fields/park",),
    "fields/investment": ("fields/investment",),
    "fields/approval": ("fields/approval",),
}
ONE = {"_", "gettext", "gettext_lazy", "gettext_noop", "because"}
# Refusals take their sentence second: Refused("code", gettext_noop("…")); others name their message first.
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}

Message = tuple[str, str]  # context, English


def messages_of_python(text: str) -> Iterator[tuple[int, Message]]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        words = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
        if (name in ONE and words and isinstance(words[0], str) and name != "because") or (
            name in PLURAL and len(words) > 1 and isinstance(words[0], str)
        ):
            yield node.lineno, ("", words[0])
        elif (name in CONTEXT or name in CONTEXT_PLURAL) and len(words) > 1 and isinstance(words[1], str):
            yield node.lineno, (str(words[0]), words[1])


def messages_of_template(text: str) -> Iterator[tuple[int, Message]]:
    # Django turns a template into lines of Python-like calls for xgettext; the calls are ours to read.
    for number, line in enumerate(templatize(text).splitlines(), 1):
        for call in re.finditer(r"\b(gettext|ngettext|pgettext|npgettext|_)\(", line):
            try:
                node = _call_at(line, call.start())
            except SyntaxError:
                continue
            yield from ((number, message) for _, message in messages_of_python(ast.unparse(node)))


def _call_at(line: str, start: int) -> ast.expr:
    depth, quote, index = 0, "", start
    while index < len(line):
        sign = line[index]
        if quote:
            if sign == "\\":
                index += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth == 0:
                return ast.parse(line[start : index + 1], mode="eval").body
        index += 1
    raise SyntaxError


def sources_of(folders: tuple[str, ...]) -> dict[Message, str]:
    found: dict[Message, str] = {}
    for folder in folders:
        for path in sorted((SOURCES / folder).rglob("*")):
            if path.suffix == ".py":
                messages = messages_of_python(path.read_text(encoding="utf-8"))
            elif path.suffix in (".html", ".txt") and "templates" in path.parts:
                messages = messages_of_template(path.read_text(encoding="utf-8"))
            else:
                continue
            for line, message in messages:
                found.setdefault(message, f"{path.relative_to(SOURCES)}:{line}")
    return found


def catalogue(folder: str) -> polib.POFile:
    return polib.pofile(
        str(SOURCES / folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"), encoding="utf-8"
    )


@pytest.mark.parametrize("folder", CATALOGUES)
def test_every_string_is_translated(folder):
    known = {(entry.msgctxt or "", entry.msgid) for entry in catalogue(folder) if entry.translated()}

    missing = [
        f"{where}: {text!r}"
        for message, where in sources_of(CATALOGUES[folder]).items()
        if message not in known
        for text in [message[1]]
    ]

    assert not missing, f"{len(missing)} strings lack a translation in {folder}:\n" + "\n".join(missing)


@pytest.mark.parametrize("folder", CATALOGUES)
def test_no_translation_is_empty_fuzzy_or_left_over(folder):
    used = sources_of(CATALOGUES[folder])
    wrong = []
    for entry in catalogue(folder):
        if "fuzzy" in entry.flags:
            wrong.append(f"fuzzy: {entry.msgid!r}")
        elif not entry.translated():
            wrong.append(f"empty: {entry.msgid!r}")
        elif (entry.msgctxt or "", entry.msgid) not in used:
            wrong.append(f"in no source: {entry.msgid!r}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", CATALOGUES)
def test_translations_keep_the_places_of_their_facts(folder):
    place = re.compile(r"\{[a-z_0-9]*\}|%\([a-z_0-9.]+\)s|%[sd]")

    def places(text: str) -> set[str]:
        # {delivered_full} may say what {delivered} says, with its unit.
        return {found.replace("_full", "") for found in place.findall(text)}

    wrong = []
    for entry in catalogue(folder):
        asked = places(entry.msgid) | places(entry.msgid_plural or "")
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            strange = places(text) - asked
            left_out = places(entry.msgid) - places(text) if not entry.msgid_plural else set()
            if strange or left_out:
                wrong.append(f"{entry.msgid!r}: {sorted(strange | left_out)}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", CATALOGUES)
def test_chinese_is_chinese(folder):
    # Sentences, not codes or formats, have at least one Chinese character and no half-width punctuation after one.
    half_width = re.compile("[\u4e00-\u9fff][,;:?!](?!\\w)")
    wrong = [
        f"{entry.msgid!r}: {text!r}"
        for entry in catalogue(folder)
        for text in ([entry.msgstr] if entry.msgstr else entry.msgstr_plural.values())
        if half_width.search(text)
        or (
            re.search("[a-z]{4,} [a-z]{3,} [a-z]{2,}", entry.msgid) and not re.search("[\u4e00-\u9fff]", text)
        )
    ]

    assert not wrong, "\n".join(wrong)


def test_one_sentence_has_one_translation():
    said: dict[Message, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for folder in CATALOGUES:
        for entry in catalogue(folder):
            if entry.msgstr:
                said[entry.msgctxt or "", entry.msgid][entry.msgstr].add(folder)

    wrong = [
        f"{message[1]!r}: "
        + "; ".join(f"{text} ({', '.join(sorted(where))})" for text, where in texts.items())
        for message, texts in said.items()
        if len(texts) > 1
    ]

    assert not wrong, "\n".join(wrong)


# --- templates -------------------------------------------------------------------------------------------------------

TEMPLATES = sorted(path for path in SOURCES.rglob("templates/**/*.html"))
SPOKEN = {"title", "alt", "placeholder", "aria-label", "data-confirm", "label"}
# Names and signs that are the same in both languages.
SAME = {
    "Excel",
    "Word",
    "SHA",
    "Shanhai",
    "English",
    "API",
    "OpenAPI",
    "JSON",
    "CSV",
    "XLSX",
    "PDF",
    "QR",
    "Authorization",
    "Bearer",
    "openapi",
    "json",
}


class Reader(HTMLParser):
    """Collects words that stand in the page as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if (
            tag in ("script", "style", "symbol", "code", "kbd")
            or "code" in (values.get("class") or "").split()
        ):
            self.silent += tag in ("script", "style", "symbol", "code", "kbd")
        for name, value in attrs:
            if name in SPOKEN and value:
                self.hear(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "symbol", "code", "kbd"):
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.hear(data)

    def hear(self, text: str) -> None:
        text = re.sub(r"[\w-]+=\"[^\"]*\"", " ", text)  # a block that fills in attributes
        self.words += [word for word in re.findall(r"[A-Za-z][A-Za-z]{2,}", text) if word not in SAME]


def text_of(template: str) -> str:
    """The template without what Django fills in; what stands between translation tags is translated."""
    out, depth = [], 0
    for token in Lexer(template).tokenize():
        if token.token_type is TokenType.BLOCK:
            word = token.split_contents()[0]
            depth += word in ("blocktranslate", "blocktrans", "comment")
            depth -= word in ("endblocktranslate", "endblocktrans", "endcomment")
            out.append(" ")
        elif token.token_type is TokenType.TEXT and not depth:
            out.append(token.contents)
    return "".join(out)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_no_template_speaks_past_the_catalogue(path):
    if path.name == "500.html":
        pytest.skip("stands in both languages by itself: it is shown when nothing else works")
    reader = Reader()
    reader.feed(text_of(path.read_text(encoding="utf-8")))

    assert not reader.words, f"untranslated: {' '.join(reader.words)}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_no_template_has_scripts_or_styles_of_its_own(path):
    text = path.read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)[^>]*>", text)
    inline += re.findall(r"<style\b", text)
    inline += re.findall(r"\son[a-z]+\s*=\s*[\"']", text)
    inline += re.findall(r"javascript:", text)
    inline += re.findall(r"(?:src|href)=[\"'](?:https?:)?//", text)

    assert not inline, inline


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_what_is_drawn_once_says_nothing_of_page_reader_or_request(path):
    """A process keeps it for everybody: only words, static files and other fixed templates may stand in it."""
    text = path.read_text(encoding="utf-8")
    kept = re.findall(r"{% once %}(.*?){% endonce %}", text, re.DOTALL)
    strange = [
        tag
        for part in kept
        for tag in re.findall(r"{{.*?}}|{%.*?%}", part)
        if not re.match(r"""{% (translate|static|include) ["'][^"']*["'] %}""", tag)
    ]

    assert not strange, strange
