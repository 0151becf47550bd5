"""Which stores there are: one for each scope that no server outside has, and how far they are."""

from erpd.publish.triples import place
from erpd.publish.triples.outside.notes import is_outside
from erpd.publish.triples.place import Snapshot, read_position
from erpd.register import changes
from erpd.register.scope import Scope, scopes


def stores() -> list[list[Scope]]:
    """The stores: the scopes of each, which cover the same catalogues. It has the name of the first."""
    different: dict[tuple[int, ...], list[Scope]] = {}
    for within in scopes():
        if not is_outside(within):
            different.setdefault(tuple(within.catalogues), []).append(within)
    return list(different.values())


def snapshot(within: Scope) -> Snapshot | None:
    """What readers of a scope open; None while there is nothing."""
    for first, *others in stores():
        if within.name in (one.name for one in (first, *others)):
            return place.snapshot(first.name)
    return None


def lacks() -> list[str]:
    """The names of the scopes that have no store yet."""
    return [one.name for first, *others in stores() for one in (first, *others) if not _is_there(first, one)]


def _is_there(first: Scope, one: Scope) -> bool:
    found = read_position(first.name)
    return found is not None and bool(found.snapshot) and one.name in found.scopes


def reached() -> int:
    """The last change that every store holds. The node is ready without them: then SPARQL answers 503."""
    held = []
    for first, *_ in stores():
        found = read_position(first.name)
        if found is None or not found.snapshot:
            return 0
        held.append(found.change)
    return min(held) if held else changes.last()
