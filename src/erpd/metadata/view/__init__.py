"""Typed access to a record. Only this package knows where names, agents, formats, codes and dates are found.

Everything that shows, finds, judges or passes on a record uses it, so they all agree. A view computes values
only when asked, and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, DCT, SKOS
from erpd.metadata.text import Text
from erpd.metadata.view.agents import Agent, Way
from erpd.metadata.view.coverage import Period, Place, period, place
from erpd.metadata.view.names import NAMES, NAMES_IN_WORDS, Statement, all_names, called, name, names
from erpd.metadata.vocabularies import code_in

__all__ = [
    "NAMES",
    "NAMES_IN_WORDS",
    "Agent",
    "Distribution",
    "Moment",
    "Period",
    "Place",
    "Statement",
    "View",
    "Way",
    "all_names",
    "called",
    "code",
    "name",
    "names",
    "period",
    "place",
]

# A year or a month is a date, but not to Python.
_REST_OF_A_DATE = {4: "-01-01", 7: "-01"}
_LONGEST_SPELLING = 500  # characters; no table has a longer one
# Looked up once: indexing uses them millions of times.
_TITLE, _DESCRIPTION, _KEYWORD, _PUBLISHER = DCT.title, DCT.description, DCAT.keyword, DCT.publisher
_FORMAT, _MEDIA_TYPE, _THEME = DCT.format, DCAT.mediaType, DCAT.theme
_ACCESS_RIGHTS, _LANGUAGE, _MODIFIED, _ISSUED = DCT.accessRights, DCT.language, DCT.modified, DCT.issued


class Moment(NamedTuple):
    """A date of a data set, with or without a time of day."""

    text: str
    """As the record has it: a day or less exact (``2024``), or a time, in ISO 8601."""
    at: datetime
    """If the text has no time zone, it is taken as UTC; a year or month as its beginning."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One way to get the data. For anything else the record says about it, use ``node``."""

    graph: Graph
    node: Term

    @property
    def title(self) -> Text:
        return Text.of(self.graph.objects(self.node, _TITLE))

    @property
    def description(self) -> Text:
        return Text.of(self.graph.objects(self.node, _DESCRIPTION))

    @property
    def formats(self) -> list[Statement]:
        """The file formats, or, if there are none, the media types."""
        predicate, values = _formats(self.graph, self.node)
        return [Statement(self.node, predicate, value) for value in values]

    @property
    def size(self) -> Statement | None:
        """The first size that is a literal: usually a number of bytes."""
        for value in self.graph.objects(self.node, DCAT.byteSize):
            if isinstance(value, Literal):
                return Statement(self.node, DCAT.byteSize, value)
        return None

    @property
    def licences(self) -> list[Term]:
        return self.graph.objects(self.node, DCT.license)


class View:
    """A record, as its readers ask for it. Lists contain no duplicates.

    ``languages`` are BCP 47 tags, the reader's preferred one first.
    """

    __slots__ = ("graph", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.graph = record.graph

    @property
    def title(self) -> Text:
        return self.record.title

    @property
    def description(self) -> Text:
        return self.record.description

    @property
    def keywords(self) -> list[Term]:
        return self.record.values(_KEYWORD)

    @property
    def publishers(self) -> list[Agent]:
        return [Agent(self.graph, node) for node in self.record.values(_PUBLISHER)]

    @property
    def contacts(self) -> list[Agent]:
        return [Agent(self.graph, node) for node in self.record.values(DCAT.contactPoint)]

    @property
    def distributions(self) -> list[Distribution]:
        return [Distribution(self.graph, node) for node in self.record.distributions]

    def publisher(self, *languages: str) -> str:
        """Return the name of the first publisher that has one, or ""."""
        return self.publisher_called(*languages)[0]

    def publisher_called(self, *languages: str) -> tuple[str, str]:
        """Do what ``publisher`` does, and return the language of the name, too."""
        for node in self.record.values(_PUBLISHER):
            text, language = called(self.graph, node, *languages)
            if text := " ".join(text.split()):
                return text, language
        return "", ""

    @property
    def access_rights(self) -> list[str]:
        """Codes of the authority table, like the themes, languages and formats."""
        return self._codes("access-right", self.record.values(_ACCESS_RIGHTS))

    @property
    def themes(self) -> list[str]:
        return self._codes("data-theme", self.record.values(_THEME))

    @property
    def languages(self) -> list[str]:
        return self._codes("language", self.record.values(_LANGUAGE))

    @property
    def frequencies(self) -> list[str]:
        return self._codes("frequency", self.record.values(DCT.accrualPeriodicity))

    @property
    def corporate_bodies(self) -> list[str]:
        """The publishers that have a code in the authority table."""
        return self._codes("corporate-body", self.record.values(_PUBLISHER))

    @property
    def formats(self) -> list[str]:
        """The formats of all distributions."""
        formats: list[Term] = []
        for node in self.record.distributions:
            formats += _formats(self.graph, node)[1]
        return self._codes("file-type", formats)

    @property
    def licences(self) -> list[Term]:
        """The licences of the data set, then those of its distributions."""
        found = list(self.record.values(DCT.license))
        for node in self.record.distributions:
            found += self.graph.objects(node, DCT.license)
        return list(dict.fromkeys(found))

    @property
    def licence_codes(self) -> list[str]:
        """The codes of the licences, as far as the authority table has them."""
        return self._codes("licence", self.licences)

    @property
    def identifiers(self) -> list[str]:
        """What the data set is called by: its IRI, then its identifiers, then those that others gave it."""
        others = [
            value for node in self.record.values(ADMS.identifier) for value in _notations(self.graph, node)
        ]
        given = [
            value.value for value in self.record.values(DCT.identifier) if not isinstance(value, BlankNode)
        ]
        return list(dict.fromkeys([*filter(None, [self.record.iri]), *given, *others]))

    @property
    def periods(self) -> list[Period]:
        return [period(self.graph, node) for node in self.record.values(DCT.temporal)]

    @property
    def places(self) -> list[Place]:
        return [place(self.graph, node) for node in self.record.values(DCT.spatial)]

    @property
    def issued(self) -> Moment | None:
        return self._moment(_ISSUED)

    @property
    def modified(self) -> Moment | None:
        return self._moment(_MODIFIED)

    def _moment(self, predicate: NamedNode) -> Moment | None:
        """The first value that is a date."""
        for value in self.record.values(predicate):
            text = value.value
            if len(text) in _REST_OF_A_DATE:
                text += _REST_OF_A_DATE[len(text)]
            try:
                moment = datetime.fromisoformat(text)
                at = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
                return Moment(value.value, at)
            except (ValueError, OverflowError):
                continue
        return None

    def _codes(self, vocabulary: str, values: Iterable[Term]) -> list[str]:
        found = {code(self.graph, vocabulary, value): None for value in values}
        found.pop("", None)
        return list(found)


def _formats(graph: Graph, node: Term) -> tuple[NamedNode, list[Term]]:
    values = graph.objects(node, _FORMAT)
    return (_FORMAT, values) if values else (_MEDIA_TYPE, graph.objects(node, _MEDIA_TYPE))


def _notations(graph: Graph, node: Term) -> list[str]:
    if not isinstance(node, BlankNode):
        return [node.value]
    return [value.value for value in graph.objects(node, SKOS.notation) if not isinstance(value, BlankNode)]


def code(graph: Graph, vocabulary: str, value: Term) -> str:
    """Return the code of a value in an authority table, found by its IRI, its text or its names.

    Returns "" if it is not in the table, or if its names belong to several codes.
    """
    if not isinstance(value, BlankNode):
        text = value.value
        found = code_in(vocabulary, text) if len(text) < _LONGEST_SPELLING else ""
        if found or isinstance(value, Literal):
            return found
    texts = (text for text in all_names(graph, value) if len(text) < _LONGEST_SPELLING)
    codes = {code_in(vocabulary, text) for text in texts} - {""}
    return codes.pop() if len(codes) == 1 else ""
