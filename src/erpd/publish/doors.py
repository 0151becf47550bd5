"""The table of doors: a new door is one line here."""

from erpd.publish import catalogue, ckan_api, dumps, oai_pmh
from erpd.publish.door import Door, Entrance
from erpd.publish.sparql.door import DOOR as SPARQL
from erpd.publish.sparql.resource import DOOR as LINKED_DATA
from erpd.register.scope import Scope

DOORS: tuple[Door, ...] = (
    # In the order in which pages list them.
    oai_pmh.DOOR,
    catalogue.DOOR,
    ckan_api.DOOR,
    dumps.DOOR,
    SPARQL,
    LINKED_DATA,
)


def entrances(within: Scope) -> list[Entrance]:
    """The addresses of all doors in a scope."""
    return [entrance for door in DOORS for entrance in door.entrances(within)]
