"""Apply a source's own rules to a record before it is mended: values, defaults, language."""

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.harvest.rules import Rules, folded
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Node, Term
from erpd.metadata.iri import is_iri
from erpd.metadata.mending import forget
from erpd.metadata.mending.authorities import labels_of
from erpd.metadata.mending.beside import keep, says_more
from erpd.metadata.parts import excerpt
from erpd.metadata.record import Record
from erpd.metadata.rules import Intake
from erpd.metadata.terms import DCAT, DCT, expand
from erpd.metadata.view import NAMES_IN_WORDS, all_names
from erpd.metadata.vocabularies import table_of

# Texts that people read, which have a language.
_TEXTS = frozenset((DCT.description, DCAT.keyword, *NAMES_IN_WORDS))


def apply(record: Record, rules: Rules) -> list[Finding]:
    """Change the graph as the rules say. Returns a finding for each value that was replaced or added."""
    findings = [*_map_values(record, rules), *_add_defaults(record, rules)]
    if rules.default_language:
        _add_language(record, rules.default_language)
    return findings


def _map_values(record: Record, rules: Rules) -> Iterator[Finding]:
    graph = record.graph
    replaced: set[Node] = set()
    for name, table in rules.values.items():
        predicate = expand(name)
        for node in [node for node, properties in graph.nodes.items() if predicate in properties]:
            values = graph.objects(node, predicate)
            mapped = [_mapped(record, value, table) for value in values]
            for old, new in zip(values, mapped, strict=True):
                if old != new:
                    shown = excerpt(_texts(record, old)[0]), "", excerpt(new.value)
                    yield Finding(Intake.MAPPED_VALUE, Severity.REPAIR, name, *shown)
                    replaced.update([old] if isinstance(old, BlankNode) else [])
            if mapped != values:
                nodes = [value for value in values if not isinstance(value, Literal) and value not in mapped]
                graph.set(node, predicate, mapped)
                keep(graph, node, predicate, [value for value in nodes if says_more(graph, value)])
    if replaced:
        forget(graph, replaced)


def _mapped(record: Record, value: Term, table: Mapping[str, str]) -> Term:
    # Names that contradict each other are one value, as the finding shows it: it says more than each of them.
    names = labels_of(record.graph, value) if not isinstance(value, Literal) else []
    together = [" | ".join(name.value for name in names)] if len(names) > 1 else []
    iri = next(
        (iri for text in (*together, *_texts(record, value)) if (iri := table.get(folded(text)))), None
    )
    if isinstance(value, NamedNode) and (own := table_of(value.value)):
        by_address = table.get(folded(value.value))
        # A term of an authority table says what it means: a name that stands beside it does not change that,
        # unless the map shows that the term is not of the table that the property needs.
        iri = by_address or (iri if iri and table_of(iri) not in ("", own) else None)
    return NamedNode(iri) if iri else value


def _texts(record: Record, value: Term) -> list[str]:
    """The text of a literal; the names of a node, in any language, and its IRI."""
    called = all_names(record.graph, value)
    return [*called, value.value] if isinstance(value, NamedNode) else called


def _add_defaults(record: Record, rules: Rules) -> Iterator[Finding]:
    graph = record.graph
    for kind, table in rules.defaults.items():
        nodes = _nodes(record, expand(kind))
        for name, value in table.items():
            predicate = expand(name)
            for node in nodes:
                if not graph.objects(node, predicate):
                    graph.add(node, predicate, NamedNode(value) if is_iri(value) else Literal(value))
                    yield Finding(Intake.DEFAULT_VALUE, Severity.REPAIR, name, "", "", excerpt(value))


def _nodes(record: Record, kind: NamedNode) -> list[Node]:
    """The nodes of a class. What a data set links to as a distribution is one, whatever its type."""
    if kind == DCAT.Dataset:
        return [record.dataset]
    led = record.distributions if kind == DCAT.Distribution else []
    return list(dict.fromkeys([*led, *record.graph.subjects(kind)]))


def _add_language(record: Record, language: str) -> None:
    graph = record.graph
    for node, properties in list(graph.nodes.items()):
        for predicate in _TEXTS & properties.keys():
            values = graph.objects(node, predicate)
            spoken = [_spoken(value, language) for value in values]
            if spoken != values:
                graph.set(node, predicate, spoken)


def _spoken(value: Term, language: str) -> Term:
    if isinstance(value, Literal) and not value.language and value.datatype.value.endswith("#string"):
        return Literal(value.value, language=language)
    return value
