"""Parks, their phases and clusters, and the chains of the clusters."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Whose land a park stands on."""

    HOME = "home"  # on the land of the mountain side
    ENCLAVE = "enclave"  # on the partner's land


class Group(StrEnum):
    """In which group the enterprises of a cluster are compared: ordinary industry, or a group of its own."""

    INDUSTRY = "industry"
    CRAFT = "craft"
    LOGISTICS = "logistics"


class Position(StrEnum):
    """Where on its chain a link lies."""

    UPSTREAM = "upstream"
    MIDSTREAM = "midstream"
    DOWNSTREAM = "downstream"
    SERVICE = "service"
