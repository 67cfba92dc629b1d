"""``shanhai investment match|portfolio|same-names``: leads matched and placed from plain files; with ``--json`` without Django."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shanhai.core.cli import start_django
from shanhai.fields.investment.cli import match_files
from shanhai.kernel.refusals import Refused, gettext_noop
from shanhai.webkit.commands import AsCsv, AsJson, Part, remark, show, show_whole

if TYPE_CHECKING:
    from shanhai.fields.investment.cli.plain_tables import Table
    from shanhai.kernel.reasons import Reason
    from shanhai.planners.lead_matching import Matches
    from shanhai.planners.lead_pairs import Match
    from shanhai.planners.portfolio_records import Limits, Portfolio

Leads = Annotated[str, typer.Argument(metavar="LEADS.csv", help="A lead a row; - reads standard input.")]
Parcels = Annotated[str, typer.Argument(metavar="PARCELS.csv", help="A parcel or vacated plot a row.")]
Clusters = Annotated[
    str,
    typer.Option("--clusters", metavar="FILE", help="A cluster a row, with its industries, links and gaps."),
]
Scheme = Annotated[
    str,
    typer.Option(
        "--scheme", metavar="FILE", help="Weights and thresholds in place of the rulebook's, as YAML."
    ),
]


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command("match")(match)
    app.command("portfolio")(portfolio)
    app.command("same-names")(same_names)


def match(
    leads: Leads,
    parcels: Parcels,
    clusters: Clusters = "",
    scheme: Scheme = "",
    lead: Annotated[
        str, typer.Option("--lead", metavar="NUMBER", help="This lead only, every parcel with its reasons.")
    ] = "",
    parcel: Annotated[str, typer.Option("--parcel", metavar="NUMBER", help="This parcel only.")] = "",
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="The best so many of each.")] = 5,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Which parcels suit each lead best, which leads each parcel, why, and what refuses a lead that fits nowhere."""
    from shanhai.planners.lead_matching import match_leads

    its_clusters = match_files.read_clusters(clusters)
    its_leads, table = match_files.read_leads(leads, its_clusters)
    its_parcels, _, other = match_files.read_parcels(parcels, its_clusters)
    _tell_unread(table, other)
    found = match_leads(its_leads, its_parcels, its_clusters, match_files.read_scheme(scheme))
    if lead and parcel:
        _show_pairs([found.between(lead, parcel)], as_json, as_csv)
    elif lead:
        _show_pairs(_all_of(found, lead), as_json, as_csv)
    elif as_json:
        _print(
            {
                "leads": [] if parcel else _best_parcels(found, most),
                "parcels": _best_leads(found, most, parcel),
            }
        )
    elif parcel:
        _show_pairs(found.best_leads(parcel, most), False, as_csv)
    else:
        _show_pairs([one for each in its_leads for one in found.best_parcels(each.lead, most)], False, as_csv)
        if not as_csv:
            _show_nowhere(found)


def _all_of(found: Matches, lead: str) -> list[Match]:
    """The lead on every parcel: where it may come first, best first; then the others by number."""
    every = [found.between(lead, one.parcel) for one in found.parcels]
    return sorted(every, key=lambda one: (bool(one.refused), -one.score, one.parcel))


def _best_parcels(found: Matches, most: int) -> Iterator[dict[str, Any]] | list[dict[str, Any]]:
    told = []
    for row, one in enumerate(found.leads):
        nowhere = [
            {"filter": name, "parcels": n, "at": near.parcel, "reason": _why(near, name)}
            for name, n, near in found.refusals_of(one.lead)
        ]
        best = [_pair(each) for each in found.best_parcels(one.lead, most)]
        fits = int((found.scores[row] >= 0).sum())
        told.append({"lead": one.lead, "fits": fits, "best": best, "refused": nowhere})
    return told


def _why(near: Match, name: str) -> str:
    return next(str(one) for one in near.refused if one.code == f"matching.{name}")


def _best_leads(found: Matches, most: int, only: str) -> list[dict[str, Any]]:
    names = [only] if only else [one.parcel for one in found.parcels]
    return [
        {"parcel": name, "best": [_pair(each) for each in found.best_leads(name, most)]} for name in names
    ]


def _pair(one: Match) -> dict[str, Any]:
    told: dict[str, Any] = {
        "lead": one.lead,
        "parcel": one.parcel,
        "pool": one.pool,
        "score": one.score,
        "items": one.items,
    }
    return told | ({"refused": [_plain(why) for why in one.refused]} if one.refused else {})


def _plain(why: Reason) -> dict[str, str]:
    return {"code": why.code, "reason": str(why)}


def _show_pairs(pairs: Sequence[Match], as_json: bool, as_csv: bool) -> None:
    if as_json:
        _print([_pair(one) for one in pairs])
        return
    start_django()
    from django.utils.translation import gettext as _

    from shanhai.core import sentences
    from shanhai.planners.lead_records import ITEMS

    headings = {"lead": _("Lead"), "parcel": _("Parcel"), "pool": _("Pool"), "score": _("Score")}
    words = {
        "industry": _("Industry"),
        "land": _("Land or plant"),
        "intensity": _("Intensity and tax"),
        "quota": _("Quotas"),
    }
    words |= {"labour": _("Labour"), "chain": _("Chain"), "policy": _("Policy")}
    headings |= {name: words[name] for name in ITEMS if any(name in one.items for one in pairs)}
    if any(one.refused for one in pairs):
        headings |= {"refused": _("Refused because")}
    rows = [
        {"lead": one.lead, "parcel": one.parcel, "pool": one.pool}
        | (
            {}
            if one.refused
            else {"score": f"{one.score:.2f}"} | {name: f"{points:.2f}" for name, points in one.items.items()}
        )
        | {"refused": " ".join(sentences.reason(why) for why in one.refused)}
        for one in pairs
    ]
    show(rows, headings, as_csv=as_csv, right=("score", *ITEMS))


def _show_nowhere(found: Matches) -> None:
    from django.utils.translation import gettext as _

    from shanhai.core import sentences

    rows = [
        {"lead": one.lead, "why": sentences.reason(why)}
        for one in found.leads
        for why in found.why_nowhere(one.lead)
    ]
    if rows:
        print(f"\n{_('Leads that fit nowhere')}")
        show(rows, {"lead": _("Lead"), "why": _("Refused because")})


# -- portfolio ---------------------------------------------------------------------------------------------------------


def portfolio(
    leads: Leads,
    parcels: Parcels,
    limits: Annotated[
        str,
        typer.Option(
            "--limits", metavar="FILE", help="Land, energy, emissions, budget and phases, as YAML or JSON."
        ),
    ],
    clusters: Clusters = "",
    scheme: Scheme = "",
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds", metavar="S", min=1, max=86_400, help="Time after which the best plan so far comes."
        ),
    ] = 60.0,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="With --json: phase, worth and use of each lead, codes of reasons, use of limits.",
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Who is placed where so that the whole brings most: with the bound, what holds it back, and who stays out why."""
    from shanhai.planners.portfolio import place_leads, scheme_for
    from shanhai.planners.portfolio_checking import check_portfolio

    its_clusters = match_files.read_clusters(clusters)
    its_leads, table = match_files.read_leads(leads, its_clusters)
    its_parcels, pairs, other = match_files.read_parcels(parcels, its_clusters)
    _tell_unread(table, other)
    its_limits, more = match_files.read_limits(limits)
    pairs += more.pop("adjoining", [])
    figures = scheme_for(match_files.read_scheme(scheme), its_limits)
    plan = place_leads(
        its_leads, its_parcels, pairs, its_clusters, figures, its_limits, seconds=seconds, **more
    )
    worth = {name: one for name, one in more.items() if name != "steps"}
    _check(check_portfolio(plan, its_leads, its_parcels, pairs, its_clusters, figures, its_limits, **worth))
    if as_json:
        _print(_with_details(plan, its_limits) if details else _plan(plan))
    elif as_csv:
        show(_placed_rows(plan), _placed_headings(), as_csv=True)
    else:
        _show_plan(plan)


def _check(wrong: Sequence[Reason]) -> None:
    """A plan that does not hold is not told."""
    if wrong:
        raise Refused(
            "investment.plan_wrong",
            gettext_noop(
                "The plan did not stand up to the check ({why}), so it is not shown. Send your files to those who keep the program."
            ),
            why=" ".join(str(one) for one in wrong[:5]),
        )


def _plan(plan: Portfolio) -> dict[str, Any]:
    """A plan for programs."""
    return {
        "assigned": [{"lead": one.lead, "parcels": list(one.parcels)} for one in plan.assigned],
        "value": plan.value,
        "bound": plan.bound,
        "gap": plan.gap,
        "binding": [
            {
                "limit": one.limit, "phase": one.phase, "given": one.given, "used": one.used, "price": one.price, "step": one.step,
                "gain": one.gain, "gain_at_least": one.gain_at_least, "gain_at_most": one.gain_at_most,
            }
            for one in plan.binding
        ],
        "unplaced": [{"lead": one.lead, "reasons": [str(why) for why in one.reasons]} for one in plan.unplaced],
    }  # fmt: skip


def _with_details(plan: Portfolio, limits: Limits) -> dict[str, Any]:
    """A plan with all that is known of it."""
    told = _plan(plan)
    for line, one in zip(told["assigned"], plan.assigned, strict=True):
        line |= {"phase": one.phase, "value": one.value, "score": one.score, "takes": dict(one.takes)}
    for line, out in zip(told["unplaced"], plan.unplaced, strict=True):
        line |= {"codes": [why.code for why in out.reasons], "most_with_it": out.most_with_it}
    return told | {
        "limits": [
            {"limit": name, "phase": phase, "given": given, "used": plan.used[name, phase]} for name, phase, given in limits.given()
        ],
        "stopped": plan.is_stopped,
        "columns": plan.n_columns,
    }  # fmt: skip


def _placed_headings() -> dict[str, Any]:
    start_django()
    from django.utils.translation import gettext as _

    return {
        "lead": _("Lead"),
        "parcels": _("Parcels"),
        "phase": _("Phase"),
        "value": _("Worth"),
        "score": _("Score"),
        "land_mu": _("Land (mu)"),
        "energy_tce": _("Energy (tce)"),
        "emission_t": _("Emissions (t)"),
        "budget": _("Budget (10,000 yuan)"),
    }


def _placed_rows(plan: Portfolio) -> list[dict[str, Any]]:
    return [
        {"lead": one.lead, "parcels": " + ".join(one.parcels), "phase": one.phase, "value": f"{one.value:g}", "score": f"{one.score:.2f}"}
        | {name: f"{taken:g}" for name, taken in one.takes.items()}
        for one in plan.assigned
    ]  # fmt: skip


def _show_plan(plan: Portfolio) -> None:
    headings = _placed_headings()
    from django.utils.translation import gettext as _

    from shanhai.core import sentences

    limit_words = {name: headings[name] for name in ("land_mu", "energy_tce", "emission_t", "budget")}
    binding = [
        {
            "limit": limit_words[one.limit] if one.phase is None else _("{limit}, phase {phase}").format(limit=limit_words[one.limit], phase=one.phase),
            "given": f"{one.given:,g}", "used": f"{one.used:,g}", "price": f"{one.price:,.4g}", "step": f"{one.step:g}",
            "gain": f"{one.gain:,g}",
            "range": f"{one.gain_at_least:,.4g} – {one.gain_at_most:,.4g}",
        }
        for one in plan.binding
    ]  # fmt: skip
    names = {"limit": _("Limit"), "given": _("Limit set"), "used": _("Used"), "price": _("Worth of a unit")}
    names |= {"step": _("More of it"), "gain": _("Brings"), "range": _("For certain")}
    out = [
        {"lead": one.lead, "why": " ".join(map(sentences.reason, one.reasons)), "most": None if one.most_with_it is None else f"{one.most_with_it:,.6g}"}
        for one in plan.unplaced
    ]  # fmt: skip
    right = ("value", "score", "land_mu", "energy_tce", "emission_t", "budget")
    show_whole(
        {"value": f"{plan.value:,g}", "bound": f"{plan.bound:,.9g}", "gap": f"{plan.gap:.3%}", "placed": f"{len(plan.assigned)}"},
        {"value": _("Value of the plan"), "bound": _("No plan brings more than"), "gap": _("Gap"), "placed": _("Leads placed")},
        [
            Part("assigned", _("Placed"), _placed_rows(plan), headings, right),
            Part("binding", _("What holds the plan back"), binding, names, tuple(names)[1:]),
            Part("unplaced", _("Not placed"), out, {"lead": _("Lead"), "why": _("Because"), "most": _("A plan with it brings at most")}, ("most",)),
        ],
    )  # fmt: skip
    if plan.is_stopped:
        remark(_("The time was over before the plan was proved; with more --seconds it may become better."))


# -- names -------------------------------------------------------------------------------------------------------------


def same_names(
    names: Annotated[str, typer.Argument(metavar="NAMES.csv", help="A name a row; - reads standard input.")],
    against: Annotated[
        str,
        typer.Option(
            "--against", metavar="KNOWN.csv", help="Look among these; by default within the file itself."
        ),
    ] = "",
    at_least: Annotated[
        float,
        typer.Option("--at-least", metavar="SHARE", min=0, max=1, help="How like two names must be, 0 to 1."),
    ] = 0.75,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Which names may be one firm's: across Chinese, English and pinyin, width, legal form, region and older characters."""
    from shanhai.planners.same_names import NameIndex, find_same_names, pairs_of

    its = match_files.read_names(names)
    known = match_files.read_names(against) if against else its
    index = NameIndex(name for _, name, _ in known)
    if against:
        pairs = [
            (at, one) for at, (_, name, _) in enumerate(its) for one in find_same_names(name, index, at_least)
        ]
    else:
        pairs = pairs_of(index, at_least)
    told: list[dict[str, Any]] = [
        {
            "name": its[at][1], "line": its[at][0], "other": one.name, "other_line": known[one.place][0], "likeness": one.likeness,
            "same": one.is_same, "reasons": one.reasons,
        }
        for at, one in pairs
    ]  # fmt: skip
    if as_json:
        _print(
            {
                "names": len(its),
                "pairs": [row | {"reasons": [str(why) for why in row["reasons"]]} for row in told],
            }
        )
        return
    start_django()
    from django.utils.translation import gettext as _

    from shanhai.core import sentences

    headings = {
        "name": _("Name"),
        "line": _("Line"),
        "other": _("May be the same as"),
        "other_line": _("Its line"),
    }
    headings |= {"likeness": _("Likeness"), "same": _("Taken for one"), "reasons": _("Because")}
    rows = [
        row
        | {"likeness": f"{row['likeness']:.2f}", "reasons": " ".join(map(sentences.reason, row["reasons"]))}
        for row in told
    ]
    show(rows, headings, as_csv=as_csv, right=("likeness",))
    if not rows:
        remark(_("No two names are that like."))


def _tell_unread(*tables: Table) -> None:
    for one in tables:
        if one.unread:
            start_django()
            from django.utils.translation import gettext as _

            remark(
                _("{file}: these columns are not read: {names}.").format(
                    file=one.file, names=", ".join(one.unread)
                )
            )


def _print(answer: dict[str, Any] | list[Any]) -> None:
    """JSON with each record on a line of its own: with an indent within records it is written six times as slowly."""
    if isinstance(answer, list):
        print(_lines(answer))
    else:
        parts = (
            f"{json.dumps(key)}: {_lines(value) if isinstance(value, list) else json.dumps(value, ensure_ascii=False)}"
            for key, value in answer.items()
        )
        print("{\n" + ",\n".join(parts) + "\n}")


def _lines(records: list[Any]) -> str:
    if not records:
        return "[]"
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in records) + "\n]"
