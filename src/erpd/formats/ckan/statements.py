"""Fields -> statements: each row of a table says which fields become which property, and how."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan.fields import Fields, folded
from erpd.formats.ckan.values import (
    Json,
    is_by_language,
    is_empty,
    items,
    link,
    literal_of,
    nested,
    text_of,
    texts,
)
from erpd.formats.draft import Draft, dated
from erpd.metadata.graph import Node, Term
from erpd.metadata.mending.numbers import DECIMAL
from erpd.metadata.terms import DCT, RDF, RDFS, SKOS, XSD, Namespace

# What DCAT-AP has no property for is kept under the name of its field (G4, footnote 7).
FIELD = Namespace("urn:ckan:field:")
# A name that could not be written as a property in RDF/XML: the value is {name: value} as JSON.
_OTHER = FIELD.field
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
_LONGEST_FIGURE = 40
# Where objects say which thing they are, and what it is called.
IRI = ("uri", "iri", "@id", "resource", "url", "href", "identifier", "id")
LABEL = ("label", "title", "name", "display_name", "prefLabel", "value", "text", "description")
# Where a name may stand in the place of a link: {"resource": "RESTRICTED"}; {"theme": "ECON"} in Italy.
_NO_LINK = ("resource", "uri", "iri", "@id", "theme", "code")

Maker: TypeAlias = "Callable[[Statements, Json], list[Term] | None]"


@dataclass(frozen=True, slots=True)
class Row:
    """``fields`` are tried in this order; with ``one`` the first value counts, the others are kept apart."""

    predicate: NamedNode
    fields: tuple[str, ...]  # folded
    make: Maker
    one: bool = False


def row(predicate: NamedNode, fields: str, make: Maker, *, one: bool = False) -> Row:
    return Row(predicate, tuple(map(folded, fields.split())), make, one)


class Statements(Draft):
    """The graph in the making. ``portal`` is the address of the portal, "" where it is not known."""

    def __init__(self, portal: str, dataset: Node | None = None) -> None:
        super().__init__(dataset)
        self.portal = portal

    def described(self, fields: Fields, names: tuple[str, ...], kind: NamedNode) -> Node:
        """The first link among the fields with these names, else a new node."""
        return named(fields, names) or self.node(kind)

    def tell(self, subject: Node, fields: Fields, rows: Iterable[Row]) -> None:
        """State of ``subject`` what ``fields`` say; a value that cannot be understood stays unused."""
        for each in rows:
            if fields.lacks(each.fields):
                continue
            for key, value in fields.each(*each.fields):
                made = each.make(self, value)
                if made is not None:
                    fields.use(key)
                    self.add(subject, each.predicate, *made)
                    if made and each.one:
                        break

    def keep(self, subject: Node, fields: Fields) -> None:
        """What nothing was made of, under the names of the fields."""
        for name, value in fields.rest():
            if name == "display_name" and Literal(text_of(value)) in self._said(subject):
                continue  # CKAN repeats the title in it
            if _NAME.fullmatch(name):
                self.graph.add(subject, NamedNode(f"{FIELD}{name}"), literal_of(value))
            else:
                self.graph.add(subject, _OTHER, literal_of({name: value}))

    def _said(self, subject: Node) -> list[Term]:
        return [value for values in self.graph.nodes.get(subject, {}).values() for value in values]


def named(fields: Fields, names: tuple[str, ...]) -> NamedNode | None:
    """The first link among the fields with these names."""
    for key, value in fields.each(*names):
        name = link(value)
        if name is not None:
            fields.use(key)
            return name
    return None


def each_of(make: "Callable[[Statements, Json], Term | None]") -> Maker:
    """A maker for fields with one value or several; what it cannot make of one is None for all."""

    def maker(statements: Statements, value: Json) -> list[Term] | None:
        found = items(value)
        if any(isinstance(item, list) for item in found):
            return None
        made = [make(statements, item) for item in found]
        return None if None in made else [term for term in made if term is not None]

    return maker


def text(statements: Statements, value: Json) -> list[Term] | None:
    """Text, also in several languages."""
    found: list[Term] = []
    for item in [value] if isinstance(value, str) and not _is_by_languages(nested(value)) else items(value):
        made = texts(item)
        if made is None:
            return None
        found.extend(made)
    return found


def _is_by_languages(value: Json) -> bool:
    return all(map(is_by_language, value)) if isinstance(value, list) else is_by_language(value)


def _plain(statements: Statements, value: Json) -> Term | None:
    words = text_of(value)
    return Literal(words) if words else None


def _moment(statements: Statements, value: Json) -> Term | None:
    words = text_of(value)
    return dated(words) if words else None


def _figure(statements: Statements, value: Json) -> Term | None:
    words = "" if isinstance(value, bool) else text_of(value)
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        words = str(int(value))
    decimal = len(words) <= _LONGEST_FIGURE and DECIMAL.fullmatch(words)
    return (Literal(words, datatype=XSD.decimal) if decimal else Literal(words)) if words else None


def _duration(statements: Statements, value: Json) -> Term | None:
    words = text_of(value)
    return Literal(words, datatype=XSD.duration if words.startswith("P") else XSD.string) if words else None


def _reference(statements: Statements, value: Json) -> Term | None:
    """A link; text where it is none, as it came: mending and value maps may find the link."""
    if isinstance(value, dict):
        return _linked(statements, value) or _labelled(value)
    return link(value) or _plain(statements, value)


_CALLED = (row(RDFS.label, " ".join(LABEL[:5]), text, one=True),)


def _labelled(value: dict[str, Json]) -> Term | None:
    fields = Fields(value)
    label = texts(fields.peek(*LABEL, *_NO_LINK))
    return label[0] if label and len(label) == 1 and len(list(fields.rest())) == 1 else None


def _linked(statements: Statements, value: dict[str, Json]) -> NamedNode | None:
    """The link of an object that has one, with what the object says of it."""
    fields = Fields(value)
    name = named(fields, IRI)
    if name is not None:
        statements.tell(name, fields, _CALLED)
        statements.keep(name, fields)
    return name


plain = each_of(_plain)
moment = each_of(_moment)
figure = each_of(_figure)
duration = each_of(_duration)
reference = each_of(_reference)


def thing(kind: NamedNode, label: NamedNode = RDFS.label) -> Maker:
    """A maker of described things: a link to one, or a node with what is said of it."""
    translated = (f"{name}_translated" for name in LABEL[:3])
    rows = (
        row(label, " ".join((*translated, *LABEL, *_NO_LINK)), text, one=True),
        # In CKAN the name of a group is its code.
        row(SKOS.notation, "notation code name" if kind == SKOS.Concept else "notation code", plain),
        row(DCT.type, "type", reference),
    )

    def described(statements: Statements, value: Json) -> Term | None:
        if not isinstance(value, dict) or is_by_language(value):
            name = link(value)
            if name is not None or is_empty(value):
                return name
            value = {"label": value}
        fields = Fields(value)
        node = statements.described(fields, IRI, kind)
        statements.tell(node, fields, rows)
        statements.keep(node, fields)
        if node in statements.graph.nodes:
            statements.graph.add(node, RDF.type, kind)
        return node

    return each_of(described)
