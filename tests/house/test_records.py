"""Each page of one record says who sees it, has a thread of notes, and can be watched; or a word here says why not."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import translation

from shanhai.core import signs

SOURCE = Path(__file__).resolve().parents[2] / "src/shanhai"
# One or two keys at the end: /rounds/R1/lq-agri/ is the answer of a unit to a round.
_OF_ONE_THING = re.compile(r"([a-z-]+/)+(<\w+:\w+>/){1,2}$")
PANELS = {"who_sees": r"{% who_sees \w+ %}", "notes": r"{% notes \w+ %}", "watch": r"{% watch \w+ %}"}

# Pages of one thing that is no record people talk about, by the name of their address.
NO_RECORD = {
    "registry:member": "a person: what colleagues think of somebody is no note that they cannot read; the page is masked, and "
    "who read what stands on it",
    "registry:role": "a row of the access table, the same for everybody",
    "registry:rule": "a figure with its sources; what should change in it is a proposal, which has a thread",
    "registry:calendar": "an official notice, the same for everybody",
    "registry:entry": "an entry of the journal, read with the record that it tells of",
    "registry:import": "an errand of whoever brings it, over when it is written; what it wrote are the records",
    "registry:batch": "an errand of whoever brings it, over when it is written; what it wrote are the records",
    "registry:prints": "the printed side of a record, whose page has the thread",
    "office:link": "the key of one person to one record, whose page has the thread",
    "office:robot": "how a chat group is reached",
    "office:factor_pool": "a form: what a level has to give, read in the list of requests",
    "pairing:payment": "a form: a payment stands in its agreement",
    "pairing:land_hand_over": "a form: a land clause stands in its agreement",
    "pairing:balance_records": "a line of the balance with its records, each of which has its page",
    "approval:log": "what came out of one's own errand, for nobody else",
    "approval:simulation": "an answer to what was asked, made again by the same seed; what it is about are the catalogues",
    "approval:status": "for the public, who have no account; the case has its page",
    "approval:intermediary": "an entry of a register with its figures; what it does is talked of on the cases",
    "investment:aid_firm": "what an enterprise may claim, claims and missed; the enterprise has its page",
    "park:account_year": "a year of the account with its parcels, each of which has its page",
    "park:land_file": "an errand of whoever brings it, over when it is written; what it wrote are the parcels",
    "phone_landing": "a phone link: its holder has no account",
    "phone_page": "a phone link: its holder has no account",
    "notice": "leads on to what the notice is about",
    "notice_of_fact": "who was told of a fact and who has read it, beside the record that the fact is about",
    "notices_unread": "takes a step back, and leads to the list",
    "office:work_unassign": "takes a step back, and leads to the list",
    "how_told_confirm": "proves an address of mail",
    "my_work_tab": "a part of one's own list",
}
# Records whose page says who sees it in words of its own kind.
SAYS_IT_ITSELF = {
    "registry:document": "in its own panel, with the papers' own steps of sharing",
    "park:firm": "among its facts: offices of both sides, the enterprise itself and its agents",
    "park:promise": "among its facts: whoever sees the enterprise",
    "park:renewal": "among its facts: offices, the enterprise, and everybody once it is published",
    "park:grading": "among its facts: offices, and everybody once it is published",
    "investment:policy": "among its facts: a policy is public in its pairing",
    "investment:aid_run": "among its facts: offices see the run, firms their own claims",
    "investment:aid_claim": "among its facts: the enterprise and the offices, everybody while it is on public notice",
    "pairing:technical_problem": "among its facts: it is shared once, by whoever posted it",
}
# Models with an address that are signed in as no record.
NO_KIND = {
    "approval.intermediary": "an entry of a register, the same for everybody",
    "approval.catalogueversion": "a state of a catalogue, which is the record",
    "park.firmgrade": "a line of a grading, which is the record",
    "park.appeal": "stands with the grade that it is about",
    "core.workitem": "leads to the record that waits",
    "core.noticefact": "leads to the record that it tells of",
    "core.searchentry": "leads to the record that is found",
    "core.phonelink": "the key of one person to one record",
}


def _patterns(
    resolver: URLResolver, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one, route, one.namespace or space)
        else:
            yield f"{space}:{one.name}" if space else str(one.name), route, one


def _pages_of_one_thing() -> dict[str, str]:
    """Name of the address -> source of its view, of each page whose address ends with the key of a thing."""
    found = {}
    for name, route, pattern in _patterns(get_resolver()):
        if _OF_ONE_THING.match(route) and not route.startswith("api/"):
            view = inspect.unwrap(pattern.callback)
            if view.__module__.startswith("shanhai."):
                found[name] = inspect.getsource(view)
    return found


def _templates_of(name: str, source: str) -> list[str]:
    """The templates that a view names; where it leaves that to another function, the one called like it."""
    return re.findall(r'"((?:registry|office|pairing|park|investment|approval|site)/\w+\.html)"', source) or [
        f"{name.replace(':', '/')}.html"
    ]


def _text_of(template: str) -> str:
    (path,) = SOURCE.glob(f"**/templates/{template}")
    return path.read_text(encoding="utf-8")


def test_each_page_of_a_record_says_who_sees_it_has_notes_and_can_be_watched():
    lacking = []
    for name, source in _pages_of_one_thing().items():
        if name in NO_RECORD:
            continue
        texts = "".join(map(_text_of, _templates_of(name, source)))
        for panel, pattern in PANELS.items():
            if not re.search(pattern, texts) and not (panel == "who_sees" and name in SAYS_IT_ITSELF):
                lacking.append(f"{name}: {panel}")

    assert not lacking, (
        "\n".join(lacking) + "\nShow these on the page, or say in this file why it is no record."
    )


def test_the_words_of_this_file_are_of_pages_that_there_are():
    pages = _pages_of_one_thing()

    assert not {*NO_RECORD, *SAYS_IT_ITSELF} - pages.keys()


def test_each_model_with_a_page_is_a_kind_of_record():
    own = [model for model in apps.get_models() if model.__module__.startswith("shanhai.")]
    with_page = {
        model._meta.label_lower for model in own if isinstance(getattr(model, "url", None), property)
    }
    with_page |= {
        model._meta.label_lower for model in own if hasattr(model, "url") and not hasattr(model.url, "fget")
    }

    strange = {label for label in with_page if label not in signs.record_kinds and label not in NO_KIND}

    assert not strange, "Sign these in as kinds of records, or say in this file why not."


class _Any:
    """A row of which every value is 1, to see at which address its page stands."""

    def __getattr__(self, name: str) -> _Any:
        return self

    def __str__(self) -> str:
        return "1"

    def __format__(self, form: str) -> str:
        return "1"


def test_each_kind_of_record_has_a_page_of_its_own():
    pages = _pages_of_one_thing().keys() - NO_RECORD.keys()
    elsewhere = {}
    for kind in signs.record_kinds:
        model = apps.get_model(kind.code)
        url = str(signs.call(kind.url)(_Any()) if kind.url else model.url.fget(_Any()))
        name = resolve(url).view_name
        if name not in pages:
            elsewhere[kind.code] = (url, name)

    assert not elsewhere


def test_the_guide_names_each_kind_of_record():
    text = (SOURCE.parents[1] / "docs/why/notes.md").read_text(encoding="utf-8").casefold()
    called = {"core.document": "document", "pairing.focuspoint": "annual key point"}

    names = {kind.code: called.get(kind.code, _in_english(kind.name)) for kind in signs.record_kinds}

    assert not {code for code, name in names.items() if name.removeprefix("office ") not in text}, names


def _in_english(name: object) -> str:
    with translation.override("en"):
        return str(name).casefold()
