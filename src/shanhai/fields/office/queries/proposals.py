"""Reads of proposals: lists, one with its effects, and days as exactly as the source gives them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from shanhai.core import indicators
from shanhai.core.models import Member, Pairing
from shanhai.core.search import Found
from shanhai.fields.office.models import Proposal, ProposalEffect
from shanhai.fields.office.queries import shared
from shanhai.fields.office.rules import proposals as rules
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop


def proposals_of(member: Member | None, pairing: Pairing) -> QuerySet[Proposal]:
    """The proposals of a pairing and those nested in it that a member sees; sort by ``proposed_on, id``."""
    rows = shared.seen_in(Proposal.objects.all(), member, pairing)
    return rows.select_related("pairing").prefetch_related("effects")


def proposal_of(member: Member | None, number: str) -> Proposal:
    """One proposal, for those who see it.

    Raises
    ------
    NotFound
        ``office.no_proposal``
    """
    found = (
        Proposal.objects.filter(number=number)
        .select_related("pairing", "author", "document", "owner_unit__organisation")
        .first()
    )
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "office.no_proposal",
            gettext_noop(
                "There is no proposal {number}, or it is not shown to you. Look for it in the list."
            ),
            number=number[:40],
        )
    return found


def effect_of(member: Member | None, pk: int) -> ProposalEffect:
    """One effect, for those who see its proposal.

    Raises
    ------
    NotFound
        ``office.no_effect``
    """
    found = ProposalEffect.objects.filter(pk=pk).select_related("proposal__owner_unit").first()
    if found is None or not shared.may_see(member, found.proposal):
        raise NotFound(
            "office.no_effect",
            gettext_noop("There is no such effect, or it is not shown to you. Look for it on its proposal."),
        )
    return found


def effects_of(proposal: Proposal) -> list[ProposalEffect]:
    """What it changed, as far as somebody wrote it down and nobody struck it out."""
    return [one for one in proposal.effects.all() if one.dropped_on is None]


def reported_of(member: Member | None, pairing: Pairing, indicator: str) -> list[ProposalEffect]:
    """What sources state of a registered indicator, of proposals that a member sees: a change, read from no record here."""
    seen = shared.seen_in(Proposal.objects.all(), member, pairing)
    rows = ProposalEffect.objects.filter(
        indicator=indicator, change_percent__isnull=False, dropped_on=None, proposal__in=seen
    )
    return list(rows.select_related("proposal").order_by("pk"))


def change_of(effect: ProposalEffect) -> Decimal | None:
    """The change in percent: as the source states it, else from the figures."""
    if effect.change_percent is not None:
        return effect.change_percent
    return rules.change_of(effect.before, effect.after)


def measured(proposal: Proposal, indicator: str, period: str) -> Decimal:
    """What a registered indicator says of a period, for the pairing of a proposal.

    Raises
    ------
    BadInput
        ``office.effect_not_measured``
    """
    of = periods.parse(period)
    value = indicators.value(indicators.measure(indicator, [proposal.pairing_id], [of])[0])
    if value is None:
        raise BadInput(
            "office.effect_not_measured",
            gettext_noop(
                "{indicator} says nothing about {period}. Choose another period, or state the figures."
            ),
            indicator=indicator,
            period=period,
            field="indicator",
        )
    return value


def head_of(rows: QuerySet[Proposal]) -> dict[str, int]:
    """What leads the list: how many there are of each kind."""
    told = Q(effects__dropped_on=None, effects__isnull=False)
    return rows.order_by().aggregate(
        all=Count("pk", distinct=True),
        in_force=Count("pk", Q(stage=rules.Stage.IN_FORCE), distinct=True),
        with_effect=Count("pk", told & Q(stage=rules.Stage.IN_FORCE), distinct=True),
    )


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: Proposal) -> Found:
    """By its number, title and author, for those who see it."""
    author = f"{one.author_zh} {one.author_en}".strip()
    return Found(
        "office.proposal", one.pk, one.title_zh, one.url, one.title_en, one.number, one.pairing_id, "seen", author
    )  # fmt: skip


def found_again(keys: Collection[int]) -> list[Found]:
    """Some of those that were not withdrawn."""
    rows = Proposal.objects.filter(pk__in=keys).exclude(stage=rules.Stage.WITHDRAWN)
    return [found_as(one) for one in rows]


def entries() -> Iterator[Found]:
    """All proposals that were not withdrawn."""
    return map(found_as, Proposal.objects.exclude(stage=rules.Stage.WITHDRAWN).iterator())
