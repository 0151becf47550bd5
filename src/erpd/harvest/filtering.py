"""Which records of a source are wanted: the filters of its rules."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from erpd.harvest.rules import Rules, Where, folded
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.record import Record
from erpd.metadata.rules import Intake
from erpd.metadata.terms import DCT
from erpd.metadata.view import View, all_names, called


def left_out(record: Record, rules: Rules) -> Finding | None:
    """The finding ``filtered`` if the rules leave the record out; else None."""
    if not (rules.only or rules.without or rules.where):
        return None
    names = list(_names(record))
    for pattern in rules.without:
        if any(fnmatchcase(name, pattern) for name in names):
            return _filtered(pattern)
    if rules.only and not any(fnmatchcase(name, pattern) for name in names for pattern in rules.only):
        return _filtered(", ".join(rules.only))
    return _outside(record, rules.where)


def _filtered(why: str) -> Finding:
    return Finding(Intake.FILTERED, Severity.WARNING, "", why)


def _names(record: Record) -> Iterator[str]:
    yield record.identifier
    yield record.iri
    yield from _publishers(record)


def _publishers(record: Record) -> Iterator[str]:
    for publisher in record.values(DCT.publisher):
        yield publisher.value
        yield from all_names(record.graph, publisher)
        yield called(record.graph, publisher)[0]


def _outside(record: Record, where: Where) -> Finding | None:
    """The finding if the record has none of the values that one of the lists asks for."""
    if where.identifier and not any(
        name.startswith(where.identifier) for name in (record.identifier, record.iri)
    ):
        return _without("identifier", where.identifier)
    if where.publisher and where.publishers.isdisjoint(map(folded, _publishers(record))):
        return _without("publisher", where.publisher)
    view = View(record)
    if where.theme and where.themes.isdisjoint(view.themes):
        return _without("theme", where.theme)
    if where.keyword and where.keywords.isdisjoint(folded(word.value) for word in view.keywords):
        return _without("keyword", where.keyword)
    return None


def _without(name: str, wanted: tuple[str, ...]) -> Finding:
    return _filtered(f"{name} = {', '.join(wanted)}")
