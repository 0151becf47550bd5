"""Statements -> fields: the reader's tables the other way round, so that reading finds the same again."""

import math
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.ckan import data_set, distribution
from erpd.formats.ckan.agents import AGENT, CONTACT, MAILS, agents, contacts
from erpd.formats.ckan.coverage import PERIOD, PLACE, periods, places
from erpd.formats.ckan.fields import is_nothing
from erpd.formats.ckan.statements import Maker, Row, Statements, figure, row, rows_of_a_thing, text
from erpd.formats.json_values import Json
from erpd.metadata.graph import Graph, Term
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, PROV, RDF, SKOS, VCARD

_DEEPEST = 6
_MOST_DIGITS = 30
_MAILTO = "mailto:"
_TEXTS = (row(DCT.title, "title", text), row(DCT.description, "description", text))
_CONCEPT = rows_of_a_thing(SKOS.Concept, SKOS.prefLabel)
# What makes resources -> their class, and the fields of such a resource.
_OBJECTS: dict[Maker, tuple[NamedNode, Sequence[Row]]] = {
    agents: (FOAF.Agent, AGENT),
    contacts: (VCARD.Kind, CONTACT),
    periods: (DCT.PeriodOfTime, PERIOD),
    places: (DCT.Location, PLACE),
    data_set.concept: (SKOS.Concept, _CONCEPT),
    data_set.relations: (DCAT.Relationship, data_set.RELATION),
    data_set.attributions: (PROV.Attribution, data_set.ATTRIBUTION),
    data_set.other_identifier: (ADMS.Identifier, rows_of_a_thing(ADMS.Identifier, SKOS.notation)),
    data_set.provenance: (DCT.ProvenanceStatement, rows_of_a_thing(DCT.ProvenanceStatement)),
    distribution.rights: (DCT.RightsStatement, rows_of_a_thing(DCT.RightsStatement)),
    distribution.standard: (DCT.Standard, rows_of_a_thing(DCT.Standard)),
    distribution.licence: (DCT.LicenseDocument, rows_of_a_thing(DCT.LicenseDocument)),
    distribution.services: (DCAT.DataService, (*_TEXTS, *distribution.SERVICE)),
    AGENT[5].make: (SKOS.Concept, _CONCEPT),  # the type of an agent
}
# The reader's rows know labels by several names; these are what we write.
_NAMES = {
    "name_translated": "name",
    "label_translated": "label",
    "text_translated": "text",
    "start": "start_date",  # as in the example of G5.3
    "end": "end_date",
}


class Inverse:
    """Fields for the statements of one record. What has properties is written once, where it occurs first."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._written: set[Term] = set()

    def fields(self, node: Term, rows: Iterable[Row]) -> Iterator[tuple[str, Json, bool]]:
        """Yield name and value of the fields that say what these rows read, and whether that is exact.

        Each statement is in one field only, the first whose row has its property.
        """
        said: set[NamedNode] = set()
        properties = self.graph.properties(node)
        for each in rows:
            terms = properties.get(each.predicate)
            if terms and each.predicate not in said:
                said.add(each.predicate)
                value, exact = self.value(terms, each.make)
                if value is not None:
                    yield _NAMES.get(each.name, each.name), value, exact

    def value(self, terms: Sequence[Term], make: Maker, depth: int = 0) -> tuple[Json, bool]:
        """The value that ``make`` reads as these terms, or nearly; None if there is none."""
        if make in _OBJECTS:
            found = [self._object(term, *_OBJECTS[make], depth) for term in terms]
            values = [value for value in found if value is not None]
            exact = len(values) == len(terms) and not any(isinstance(term, Literal) for term in terms)
            if make is periods:  # in CKAN, they have no address
                exact = exact and not any(isinstance(term, NamedNode) for term in terms)
            return _one_or_all(values), exact
        plain = [term for term in terms if not isinstance(term, BlankNode)]
        if not plain:
            return None, False
        proposals = list(_proposals(plain, make))
        for proposal in proposals:
            if _reads_as(proposal, make, terms):
                return proposal, True
        return proposals[0], False

    def _object(self, term: Term, kind: NamedNode, rows: Sequence[Row], depth: int) -> Json:
        if isinstance(term, Literal):
            return {term.language: term.value} if term.language else term.value
        iri = term.value if isinstance(term, NamedNode) else ""
        if term not in self.graph.nodes or term in self._written or depth >= _DEEPEST:
            return iri or None
        self._written.add(term)
        made: dict[str, Json] = {"uri": iri} if iri else {}
        properties = self.graph.properties(term)
        for each in rows:
            terms = properties.get(each.predicate)
            if not terms:
                continue
            name = _NAMES.get(each.name, each.name)
            if name not in made:
                value, exact = self.value(terms, each.make, depth + 1)
                if exact:
                    made[name] = value
        if iri and len(made) == 1:
            return iri
        types = self.graph.objects(term, RDF.type)
        if types and types != [kind] and all(isinstance(each, NamedNode) for each in types):
            made["rdf_type"] = [each.value for each in types]
        return made or None


def by_language(terms: Iterable[Term]) -> dict[str, Json]:
    """Texts by language, as ckanext-fluent has them; ``und`` for those without. Of several, a list."""
    found: dict[str, list[str]] = {}
    for term in terms:
        if isinstance(term, Literal):
            found.setdefault(term.language or "und", []).append(term.value)
    return {language: texts[0] if len(texts) == 1 else texts for language, texts in found.items()}


def _proposals(terms: Sequence[Term], make: Maker) -> Iterator[Json]:
    if make is figure:
        numbers = [_number(term.value) for term in terms]
        if None not in numbers:
            yield _one_or_all(numbers)
    if any(isinstance(term, Literal) and term.language for term in terms):
        yield by_language(terms)
    texts = [term.value.removeprefix(_MAILTO) if make is MAILS else term.value for term in terms]
    yield _one_or_all(texts)


def _one_or_all(values: list[Json]) -> Json:
    return values[0] if len(values) == 1 else values or None


def _number(text: str) -> Json:
    try:
        number = int(text) if text.isdecimal() else float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and len(text) <= _MOST_DIGITS else None


def _reads_as(value: Json, make: Maker, terms: Sequence[Term]) -> bool:
    """Whether the reader makes these terms of a field with this value, and nothing else."""
    if is_nothing(value):
        return False
    statements = Statements("")
    made = make(statements, value)
    return (
        made is not None
        and len(made) == len(terms)
        and set(made) == set(terms)
        and not statements.graph.nodes
    )
