"""Writes of teams: entered, changed, given their targets of a year, their costs written down and taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, rows, search, visibility
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.models import Import, Member, Organisation, Pairing
from shanhai.core.writing import action
from shanhai.fields.investment.models import Team, TeamCost, TeamYear
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.investment.rules import teams as rules
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.office.queries.shared import side_of
from shanhai.fields.office.rules.shared import said
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

_TEXTS = ("base_zh", "base_en", "area_zh", "area_en", "source")


@action
def add_team(
    pairing: Pairing,
    organisation: Organisation,
    *,
    opened_on: date | None = None,
    closed_on: date | None = None,
    reach: str = visibility.Reach.BOTH,
    is_illustrative: bool = False,
    on_import: Import | None = None,
    by: Member | None,
    **texts: str,
) -> Team:
    """Enter an organisation of one side as an investment team; both sides see it from the first, as they share its leads.

    Parameters
    ----------
    texts
        ``base_zh``, ``base_en`` (where it sits), ``area_zh``, ``area_en`` (where it goes), ``source``.
    """
    access.check(by, "investment.add_team", pairing_id=pairing.pk)
    side = side_of(pairing.pk, organisation.pk)
    if not side:
        raise BadInput(
            "investment.team_without_seat",
            gettext_noop("{name} has no seat on a side of this pairing. Enter it under the government that sends it first."),
            name=organisation.name_zh,
            field="organisation",
        )  # fmt: skip
    _check_side(organisation.name_zh, side, pairing.pk, by)
    if Team.objects.filter(organisation=organisation).exists():
        raise NotNow(
            "investment.team_there",
            gettext_noop("{name} is an investment team already. Look at its page."),
            name=organisation.name_zh,
            field="organisation",
        )
    opened_on = opened_on or clock.today()
    check_not_later(opened_on)
    _check_order(organisation.name_zh, opened_on, closed_on)
    team = Team(
        pairing=pairing, zone_id=pairing.zone_id or pairing.pk, organisation=organisation, opened_on=opened_on,
        closed_on=closed_on, reach=reach, is_illustrative=is_illustrative, **{name: texts.get(name, "").strip() for name in _TEXTS},
    )  # fmt: skip
    team.owner_unit = organisation.units.filter(is_active=True).order_by("code").first()
    team.owner_side = side
    team.save()
    visibility.place(team, team.opened_on)
    search.put_many([queries.found_as(team)])
    journal.record(team, "investment.add_team", by=by, **origin(on_import))
    return team


@action
def change_team(team: Team, *, on_import: Import | None = None, by: Member | None, **changes: Any) -> Team:
    """Change where a team sits and goes, or say that it was closed."""
    access.check(by, "investment.change_team", pairing_id=team.pairing_id)
    check_own(team, by)
    changes = differing(team, {name: _tidy(value) for name, value in changes.items()})
    if not changes:
        return team
    _check_order(
        team.name, changes.get("opened_on", team.opened_on), changes.get("closed_on", team.closed_on)
    )
    reach = changes.get("reach")
    rows.move(team, **changes)
    if reach is not None or "opened_on" in changes:
        visibility.place(team, team.opened_on)
    journal.record(team, "investment.change_team", by=by, changed=sorted(changes), **origin(on_import))
    return team


@action
def set_team_year(
    team: Team, year: int, *, on_import: Import | None = None, by: Member | None, **targets: Any
) -> TeamYear:
    """Say what a team is to do in a year: stops, leads, signed leads, signed investment, and its budget.

    Parameters
    ----------
    targets
        ``target_stops``, ``target_leads``, ``target_signed``, ``target_fen``, ``budget_fen``; None is no target.
        ``is_illustrative`` and ``source`` say where they come from.
    """
    access.check(by, "investment.set_team_year", pairing_id=team.pairing_id)
    check_own(team, by)
    rules.check_year(year)
    for name in ("target_fen", "budget_fen"):
        if targets.get(name) is not None and not 0 <= targets[name] <= rules.GREATEST_FEN:
            raise BadInput(
                "investment.team_target",
                gettext_noop("{fen} fen is no target or budget. Give nothing or more."),
                fen=targets[name],
                field=name,
            )
    row = TeamYear.objects.filter(team=team, year=year).first()
    if row is None:
        row = TeamYear.objects.create(team=team, year=year, **targets)
    else:
        changes = differing(row, targets)
        if not changes:
            return row
        rows.move(row, **changes)
    row.team = team
    journal.record(
        row,
        "investment.set_team_year",
        by=by,
        pairing_id=team.pairing_id,
        team=team.code,
        **origin(on_import),
    )
    return row


@action
def record_team_cost(
    team: Team,
    *,
    kind: str,
    amount_fen: int,
    on: date | None = None,
    about: str = "",
    code: str = "",
    is_illustrative: bool = False,
    source: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> TeamCost:
    """Write down money that a team spent."""
    access.check(by, "investment.record_team_cost", pairing_id=team.pairing_id)
    check_own(team, by)
    on = on or clock.today()
    check_not_later(on)
    rules.check_amount(code, amount_fen)
    if kind not in set(rules.CostKind):
        raise BadInput(
            "investment.cost_kind",
            gettext_noop("{given} is no kind of cost. Take one of: {kinds}."),
            given=kind[:20],
            kinds=", ".join(rules.CostKind),
            field="kind",
        )
    # The team is the guard of the numbers of its costs: of two who write at once the second is told.
    if not code:
        rows.move(team, opened_on=team.opened_on)
        code = f"{team.code}-{on.year}-F{team.version:04d}"[:60]
    elif TeamCost.objects.filter(code=code).exists():
        raise NotNow(
            "investment.cost_there",
            gettext_noop("A cost {code} is written down already. Give another code, or take that one back."),
            code=code,
            field="code",
        )
    row = TeamCost.objects.create(
        team=team,
        code=code,
        on=on,
        kind=kind,
        amount_fen=amount_fen,
        about=about.strip()[:200],
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    journal.record(
        row,
        "investment.record_team_cost",
        by=by,
        pairing_id=team.pairing_id,
        team=team.code,
        **origin(on_import),
    )
    figures_follow(team.pairing_id)
    return row


@action
def take_back_team_cost(
    row: TeamCost, *, reason: str, on: date | None = None, on_import: Import | None = None, by: Member | None
) -> TeamCost:
    """Take back what was written down by mistake; the entry stays, and counts no more."""
    team = row.team
    access.check(by, "investment.take_back_team_cost", pairing_id=team.pairing_id)
    check_own(team, by)
    if row.taken_back_on is not None:
        raise NotNow(
            "investment.cost_taken_back",
            gettext_noop("Cost {code} was taken back on {on}. Write down the right one instead."),
            code=row.code,
            on=row.taken_back_on,
        )
    reason = said(reason, "reason")[:300]
    rows.move(row, taken_back_on=on or clock.today(), reason=reason)
    journal.record(
        row,
        "investment.take_back_team_cost",
        by=by,
        pairing_id=team.pairing_id,
        reason=reason,
        **origin(on_import),
    )
    figures_follow(team.pairing_id)
    return row


# -- helpers -------------------------------------------------------------------------------------------------------


def check_own(team: Team, by: Member | None) -> None:
    """Refuse who does not sit on the side of a team."""
    _check_side(team.name, team.owner_side, team.pairing_id, by)


def _check_side(name: str, team_side: str, pairing_id: int, by: Member | None) -> None:
    if by is not None:
        rules.check_own_side(name, team_side, access.standing(by).side_in(pairing_id) or "")


def _check_order(name: str, opened_on: date, closed_on: date | None) -> None:
    if closed_on is not None and closed_on < opened_on:
        raise BadInput(
            "investment.team_backwards",
            gettext_noop("{name} would close on {closed}, before it opened on {opened}. Put one of the days right."),
            name=name,
            opened=opened_on,
            closed=closed_on,
            field="closed_on",
        )  # fmt: skip


def _tidy(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def figures_follow(pairing_id: int) -> None:
    """Commitments that are measured by what teams do follow."""
    standings.follow(measured_by([pairing_id], *rules.INDICATORS))
