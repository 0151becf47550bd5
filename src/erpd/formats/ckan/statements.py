"""Fields -> statements. Each row of a table says which fields become which property, and how."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan.fields import Fields, folded
from erpd.formats.ckan.values import is_by_language, is_empty, items, link, literal_of, nested, text_of, texts
from erpd.formats.draft import Draft, dated
from erpd.formats.json_values import Json
from erpd.metadata.graph import Node, Term
from erpd.metadata.mending.numbers import DECIMAL
from erpd.metadata.terms import DCT, RDF, RDFS, SKOS, XSD, Namespace

# Fields for which DCAT-AP has no property are kept under their names (G4, footnote 7).
FIELD = Namespace("urn:ckan:field:")
# For a name that RDF/XML could not write as a property; the value is {name: value} as JSON.
_OTHER = FIELD.field
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
_LONGEST_FIGURE = 40
# The fields in which an object gives its IRI, and those in which it gives its name.
IRI = ("uri", "iri", "@id", "resource", "url", "href", "identifier", "id")
LABEL = ("label", "title", "name", "display_name", "prefLabel", "value", "text", "description")
# Fields for links that may hold a name instead: {"resource": "RESTRICTED"}; {"theme": "ECON"} in Italy.
_NO_LINK = ("resource", "uri", "iri", "@id", "theme", "code")

Maker: TypeAlias = "Callable[[Statements, Json], list[Term] | None]"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: fields that become a property."""

    predicate: NamedNode
    fields: tuple[str, ...]
    """Their folded names, tried in this order."""
    make: Maker
    """Makes terms of a value, or returns None if it cannot."""
    one: bool = False
    """Whether only the first value counts; the others are kept under the names of their fields."""
    name: str = ""
    """The field that we write: the first, as ckanext-dcat spells it."""


def row(predicate: NamedNode, fields: str, make: Maker, *, one: bool = False) -> Row:
    names = fields.split()
    return Row(predicate, tuple(map(folded, names)), make, one, names[0])


class Statements(Draft):
    """The graph being built. ``portal`` is the address of the portal, or "" if it is not known.

    Unless it ``infers``, only what the fields themselves say is stated, and nothing because they say nothing.
    """

    def __init__(self, portal: str, dataset: Node | None = None, *, infers: bool = True) -> None:
        super().__init__(dataset)
        self.portal = portal
        self.infers = infers
        self.disputed: set[Node] = set()
        """What has two licences, of which none was chosen: it inherits no other."""
        self.types: dict[Node, list[Term]] = {}
        """The classes of resources that say theirs."""

    def described(self, fields: Fields, names: tuple[str, ...], kind: NamedNode) -> Node:
        """Return the first link among the fields with these names, or a new node."""
        return named(fields, names) or self.node(kind)

    def tell(self, subject: Node, fields: Fields, rows: Iterable[Row]) -> None:
        """State about ``subject`` what ``fields`` say. A value that cannot be understood stays unused."""
        lacks = fields.names.isdisjoint
        for each in rows:
            if lacks(each.fields):
                continue
            for key, value in fields.each(*each.fields):
                made = each.make(self, value)
                if made is not None:
                    fields.use(key)
                    self.add(subject, each.predicate, *made)
                    if made and each.one:
                        break

    def keep(self, subject: Node, fields: Fields) -> None:
        """Keep all unused values, under the names of their fields."""
        for name, value in fields.rest():
            if name == "rdf_type" and not self.infers:
                self.types[subject] = [term for term in map(link, items(value)) if term is not None]
                continue
            if name == "display_name" and Literal(text_of(value)) in self._said(subject):
                continue  # here CKAN repeats the title
            if _NAME.fullmatch(name):
                self.add(subject, NamedNode(f"{FIELD}{name}"), literal_of(value))
            else:
                self.add(subject, _OTHER, literal_of({name: value}))

    def _said(self, subject: Node) -> list[Term]:
        return [value for values in self.graph.nodes.get(subject, {}).values() for value in values]


def named(fields: Fields, names: tuple[str, ...]) -> NamedNode | None:
    """Return the first link among the fields with these names."""
    for key, value in fields.each(*names):
        name = link(value)
        if name is not None:
            fields.use(key)
            return name
    return None


def each_of(make: "Callable[[Statements, Json], Term | None]") -> Maker:
    """Return a maker for one or more values. If ``make`` fails for one, the maker fails for all."""

    def maker(statements: Statements, value: Json) -> list[Term] | None:
        found = items(value)
        if any(isinstance(item, list) for item in found):
            return None
        made = [make(statements, item) for item in found]
        return None if None in made else [term for term in made if term is not None]

    return maker


def text(statements: Statements, value: Json) -> list[Term] | None:
    """Make text, in one or more languages."""
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
    # In a text, a point may be that of the thousands: mending knows.
    certain = not isinstance(value, str) or words.isdecimal()
    decimal = certain and len(words) <= _LONGEST_FIGURE and DECIMAL.fullmatch(words)
    return (Literal(words, datatype=XSD.decimal) if decimal else Literal(words)) if words else None


def _duration(statements: Statements, value: Json) -> Term | None:
    words = text_of(value)
    return Literal(words, datatype=XSD.duration if words.startswith("P") else XSD.string) if words else None


def _reference(statements: Statements, value: Json) -> Term | None:
    """Make a link, or, if it is not one, text as received: mending or a value map may find the link."""
    if isinstance(value, dict):
        return _linked(statements, value) or _labelled(value)
    return link(value) or _plain(statements, value)


_CALLED = (row(RDFS.label, " ".join(LABEL[:5]), text, one=True),)


def _labelled(value: dict[str, Json]) -> Term | None:
    fields = Fields(value)
    label = texts(fields.peek(*LABEL, *_NO_LINK))
    return label[0] if label and len(label) == 1 and len(list(fields.rest())) == 1 else None


def _linked(statements: Statements, value: dict[str, Json]) -> NamedNode | None:
    """The link of an object, if it has one, with what the object says about it."""
    fields = Fields(value)
    name = named(fields, IRI)
    if name is not None:
        statements.tell(name, fields, _CALLED)
        statements.keep(name, fields)
    return name


def _flag(statements: Statements, value: Json) -> Term | None:
    words = text_of(value).casefold()
    return (
        Literal(words, datatype=XSD.boolean if words in ("true", "false") else XSD.string) if words else None
    )


def _whole(statements: Statements, value: Json) -> Term | None:
    words = "" if isinstance(value, bool) else text_of(value)
    is_number = words.isascii() and words.isdecimal() and len(words) <= _LONGEST_FIGURE
    return Literal(words, datatype=XSD.nonNegativeInteger if is_number else XSD.string) if words else None


flag = each_of(_flag)
whole = each_of(_whole)
plain = each_of(_plain)
moment = each_of(_moment)
figure = each_of(_figure)
duration = each_of(_duration)
reference = each_of(_reference)


def rows_of_a_thing(kind: NamedNode, label: NamedNode = RDFS.label) -> tuple[Row, ...]:
    """Return the fields of a resource of a class, which is called by the property ``label``."""
    translated = (f"{name}_translated" for name in LABEL[:3])
    return (
        row(label, " ".join((*translated, *LABEL, *_NO_LINK)), text, one=True),
        # In CKAN, the name of a group is its code.
        row(SKOS.notation, "notation code name" if kind == SKOS.Concept else "notation code", plain),
        row(DCT.type, "type", reference),
    )


def thing(kind: NamedNode, label: NamedNode = RDFS.label) -> Maker:
    """Return a maker of resources of a class: a link to one, or a node with its properties."""
    rows = rows_of_a_thing(kind, label)

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
            statements.add(node, RDF.type, kind)
        return node

    return each_of(described)
