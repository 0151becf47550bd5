"""Marks in JSON-LD: as much of its expansion (JSON-LD 1.1 API, 5.1) as it takes to know what is where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from erpd.formats.positions.context import NO_CONTEXT, Context, Term
from erpd.formats.positions.json_text import Event, events, whole
from erpd.formats.positions.mark import LONGEST_VALUE, TEXT, UNNAMED, Mark, Position
from erpd.formats.positions.names import Names
from erpd.metadata.terms import RDF

_TYPE = RDF.type.value
_NOTHING, _START = Term(), Position(1, 1)
_DEEPEST = 200
# Statements of one node that wait for its name.
_MOST_WAITING = 10_000
_MAPS = frozenset({"@language", "@index", "@id", "@type"})
# Of these, the values are those of the object around.
_THROUGH = frozenset({"@list", "@set"})


@dataclass(slots=True)
class _Object:
    """An open object."""

    at: Position
    passed: Context
    """The context that the objects in it take over."""
    holder: "_Object | None" = None
    """The object of which this is a value."""
    within: Term = _NOTHING
    """The property of which it is a value there."""
    said_at: Position = _START
    """Where the statement stands that leads here."""
    is_map: bool = False
    """Whether its members are values of the property: texts by language, or nodes by index."""
    backwards: bool = False
    """Whether its members lead to the object around (``@reverse``)."""
    name: str = ""
    value: str | None = None
    """The value, of an object that is only a text."""
    member: Term = _NOTHING
    """The member that is being read."""
    member_at: Position | None = None
    """Where it stands, until its first value."""
    waiting: list[tuple[str, str, Position]] = field(default_factory=list)
    described: bool = False
    """Whether its values belong to the object around."""
    typed: Context | None = None
    """The context that its class brings (JSON-LD 1.1, 4.1.8)."""

    @property
    def context(self) -> Context:
        return self.typed or self.passed


def marks(opened: Callable[[], BinaryIO], base: str = "") -> Iterator[Mark]:
    """Yield the marks of a document, those of an object where it ends."""
    reading = _Reading(base, _late_context(events(opened())))
    coming = events(opened())
    for event in coming:
        if event.kind == "name" and event.value == "@context" and reading.open:
            inner = reading.open[-1]
            inner.passed = inner.passed.with_(whole(coming))
        else:
            yield from reading.read(event)
        if len(reading.open) > _DEEPEST:
            return


def _late_context(coming: Iterator[Event]) -> Context:
    """The context of a document that declares it at its end; none if it declares it at its beginning."""
    depth = -1
    for event in coming:
        if event.kind in ("{", "["):
            depth += 1
            if depth == 0 and event.kind == "[":
                break
        elif event.kind in ("}", "]"):
            depth -= 1
        elif depth == 0 and event == ("name", "@context", event.at):
            return NO_CONTEXT.with_(whole(coming))
    return NO_CONTEXT


class _Reading:
    """How far the document has been read."""

    def __init__(self, base: str, context: Context) -> None:
        self._context = context
        self.open: list[_Object] = []
        self._names = Names(base)
        self._blank = 0

    def read(self, event: Event) -> Iterator[Mark]:
        inner = self.open[-1] if self.open else None
        if event.kind == "{":
            self.open.append(self._begun(event.at, inner))
        elif event.kind == "}":
            if inner:
                self.open.pop()
                yield from self._ended(inner)
        elif inner is None:
            return
        elif event.kind == "name":
            inner.member_at = event.at
            inner.member = inner.within if inner.is_map else inner.context.term(event.value)
        elif event.kind in ("text", "word"):
            self._value(inner, event)
            yield from self._emptied(inner, _MOST_WAITING)

    def _begun(self, at: Position, around: _Object | None) -> _Object:
        if around is None:
            return _Object(at, self._context)
        term = around.member
        if around.is_map:  # a node in a map by index
            return _Object(at, around.passed, around.holder, around.within, self._at(around, at))
        if term.iri in _THROUGH:
            return _Object(at, around.passed, around.holder, around.within, self._through(around, at))
        if term.iri == "@reverse":
            return _Object(at, around.passed, around, backwards=True)
        if term.iri in ("@graph", "@included"):
            return _Object(at, around.passed)
        if around.backwards and around.holder:
            turned = Term(term.iri, reverse=not term.reverse)
            return _Object(at, around.passed, around.holder, turned, self._at(around, at))
        if term.container in _MAPS:
            return _Object(at, around.passed, around, term, at, is_map=True)
        return _Object(
            at, around.context.scoped(term.name, around.passed), around, term, self._at(around, at)
        )

    def _at(self, inner: _Object, at: Position) -> Position:
        """Where the statement of the next value stands: its name, if it is the first."""
        place, inner.member_at = inner.member_at or at, None
        return place

    def _through(self, inner: _Object, at: Position) -> Position:
        """The same in a list, of which the first value is the first of the property."""
        place, inner.said_at = inner.said_at, at
        return place if inner.member_at else at

    def _value(self, inner: _Object, event: Event) -> None:
        term, text = inner.member, event.value
        if event.kind == "word" and text == "null":
            return
        if inner.is_map and inner.holder:
            inner.holder.waiting.append((inner.within.iri, TEXT + text, self._at(inner, event.at)))
        elif term.iri == "@id":
            inner.name = inner.context.node(text, self._names)
        elif term.iri == "@type":
            kind = self._names.iri(inner.passed.kind(text))
            inner.typed = inner.context.scoped(text, inner.passed)
            inner.waiting.append((_TYPE, kind, self._at(inner, event.at)))
        elif term.iri == "@value":
            inner.value = TEXT + text
        elif term.iri in _THROUGH and inner.holder:
            at = inner.said_at if inner.member_at else event.at
            inner.member_at = None
            value = self._plain(inner.within, text, inner.context)
            inner.holder.waiting.append((inner.within.iri, value, at))
            inner.described = True
        elif term.iri and not term.iri.startswith("@"):
            value = self._plain(term, text, inner.context)
            inner.waiting.append((self._names.iri(term.iri), value, self._at(inner, event.at)))

    def _plain(self, term: Term, text: str, context: Context) -> str:
        if term.kind == "@id":
            return context.node(text, self._names)
        if term.kind == "@vocab":
            return self._names.iri(context.kind(text))
        return TEXT + text

    def _ended(self, ended: _Object) -> Iterator[Mark]:
        holder, within = ended.holder, ended.within
        if ended.is_map or ended.backwards or ended.described:
            return
        if ended.value is not None:
            if holder and within.iri:
                holder.waiting.append((self._names.iri(within.iri), ended.value, ended.said_at))
            return
        is_link = holder is not None and within.iri and not within.iri.startswith("@")
        if is_link or ended.waiting:
            ended.name = ended.name or self._unnamed()
        if is_link and holder:
            predicate = self._names.iri(within.iri)
            if within.reverse:
                holder.name = holder.name or self._unnamed()
                ended.waiting.append((predicate, holder.name, ended.said_at))
            else:
                holder.waiting.append((predicate, ended.name, ended.said_at))
                yield from self._emptied(holder, _MOST_WAITING)
        yield from self._emptied(ended, 0)

    def _emptied(self, one: _Object, most: int) -> Iterator[Mark]:
        """The marks of an object, if more than ``most`` are waiting."""
        if len(one.waiting) <= most:
            return
        one.name = one.name or self._unnamed()
        yield Mark(one.name, "", "", *one.at)
        for predicate, value, at in one.waiting:
            yield Mark(one.name, predicate, value[: LONGEST_VALUE + 1], *at)
        one.waiting.clear()

    def _unnamed(self) -> str:
        self._blank += 1
        return f"{UNNAMED}{self._blank}"
