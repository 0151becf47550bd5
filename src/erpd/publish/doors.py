"""The doors for machines: a new door is one line here."""

from erpd.publish import oai_pmh
from erpd.publish.door import Door, Entrance
from erpd.register.scope import Scope

DOORS: tuple[Door, ...] = (
    # In the order in which pages list them.
    oai_pmh.DOOR,
)


def entrances(within: Scope) -> list[Entrance]:
    """How machines read a scope: the addresses of all doors."""
    return [entrance for door in DOORS for entrance in door.entrances(within)]
