"""The queries for a SPARQL endpoint, in text that every server understands (W3C SPARQL 1.1 Query)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from erpd.metadata.iri import is_iri
from erpd.metadata.terms import DCAT, DCT, FOAF

# Data services and catalogue records point at their data set, not the other way round.
_INVERSE = (str(DCAT.servesDataset), str(FOAF.primaryTopic))
# What SPARQL cannot write between < and >, although some servers store it.
_INVALID = r"[\\x00-\\x20<>\"{}|\\\\^`]"


class By(StrEnum):
    """How to ask for data sets. Each has a key of the first of these kinds that it can have."""

    IRI = "iri"
    IDENTIFIER = "identifier"
    TITLE = "title"
    """One of its titles; "" if it has none."""


class Key(NamedTuple):
    """How to ask for one data set, or for several with the same key."""

    text: str
    """An IRI, a dct:identifier or a title: see ``By``."""
    place: str
    """Its place in the list: the MD5 of the text, which the server computes.

    Ordered by the text itself, whole pages would be lost: Virtuoso sorts letters beyond ASCII in another way
    than it compares them.
    """


@dataclass(frozen=True, slots=True)
class Selection:
    """Selects data sets. Each query is documented by the variables that it returns."""

    graph: str = ""
    """The named graph; "" for the default graph."""
    pattern: str = ""
    """A graph pattern that must match ?dataset."""

    def count(self, by: By) -> str:
        """?count: the number of keys of that kind."""
        return f"SELECT (COUNT(DISTINCT ?key) AS ?count) WHERE {{ {self._listing(by)} }}"

    def keys(self, by: By, after: str, most: int) -> str:
        """?key and ?place: the first ``most`` keys whose place is after ``after``."""
        later = f'FILTER(?place > "{after}")' if after else ""
        where = f"{self._listing(by)} BIND(MD5(?key) AS ?place) {later}"
        return f"SELECT DISTINCT ?key ?place WHERE {{ {where} }} ORDER BY ?place LIMIT {most}"

    def among(self, by: By, keys: Sequence[Key]) -> str:
        """?key: those among ``keys`` that still exist."""
        return f"SELECT DISTINCT ?key WHERE {{ {self._listing(by)} FILTER({_is_one_of('?key', keys)}) }}"

    def one(self, iri: str) -> str:
        """?count: 1 if the data set exists."""
        chosen = f"VALUES ?dataset {{ <{iri}> }} ?dataset a {DCAT.Dataset} . {self.pattern}"
        return f"SELECT (COUNT(DISTINCT ?dataset) AS ?count) WHERE {{ {self.within(chosen)} }}"

    def elsewhere(self) -> str:
        """?key: a few of the named graphs that contain data sets."""
        return (
            "SELECT DISTINCT ?key WHERE"
            f" {{ GRAPH ?graph {{ ?dataset a {DCAT.Dataset} }} BIND(STR(?graph) AS ?key) }} LIMIT 5"
        )

    def _listing(self, by: By) -> str:
        chosen = f"?dataset a {DCAT.Dataset} . {self.pattern}"
        if by is By.TITLE:  # once for each data set, although it may have many titles
            where = self.within(f"{chosen} {_titled('dataset')}")
            return f"{{ SELECT ?dataset (MIN(?title) AS ?key) WHERE {{ {where} }} GROUP BY ?dataset }}"
        if by is By.IDENTIFIER:
            chosen += f" ?dataset {DCT.identifier} ?identifier ."
            named = "FILTER(isBlank(?dataset)) BIND(STR(?identifier) AS ?key)"
        else:
            # Virtuoso expects isIRI to take hours, and refuses.
            named = "FILTER(!isBlank(?dataset)) BIND(STR(?dataset) AS ?key)"
        return f"{self.within(chosen)} {named}"

    def within(self, pattern: str) -> str:
        """Return the pattern, to be matched in the graph."""
        return f"GRAPH <{self.graph}> {{ {pattern} }}" if self.graph else f"{{ {pattern} }}"


@dataclass(frozen=True, slots=True)
class Description:
    """Asks for the triples of ``nodes`` and of the unnamed nodes that belong to them.

    A blank node can only be reached through what points at it. We nest OPTIONALs because no optimiser can
    reorder them: with a UNION of paths, Virtuoso reads the whole graph for each further step.
    """

    selection: Selection
    nodes: Sequence[Key]
    depth: int
    """How many unnamed nodes in a row."""
    by: By | None = None
    """The kind of keys, if ``nodes`` are data sets; then we also ask for what points at them.

    None if they are other nodes; those that are data sets or catalogues then return nothing.
    """
    invalid: bool = False
    """Whether invalid IRIs count as unnamed too."""

    def construct(self) -> str:
        triples = " ".join(f"{triple} ." for path in self._paths() for triple in path)
        return f"CONSTRUCT {{ {triples} }} WHERE {{ {{ {self._rows()} }} }}"

    def count(self) -> str:
        """?count: the number of rows behind the triples of ``construct``, one per path to a last triple."""
        return f"SELECT (COUNT(*) AS ?count) WHERE {{ {{ {self._rows()} }} }}"

    def _paths(self) -> list[list[str]]:
        """The triples of a row: starting from a node, and starting from what points at it."""
        steps = range(1, self.depth + 1)
        forward = ["?s ?p0 ?o0", *(f"?o{step - 1} ?p{step} ?o{step}" for step in steps)]
        inverse = ["?i0 ?q0 ?d", *(f"?i{step - 1} ?q{step} ?i{step}" for step in steps)]
        return [forward, inverse] if self.by else [forward]

    def _rows(self) -> str:
        first, *more = (self._optional(path) for path in self._paths())
        own = f"{self._start('s')} {first}"
        if more:
            own = (
                f"{{ {own} }} UNION {{ {self._start('d')} VALUES ?q0 {{ {' '.join(_INVERSE)} }}"
                f" {more[0]} {_other('i0')} }}"
            )
        names = " ".join(dict.fromkeys(re.findall(r"\?\w+", " ".join(chain(*self._paths())))))
        return f"SELECT DISTINCT {names} WHERE {{ {self.selection.within(own)} }}"

    def _optional(self, path: list[str]) -> str:
        first, *more = path
        nested = ""
        for triple in reversed(more):
            subject, predicate, _ = triple.split()
            nested = (
                f"OPTIONAL {{ {triple} . FILTER({self._unnamed(subject)} && {_own(predicate)}) {nested} }}"
            )
        own = f"FILTER({_own('?p0')})" if first.startswith("?s ") else ""
        return f"{first} . {own} {nested}"

    def _start(self, name: str) -> str:
        if self.by is By.TITLE:
            wanted = _is_one_of("?title", self.nodes)
            return f"?{name} a {DCAT.Dataset} . {_titled(name)} FILTER({wanted})"
        if self.by is By.IDENTIFIER:
            return (
                f"?{name} a {DCAT.Dataset} ; {DCT.identifier} ?identifier ."
                f" FILTER(isBlank(?{name}) && {_is_one_of('STR(?identifier)', self.nodes)})"
            )
        if self.by and not all(is_iri(node.text) for node in self.nodes):
            return f"?{name} a {DCAT.Dataset} . FILTER({_is_one_of(f'STR(?{name})', self.nodes)})"
        values = f"VALUES ?{name} {{ {' '.join(f'<{node.text}>' for node in self.nodes)} }}"
        return values if self.by else f"{values} {_other(name)}"

    def _unnamed(self, name: str) -> str:
        if not self.invalid:
            return f"isBlank({name})"
        return f'(isBlank({name}) || (isIRI({name}) && REGEX(STR({name}), "{_INVALID}")))'


def _titled(name: str) -> str:
    """?title: each title of a data set that has neither IRI nor dct:identifier, "" where it has none."""
    return (
        f"OPTIONAL {{ ?{name} {DCT.title} ?words }} BIND(IF(BOUND(?words), STR(?words), '') AS ?title)"
        f" FILTER(isBlank(?{name})) FILTER NOT EXISTS {{ ?{name} {DCT.identifier} ?any }}"
    )


def _own(predicate: str) -> str:
    """A service may serve thousands of data sets, so we only ask which of these it serves."""
    return f"{predicate} NOT IN ({', '.join(_INVERSE)})"


def _other(name: str) -> str:
    return " ".join(f"FILTER NOT EXISTS {{ ?{name} a {kind} }}" for kind in (DCAT.Dataset, DCAT.Catalog))


def _is_one_of(text: str, keys: Sequence[Key]) -> str:
    places = ", ".join(f'"{key.place}"' for key in keys)
    return f"MD5({text}) IN ({places})"
