"""The questions put to a SPARQL endpoint, in text that every server understands (W3C SPARQL 1.1 Query)."""

from collections.abc import Sequence
from dataclasses import dataclass

from erpd.metadata.iri import is_iri
from erpd.metadata.terms import DCAT, DCT, FOAF

# A service and a catalogue record point at their data set, not it at them.
_INVERSE = f"{DCAT.servesDataset} {FOAF.primaryTopic}"
# What SPARQL cannot write between < and >, though some servers store it.
_INVALID = r"[\\x00-\\x20<>\"{}|\\\\^`]"
# Virtuoso plans a question about 6 to 11 nodes a hundred times slower than one about 12 and more.
_FEWEST = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Which data sets: of the named ``graph`` ("" is the default graph), ``pattern`` holding for ?dataset."""

    graph: str = ""
    pattern: str = ""

    def count(self, blank: bool) -> str:
        """?count: the keys there are. ``blank``: of the data sets that have no IRI."""
        return f"SELECT (COUNT(DISTINCT ?key) AS ?count) WHERE {{ {self._listing(blank)} }}"

    def keys(self, blank: bool, after: str, most: int) -> str:
        """?key: the first ``most`` keys after ``after``. By key, so that edits meanwhile move no page."""
        later = f"FILTER(?key > {_text(after)})" if after else ""
        return f"SELECT DISTINCT ?key WHERE {{ {self._listing(blank)} {later} }} ORDER BY ?key LIMIT {most}"

    def among(self, blank: bool, keys: Sequence[str]) -> str:
        """?key: those of ``keys`` that are still there."""
        return f"SELECT DISTINCT ?key WHERE {{ {self._listing(blank)} FILTER(?key IN ({_texts(keys)})) }}"

    def nameless(self) -> str:
        """?count: the data sets with neither IRI nor dct:identifier."""
        chosen = f"?dataset a {DCAT.Dataset} . {self.pattern}"
        without = f"FILTER(isBlank(?dataset)) FILTER NOT EXISTS {{ ?dataset {DCT.identifier} ?any }}"
        return f"SELECT (COUNT(DISTINCT ?dataset) AS ?count) WHERE {{ {self.within(f'{chosen} {without}')} }}"

    def elsewhere(self) -> str:
        """?key: a few of the named graphs that have data sets."""
        return (
            "SELECT DISTINCT ?key WHERE"
            f" {{ GRAPH ?graph {{ ?dataset a {DCAT.Dataset} }} BIND(STR(?graph) AS ?key) }} LIMIT 5"
        )

    def _listing(self, blank: bool) -> str:
        chosen = f"?dataset a {DCAT.Dataset} . {self.pattern}"
        if blank:
            chosen += f" ?dataset {DCT.identifier} ?identifier ."
            named = "FILTER(isBlank(?dataset)) BIND(STR(?identifier) AS ?key)"
        else:
            named = "FILTER(isIRI(?dataset)) BIND(STR(?dataset) AS ?key)"
        return f"{self.within(chosen)} {named}"

    def within(self, pattern: str) -> str:
        """The pattern, to be matched in the graph."""
        return f"GRAPH <{self.graph}> {{ {pattern} }}" if self.graph else f"{{ {pattern} }}"


@dataclass(frozen=True, slots=True)
class Description:
    """The triples of ``nodes`` and of the unnamed nodes that hang on them, ``depth`` of these in a row.

    A blank node can be asked for only through what points at it; ``invalid``: so can an IRI that is none.
    ``chief``: the nodes are data sets, and what points at them is asked for too; otherwise those of them
    that are data sets or catalogues give nothing. ``blank``: they are dct:identifiers of data sets.
    """

    selection: Selection
    nodes: Sequence[str]
    depth: int
    chief: bool = False
    blank: bool = False
    invalid: bool = False

    def construct(self) -> str:
        return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ {self._rows()} }} }}"

    def count(self) -> str:
        """?count: the triples that ``construct`` must give."""
        return f"SELECT (COUNT(*) AS ?count) WHERE {{ {{ {self._rows()} }} }}"

    def _rows(self) -> str:
        parts = [self._part("", level) for level in range(self.depth + 1)]
        if self.chief:
            parts.append(f"{{ {self._start('o')} VALUES ?p {{ {_INVERSE} }} ?s ?p ?o . {_other('s')} }}")
            parts += [self._part("^", level) for level in range(1, self.depth + 1)]
        return f"SELECT DISTINCT ?s ?p ?o WHERE {{ {self.selection.within(' UNION '.join(parts))} }}"

    def _part(self, direction: str, level: int) -> str:
        """The triples of the nodes that are ``level`` unnamed nodes away."""
        names = ["root", *(f"b{step}" for step in range(1, level)), "s"][-level - 1 :]
        steps = [self._start(names[0])]
        for step in range(level):
            here, there = names[step], names[step + 1]
            if direction and step == 0:
                steps.append(f"VALUES ?p0 {{ {_INVERSE} }} ?{there} ?p0 ?{here} .")
            else:
                steps.append(f"?{here} ?p{step} ?{there} .")
            steps.append(f"FILTER({self._unnamed(there)})")
        steps.append(f"?s ?p ?o . FILTER(?p NOT IN ({', '.join(_INVERSE.split())}))")
        return f"{{ {' '.join(steps)} }}"

    def _start(self, name: str) -> str:
        if self.blank:
            return (
                f"?{name} a {DCAT.Dataset} ; {DCT.identifier} ?identifier ."
                f" FILTER(isBlank(?{name}) && STR(?identifier) IN ({_texts(self.nodes)}))"
            )
        if self.chief and not all(map(is_iri, self.nodes)):
            return f"?{name} a {DCAT.Dataset} . FILTER(STR(?{name}) IN ({_texts(self.nodes)}))"
        listed = [*self.nodes] * -(-_FEWEST // len(self.nodes)) if len(self.nodes) < _FEWEST else self.nodes
        values = f"VALUES ?{name} {{ {' '.join(f'<{node}>' for node in listed)} }}"
        return values if self.chief else f"{values} {_other(name)}"

    def _unnamed(self, name: str) -> str:
        blank = f"isBlank(?{name})"
        return f'{blank} || (isIRI(?{name}) && REGEX(STR(?{name}), "{_INVALID}"))' if self.invalid else blank


def _other(name: str) -> str:
    return " ".join(f"FILTER NOT EXISTS {{ ?{name} a {kind} }}" for kind in (DCAT.Dataset, DCAT.Catalog))


def _texts(texts: Sequence[str]) -> str:
    return ", ".join(map(_text, texts))


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
