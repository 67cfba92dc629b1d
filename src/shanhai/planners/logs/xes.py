"""XES, case by case: plain text as it is mostly written by one expression, anything else by an XML parser.

The fast way takes a case only when all of its text is what the expression expects, once comments are left out and what
stands within attributes is folded away. A case that is not is given to expat alone; where that finds anything but one
whole case, expat reads the file. None of them opens anything else: a file that declares entities is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, NoReturn
from xml.parsers import expat

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs.source import Source
from shanhai.planners.logs.troubles import Troubles

# Attributes within attributes are kept under this mark and their own key, and under their whole path.
NESTED = "\x00"
# More text than this without the end of a case is left to the parser, which needs no text to be held.
MOST_TEXT = 64 << 20

_NAME = rb"(?:string|date|int|float|boolean|id|list|container)"
_TEXT = rb'"[^"<\x00-\x1f]*+"'
_GIVEN = rb" key=" + _TEXT + rb"(?: value=" + _TEXT + rb")?+"
_SPACE = rb"\s*+"
_COMMENT = rb"<!--(?:[^-\x00-\x08\x0b\x0c\x0e-\x1f]|-(?!-))*+-->"
_SPACE_OR_COMMENTS = rb"(?:\s|" + _COMMENT + rb")*+"


def _attributes(between: bytes) -> bytes:
    return rb"(?:" + between + rb"<" + _NAME + _GIVEN + rb" ?/>)*+" + between


def _case(between: bytes) -> re.Pattern[bytes]:
    attributes = _attributes(between)
    event = rb"<event>" + attributes + rb"</event>" + between
    return re.compile(between + rb"<trace>" + attributes + rb"(?:" + event + rb")*+</trace>")


_TRACE, _TRACE_WITH_COMMENTS = _case(_SPACE), _case(_SPACE_OR_COMMENTS)
_REMARK = re.compile(_COMMENT)
_BEFORE = re.compile(_SPACE_OR_COMMENTS)
# An attribute that holds plain ones, or nothing; those of a list stand within an element of their own.
_HOLDER = re.compile(
    rb"<(?P<tag>" + _NAME + rb")(?P<given>" + _GIVEN + rb") ?>"
    rb"(?P<held>(?:"
    + _SPACE_OR_COMMENTS
    + rb"(?P<values><values>))?+"
    + _attributes(_SPACE_OR_COMMENTS)
    + rb")"
    rb"(?(values)</values>" + _SPACE_OR_COMMENTS + rb")</(?P=tag)>"
)
# Attributes within attributes, so deep; deeper ones are rare and left to the parser.
MOST_DEPTH = 8
_TRACE_END = b"</trace>"
_END = re.compile(rb"\s*</(?:\w+:)?log>\s*")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']+)["']""")
_UTF_8 = {"", "utf-8", "utf-8-sig", "ascii"}
# Translated before anything looks at the text; of any other the parser says what it thinks.
_OTHER_ENCODINGS = {"utf-16", "iso8859-1", "iso8859-15", "cp1252", "gb2312", "gbk", "gb18030", "big5"}
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


@dataclass(slots=True)
class Trace:
    """A case: the attributes asked for of the case and of each of its events, and the line in which it begins."""

    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)


class _NotPlainError(Exception):
    """The text is not of the kind that the expression reads."""


def traces(
    source: Source, of_case: Collection[str], of_event: Collection[str], troubles: Troubles
) -> Iterator[Trace]:
    """The cases of a file in its order, with the attributes asked for.

    Where a key is given twice the last one counts. Nested attributes are found by their path, ``outer/inner``, and under
    NESTED with their key. What follows a break in the file is left out and counted; a file that breaks before the first
    case is refused with the line.
    """
    read = 0
    try:
        for trace in _plain_traces(source, of_case, of_event):
            read += 1
            yield trace
        return
    except _NotPlainError:
        pass
    yield from islice(_parsed_traces(source, of_case, of_event, troubles), read, None)


# --- plain text ------------------------------------------------------------------------------------------------------


def _plain_traces(source: Source, of_case: Collection[str], of_event: Collection[str]) -> Iterator[Trace]:
    asked = sorted({*of_case, *of_event})
    if any(re.search(r"[&<>\"/\x00-\x1f]", key) for key in asked):
        raise _NotPlainError
    find = re.compile(f'key="({"|".join(map(re.escape, asked))})" value="([^"]*)"').findall
    encoding, blocks = _in_utf_8(source)
    if encoding is None:
        raise _NotPlainError
    text, at = _after_head(blocks)
    line = text.count(b"\n", 0, at) + 1
    for piece in _pieces(text[at:], blocks):
        if b'"' not in piece:  # The other quotation mark, all through.
            piece = piece.replace(b"'", b'"')
        if not piece.endswith(_TRACE_END):
            if source.is_cut_short or not _END.fullmatch(piece):
                raise _NotPlainError
        elif _TRACE.fullmatch(piece):
            yield _plain_trace(piece, line + _lines_before(piece), find)
        elif plain := _folded(piece, find):
            yield _plain_trace(plain, line + _lines_before(piece), find)
        else:
            yield _trace_alone(piece, line, source, of_case, of_event)
        line += piece.count(b"\n")


def _lines_before(piece: bytes) -> int:
    """Ends of lines between the case before and the mark with which this one begins."""
    before = _BEFORE.match(piece)
    return piece.count(b"\n", 0, before.end()) if before else 0


def _folded(piece: bytes, find: Any) -> bytes | None:
    """The text of a case without comments and without what attributes hold; None where that is not plain.

    It is not where some of what they hold is asked for.
    """

    def folded(match: re.Match[bytes]) -> bytes:
        if find(match["held"].decode()):
            raise _NotPlainError
        return b"<" + match["tag"] + match["given"] + b"/>"

    text, n, depth = piece, 1, 0
    try:
        while not _TRACE_WITH_COMMENTS.fullmatch(text):
            if not n or depth == MOST_DEPTH:
                return None
            text, n = _HOLDER.subn(folded, text)
            depth += 1
    except (_NotPlainError, UnicodeDecodeError):
        return None
    return _REMARK.sub(b"", text)


def _trace_alone(
    piece: bytes, line: int, source: Source, of_case: Collection[str], of_event: Collection[str]
) -> Trace:
    """A case read by the parser as if it were the only one of its file."""
    reader = _Reader(source, frozenset(of_case), frozenset(of_event), "utf-8")
    try:
        reader.parser.Parse(b"<log>" + piece + b"</log>", True)
    except expat.ExpatError:
        raise _NotPlainError from None
    if len(reader.done) != 1:
        raise _NotPlainError
    (trace,) = reader.done
    trace.line += line - 1
    return trace


def _in_utf_8(source: Source) -> tuple[str | None, Iterator[bytes]]:
    """``"utf-8"`` and the text of a file in it, or None and the file as it is where the parser has to find that out.

    Bytes that are none of the encoding declared end the text with one that is none of UTF-8.
    """
    blocks = source.blocks()
    first = next(blocks, b"")
    name = _encoding(first)
    whole = chain([first], blocks)
    if name in _OTHER_ENCODINGS:
        return "utf-8", _recoded(name, whole)
    return ("utf-8" if name in _UTF_8 else None), whole


def _encoding(first: bytes) -> str:
    """The name by which Python knows the encoding of a file; ``""`` where the file says none."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _ENCODING.search(first[:200])
    try:
        return codecs.lookup(declared.group(1).decode("ascii", "replace")).name if declared else ""
    except LookupError:
        return "unknown"


def _recoded(name: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for block in blocks:
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", True).encode()
    except UnicodeError as error:
        if isinstance(error, UnicodeDecodeError):
            yield bytes(error.object[: error.start]).decode(name, "ignore").encode()
        yield b"\xff"


def _pieces(rest: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Text up to the end of each case, then what stands after the last; no text is looked through twice."""
    while True:
        *whole, rest = rest.split(_TRACE_END)
        for piece in whole:
            yield piece + _TRACE_END
        parts, size, tail = [rest], len(rest), rest[-len(_TRACE_END) :]
        while True:
            more = next(blocks, b"")
            parts.append(more)
            size += len(more)
            if not more or _TRACE_END in tail + more:
                break
            if size > MOST_TEXT:
                raise _NotPlainError
            tail = (tail + more)[-len(_TRACE_END) :]
        rest = b"".join(parts)
        if not more:
            yield rest
            return


def _after_head(blocks: Iterator[bytes]) -> tuple[bytes, int]:
    """The text read so far and where its first case begins; the head is checked by the parser."""
    text, start = b"", -1
    while start < 0:
        more = next(blocks, b"")
        text += more
        start = text.find(b"<trace>")
        if not more or len(text) > MOST_TEXT:
            raise _NotPlainError
    head = text[:start]
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _not_plain
    try:
        parser.Parse(head + b"</log>", True)
    except expat.ExpatError:
        raise _NotPlainError from None
    return text, start


def _not_plain(*_words: object) -> NoReturn:
    raise _NotPlainError


def _plain_trace(raw: bytes, line: int, find: Any) -> Trace:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise _NotPlainError from None
    head, *events = text.split("<event>")
    trace = Trace(line, dict(find(head)), [dict(find(event)) for event in events])
    if "&" in text:
        for attributes in (trace.attributes, *trace.events):
            attributes.update({key: _unescaped(value) for key, value in attributes.items() if "&" in value})
    return trace


def _unescaped(value: str) -> str:
    if value.count("&") != len(_ENTITY.findall(value)):
        raise _NotPlainError
    try:
        return _ENTITY.sub(_letter, value)
    except (ValueError, OverflowError):
        raise _NotPlainError from None


def _letter(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    letter = _ENTITIES[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))
    # Characters that XML does not have are left to the parser, which refuses them.
    if letter < " " and letter not in "\t\n\r":
        raise _NotPlainError
    return letter


# --- any text --------------------------------------------------------------------------------------------------------


def _parsed_traces(
    source: Source, of_case: Collection[str], of_event: Collection[str], troubles: Troubles
) -> Iterator[Trace]:
    encoding, blocks = _in_utf_8(source)
    reader = _Reader(source, frozenset(of_case), frozenset(of_event), encoding)
    n = 0
    try:
        for block in blocks:
            reader.parser.Parse(block, False)
            done, reader.done = reader.done, []
            n += len(done)
            yield from done
        if source.is_cut_short:
            yield from _rest(reader, source, n, troubles)
            return
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        done, reader.done = reader.done, []
        if not n and not done:
            raise _broken(source, error) from None
        yield from done
        troubles.count("broken", f"{source.path.name}:{error.lineno}")
        return
    yield from reader.done
    if not reader.is_log:
        raise BadInput(
            "logs.no_log",
            gettext_noop(
                "{file} is XML but no XES log: it begins with <{tag}>. Give a file that begins with <log>."
            ),
            file=source.path.name,
            tag=reader.root,
        )


def _rest(reader: _Reader, source: Source, n: int, troubles: Troubles) -> Iterator[Trace]:
    if not n and not reader.done:
        raise BadInput(
            "logs.cut_short",
            gettext_noop("{file} is cut short before its first case ends. Fetch the file again."),
            file=source.path.name,
        )
    yield from reader.done
    troubles.count("cut_short")


def _broken(source: Source, error: expat.ExpatError) -> BadInput:
    return BadInput(
        "logs.no_xml",
        gettext_noop("{file} is no XML from line {line} on ({words}). Export the log again."),
        file=source.path.name,
        line=error.lineno,
        words=expat.errors.messages.get(error.code, str(error.code)),
    )


class _Reader:
    """Cases from what expat calls for each element; all but the outermost attributes of events take the long way."""

    def __init__(
        self, source: Source, of_case: frozenset[str], of_event: frozenset[str], encoding: str | None
    ) -> None:
        self.file = source.path.name
        self.of_case, self.of_event = of_case, of_event
        self.done: list[Trace] = []
        self.root = ""
        self.is_log = False
        self.trace: Trace | None = None
        self.event: dict[str, str] | None = None
        # Keys of the attributes around, the outermost first; what stands beyond the depth is left over.
        self.path: list[str] = [""]
        self.parser = expat.ParserCreate(encoding)
        # Pairs in a list are made in less time than a dictionary.
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._handlers()
        self.parser.EntityDeclHandler = self.entity

    def entity(self, *_declared: object) -> NoReturn:
        raise BadInput(
            "logs.entities",
            gettext_noop(
                "{file} declares entities in line {line}, which no log needs. Export the log without them."
            ),
            file=self.file,
            line=self.parser.CurrentLineNumber,
        )

    def _handlers(self) -> tuple[Callable[[str, list[str]], None], Callable[[str], None]]:
        """What is called for the start and the end of each element.

        A log of twelve attributes an event calls them 24 times for each: local names save a third of the time.
        """
        depth, path, of_event = 0, self.path, self.of_event

        def start(tag: str, given: list[str]) -> None:
            nonlocal depth
            depth += 1
            event = self.event
            if (
                depth == 4
                and event is not None
                and len(given) == 4
                and given[0] == "key"
                and given[2] == "value"
            ):
                key = path[0] = given[1]
                if key in of_event and key:
                    event[key] = given[3]
            elif depth > 2 and self.trace is not None:
                self._inside(depth, tag, dict(zip(given[::2], given[1::2], strict=True)))
            elif depth == 2 and _local(tag) == "trace":
                self.trace = Trace(self.parser.CurrentLineNumber)
            elif depth == 1:
                self.root, self.is_log = tag, _local(tag) == "log"

        def end(_tag: str) -> None:
            nonlocal depth
            depth -= 1
            if depth < 3:
                self._close(depth)

        return start, end

    def _close(self, depth: int) -> None:
        if self.trace is None:
            return
        if depth == 2 and self.event is not None:
            self.trace.events.append(self.event)
            self.event = None
        elif depth == 1:
            self.done.append(self.trace)
            self.trace = None

    def _inside(self, depth: int, tag: str, given: dict[str, str]) -> None:
        """An element within a case: an event, or an attribute of the case or of its event."""
        if depth == 3 and _local(tag) == "event":
            self.event = {}
            return
        assert self.trace is not None
        record, asked, outermost = self.trace.attributes, self.of_case, 3
        if self.event is not None:
            record, asked, outermost = self.event, self.of_event, 4
        key = given.get("key", "")
        self.path[depth - outermost :] = [key]
        value = given.get("value")
        if value is None or not key:
            return
        keys = [one for one in self.path if one]
        if len(keys) == 1:
            if key in asked:
                record[key] = value
            return
        if key in asked:
            record[NESTED + key] = value
        if (path := "/".join(keys)) in asked:
            record[path] = value


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
