"""Which stores there are: one for each scope that no server outside has, and how far they are."""

from erpd.publish.triples import place
from erpd.publish.triples.outside.notes import is_outside
from erpd.publish.triples.place import Snapshot, read_position
from erpd.register import changes
from erpd.register.scope import Scope, scopes


def stores() -> list[Scope]:
    """The scopes that have a store of their own: of those that cover the same catalogues, the first."""
    different: dict[tuple[int, ...], Scope] = {}
    for within in scopes():
        if is_outside(within):
            continue
        different.setdefault(tuple(within.catalogues), within)
    return list(different.values())


def snapshot(within: Scope) -> Snapshot | None:
    """What readers of a scope open; None while there is nothing."""
    return next(
        (place.snapshot(each.name) for each in stores() if [*each.catalogues] == [*within.catalogues]), None
    )


def reached() -> int:
    """The last change that every store holds. The node is ready without them: then SPARQL answers 503."""
    positions = [read_position(within.name) for within in stores()]
    if not positions:
        return changes.last()
    return min(found.change if found and found.snapshot else 0 for found in positions)
