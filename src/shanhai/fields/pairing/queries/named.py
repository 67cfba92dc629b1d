"""Who and what programs and commands name by code: organisations, units, members and parties."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shanhai.core.models import Member, Organisation, Pairing, Party, Unit
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing.queries.pages import parties_of
from shanhai.kernel.refusals import NotFound, gettext_noop


def organisation_of(code: str) -> Organisation:
    """An organisation that is open.

    Raises
    ------
    NotFound
        ``pairing.no_organisation``
    """
    found = Organisation.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(
            "pairing.no_organisation",
            gettext_noop("There is no open organisation {organisation}. The registers list all of them."),
            organisation=code,
        )
    return found


def unit_of(pairing: Pairing, code: str, side: str = "") -> Unit:
    """A unit of an organisation that sits in a pairing, on a side if one is named.

    Raises
    ------
    NotFound
        ``pairing.no_unit_here``
    """
    found = core_pairings.units_on(pairing, side).filter(code=code).first()
    if found is None:
        raise _not_here("pairing.no_unit_here", code, pairing)
    return found


def member_of(pairing: Pairing, code: str, side: str = "") -> Member:
    """A member of an organisation that sits in a pairing, on a side if one is named.

    Raises
    ------
    NotFound
        ``pairing.no_member_here``
    """
    found = core_pairings.members_on(pairing, side).filter(code=code).distinct().first()
    if found is None:
        raise _not_here("pairing.no_member_here", code, pairing)
    return found


def party_of(pairing: Pairing, code: str) -> Party:
    """The party of a pairing that an organisation is and that can sign, pay and give: no host.

    Raises
    ------
    NotFound
        ``pairing.no_party``
    """
    parties = parties_of(pairing)
    found = parties.filter(organisation__code=code).first()
    if found is None:
        raise NotFound(
            "pairing.no_party",
            gettext_noop("{organisation} is no party of pairing {pairing}. Its parties are: {parties}."),
            organisation=code,
            pairing=pairing.code,
            parties=", ".join(parties.values_list("organisation__code", flat=True)),
        )
    return found


def party_names(pairing: Pairing) -> dict[str, str]:
    """How a page calls each side: by the party's short name, governments by their place."""
    found: dict[str, str] = {}
    for party in pairing.parties.all():
        organisation = party.organisation
        name = organisation.region.name if organisation.kind == "government" else organisation.name
        found.setdefault(party.role, name)
    return {
        "mountain": found.get("mountain", _("mountain side")),
        "sea": found.get("sea", _("sea side")),
    } | {role: name for role, name in found.items() if role == "host"}


def _not_here(refusal: str, code: str, pairing: Pairing) -> NotFound:
    return NotFound(
        refusal,
        gettext_noop(
            "{given} does not sit in pairing {pairing}, or not on that side. "
            "The registers list units and members."
        ),
        given=code,
        pairing=pairing.code,
    )
