"""A land file compared with the parcels of a park: what is new, what changes from what to what, what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

from shanhai.core.models import Organisation
from shanhai.fields.park.columns import land as columns
from shanhai.fields.park.models import Parcel, Park
from shanhai.fields.park.queries import formats
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import parks as park_rules
from shanhai.fields.park.rules.land_plan import Change, Fault, Feature, Plan, Read
from shanhai.kernel.refusals import BadInput, NotFound, NotNow, Refused, gettext_noop

_ORGANISATIONS = ("user", "lessee")
_STATES = {word: value for value, en, zh in columns.STATES for word in (value, en, zh)}


def plan_of(park: Park, read: Read, stamp: str) -> Plan:
    """What a file that was read would do to a park (three statements)."""
    there = {one.number: one for one in queries.in_park(park)}
    elsewhere = queries.taken_elsewhere(park, [one.number for one in read.features])
    found = _organisations(read.features)
    changes: list[Change] = []
    faults = list(read.faults)
    for feature in read.features:
        try:
            changes.append(_change(feature, there.get(feature.number), elsewhere, found))
        except Refused as refused:
            facts = {name: value for name, value in refused.facts.items() if name != "field"}
            faults.append(Fault(feature.row, feature.number, refused.code, refused.sentence, _plain(facts)))
    faults.sort(key=lambda fault: fault.row)
    return Plan(read.reference, read.how, stamp, tuple(changes), tuple(faults), read.remarks)


def refusal_of(fault: Fault) -> Refused:
    """A fault as the refusal that it was, its states as words that are translated."""
    states = {
        name: rules.ParcelState(value)
        for name in ("state", "to")
        if (value := fault.facts.get(name)) in set(rules.ParcelState)
    }
    return Refused(fault.code, fault.sentence, **{**fault.facts, **states})


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in facts.items()}


def _change(
    feature: Feature, parcel: Parcel | None, elsewhere: set[str], found: Mapping[str, Organisation | None]
) -> Change:
    if feature.number in elsewhere:
        raise NotNow(
            "park.number_elsewhere",
            gettext_noop(
                "The number {number} belongs to a parcel of another park, or to one that was replaced. Take another."
            ),
            number=feature.number,
        )
    given = {name: _checked(feature, name, text, found) for name, text in feature.values.items() if text}
    given.pop("number", None)
    if parcel is None:
        return _new(feature, given)
    now = formats.values_of(parcel)
    after = {name: text for name, text in given.items() if text != now[name]}
    before = {name: now[name] for name in after}
    if feature.outline != parcel.outline:
        before |= {"outline": "", "mu": str(parcel.mu)}
        after |= {"outline": "", "mu": feature.mu}
    if "state" in after:
        if after["state"] == rules.ParcelState.ALLOTTED:
            raise NotNow(
                "park.allot_by_page",
                gettext_noop(
                    "A file allots no land. Allot parcel {number} on its page, under the quota of the year."
                ),
                number=feature.number,
            )
        rules.check_move(feature.number, parcel.state, after["state"], "")
    if "user" in after:
        rules.check_user(feature.number, after.get("state", parcel.state), True)
    return Change("changed" if after else "same", feature, before, after)


def _new(feature: Feature, given: dict[str, str]) -> Change:
    park_rules.check_number(feature.number)
    state = given.setdefault("state", str(rules.ParcelState.NOT_LEVELLED))
    if state == rules.ParcelState.ALLOTTED:
        raise NotNow(
            "park.allot_first",
            gettext_noop("Parcel {number} cannot be drawn as allotted. Draw it as serviced, then allot it."),
            number=feature.number,
        )
    rules.check_user(feature.number, state, "user" in given)
    return Change("new", feature, {}, given | {"mu": feature.mu})


def _checked(feature: Feature, name: str, text: str, found: Mapping[str, Organisation | None]) -> str:
    """A value of a file as our own exports write it."""
    if name == "state":
        if text.strip() not in _STATES:
            raise _wrong(feature, name, text, ", ".join(value for value, _en, _zh in columns.STATES))
        return _STATES[text.strip()]
    if name in _ORGANISATIONS:
        organisation = found.get(text.strip())
        if organisation is None:
            raise NotFound(
                "park.no_organisation",
                gettext_noop(
                    "“{text}” is no code and no full name of one organisation. Register it first, or give the code."
                ),
                text=text[:60],
                number=feature.number,
            )
        return organisation.code
    if name in ("phase", "plot_grade", "density_percent", "plot_ratio"):
        number = _number(feature, name, text)
        limits = {"phase": (0, 99), "plot_grade": (1, 15), "density_percent": (0, 100), "plot_ratio": (0, 99)}
        least, most = limits[name]
        if not least <= number <= most or (name != "plot_ratio" and number != int(number)):
            raise _wrong(feature, name, text, f"{least}–{most}")
        if name == "plot_ratio":
            return str(number.quantize(Decimal("0.01")))
        return str(int(number)) if number or name != "phase" else ""
    return text


def _number(feature: Feature, name: str, text: str) -> Decimal:
    try:
        number = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        raise _wrong(feature, name, text, "1") from None
    if not number.is_finite():
        raise _wrong(feature, name, text, "1")
    return number


def _wrong(feature: Feature, name: str, text: str, wanted: str) -> BadInput:
    return BadInput(
        "park.land_value",
        gettext_noop("Parcel {number} has “{text}” as {name}. Write one of: {wanted}."),
        number=feature.number,
        text=text[:40],
        name=name,
        wanted=wanted,
    )


# -- organisations that are named ----------------------------------------------------------------------------------


def _organisations(features: Iterable[Feature]) -> dict[str, Organisation | None]:
    """Organisations by what files call them: their code, or the full name that only one has (one statement)."""
    called = {
        text.strip()
        for feature in features
        for name in _ORGANISATIONS
        if (text := feature.values.get(name, ""))
    }
    return _named(called)


def _named(called: set[str]) -> dict[str, Organisation | None]:
    if not called:
        return {}
    by_name: dict[str, list[Organisation]] = {}
    by_code = {}
    for one in Organisation.objects.filter(Q(code__in=called) | Q(name_zh__in=called)):
        by_code[one.code] = one
        by_name.setdefault(one.name_zh, []).append(one)
    return {
        text: by_code.get(text) or (by_name[text][0] if len(by_name.get(text, [])) == 1 else None)
        for text in called
    }


def organisations_of(changes: Iterable[Change]) -> dict[str, Any]:
    """The organisations that changes name, by code (one statement)."""
    codes = {change.after[name] for change in changes for name in _ORGANISATIONS if name in change.after}
    return dict(_named(codes))


def facts_of(after: Mapping[str, str], organisations: Mapping[str, Any]) -> dict[str, Any]:
    """What a change says, as columns of a parcel; outline and area apart."""
    makes: dict[str, Any] = {
        "phase": ("phase_number", lambda text: int(text or 0)),
        "state": ("state", str),
        "user": ("user", organisations.get),
        "lessee": ("lessee", organisations.get),
        "plot_grade": ("plot_grade", int),
        "plot_ratio": ("plot_ratio", Decimal),
        "density_percent": ("density_percent", int),
    }
    return {makes[name][0]: makes[name][1](text) for name, text in after.items() if name in makes}
