"""Catalogue documents as text: YAML and JSON, read without trusting them."""

from __future__ import annotations

import json
from typing import Any

import yaml

from shanhai.fields.approval.rules.catalogue import Catalogue, as_plain, from_plain
from shanhai.kernel.refusals import BadInput, TooLarge, gettext_noop
from shanhai.kernel.text import canonical, digest

MOST_BYTES = 2_000_000


class _Loader(yaml.SafeLoader):
    """Plain data only. Aliases are refused: a few of them unfold to more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.YAMLError(f"line {event.start_mark.line + 1}: *{event.anchor}")
        return super().compose_node(parent, index)


def plain_of(text: str) -> Any:
    """Plain data from the text of a document; JSON is YAML too.

    Raises
    ------
    BadInput
        ``approval.document_text``: what stands in which line is not YAML, or uses aliases.
    TooLarge
        ``approval.document_large``
    """
    if len(text.encode()) > MOST_BYTES:
        raise TooLarge(
            "approval.document_large",
            gettext_noop(
                "The document has more than {most} bytes. A catalogue is far smaller; look what it is."
            ),
            most=MOST_BYTES,
        )
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        said = str(error) if not isinstance(error, RecursionError) else "nested too deeply"
        raise BadInput(
            "approval.document_text",
            gettext_noop("The document cannot be read: {error}. Write it as YAML or JSON, without aliases."),
            error=" ".join(said.split())[:200],
        ) from None


def catalogue_of(text: str) -> Catalogue:
    """A catalogue from the text of a document."""
    return from_plain(plain_of(text))


def body_of(catalogue: Catalogue) -> str:
    """The canonical JSON under which a version is kept."""
    return canonical(as_plain(catalogue))


def of_body(body: str) -> Catalogue:
    """The catalogue of a version that is kept: a hundred times as quick as reading its text as YAML."""
    return from_plain(json.loads(body))


def sha256_of(catalogue: Catalogue) -> str:
    """The hash that a published version is known by."""
    return digest(as_plain(catalogue))


def yaml_of(catalogue: Catalogue) -> str:
    """The document for people who keep it in a file."""
    text: str = yaml.safe_dump(as_plain(catalogue), allow_unicode=True, sort_keys=False, width=110)
    return text
