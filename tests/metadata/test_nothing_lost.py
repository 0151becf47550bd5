"""Every literal and IRI that came in stands in the record afterwards, or in a finding that names it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph, Term
from erpd.metadata.mending import mend
from erpd.metadata.mending.beside import LABELS
from erpd.metadata.mending.characters import legal
from erpd.metadata.parts import excerpt
from erpd.metadata.profile import PROFILES, load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DC11, DCAT, DCT, FOAF, RDF, RDFS, VCARD, XSD, shorten
from tests.needs import SHARED
from tests.nothing_lost import WORDS
from tests.proofs import length

from .records import lenient, record

ERPD = load_profile("erpd")


def lost(before: Iterable[Quad], record: Record, findings: Iterable[Finding]) -> set[str]:
    """What came and stands nowhere: literals with their language and type, IRIs in any position."""
    kept = _said(record.graph.triples())
    texts = {term.value for term in kept if isinstance(term, Literal)}
    named = "\n".join(f"{finding.value}\n{finding.repaired}" for finding in findings)
    return {str(term) for term in _said(before) - kept if not _is_told(term, texts, named)}


def _is_told(term: Term, texts: set[str], named: str) -> bool:
    text = legal(term.value)  # which characters were taken out is told by an example of them
    if excerpt(text).removesuffix("…") in named:
        return True
    if isinstance(term, Literal):
        tag_or_type = term.language or term.datatype.value
        return (text in texts and tag_or_type in named) or any(kept.endswith(f": {text}") for kept in texts)
    return isinstance(term, NamedNode) and shorten(term) in named


def _said(triples: Iterable[Quad]) -> set[Term]:
    terms: set[Term] = set()
    for triple in triples:
        # The class of a node without a name that had nothing but a label, which became a value of its table.
        typed = triple.predicate == RDF.type and isinstance(triple.subject, BlankNode)
        terms.update((triple.subject, triple.predicate, *(() if typed else (triple.object,))))
    # What a label is called by goes with it.
    return {term for term in terms if isinstance(term, NamedNode | Literal)} - {RDF.type, *LABELS}


SYNTAXES = {
    ".ttl": RdfFormat.TURTLE,
    ".rdf": RdfFormat.RDF_XML,
    ".nt": RdfFormat.N_TRIPLES,
    ".jsonld": RdfFormat.JSON_LD,
    ".xml": RdfFormat.RDF_XML,
}


def graphs() -> Iterator[tuple[Path, Graph]]:
    """What can be read of all RDF beside the repository; broken ends are left out."""
    for path in sorted(SHARED.rglob("*")):
        if path.suffix not in SYNTAXES or path.stat().st_size > 2**20:
            continue
        triples: list[Quad] = []
        try:
            triples.extend(
                parse(
                    path=str(path),
                    format=SYNTAXES[path.suffix],
                    base_iri="http://base.example/",
                    lenient=True,
                )
            )
        except (SyntaxError, ValueError):
            continue
        if triples:
            yield path, Graph(Quad(t.subject, t.predicate, t.object) for t in triples)


def test_all_the_rdf_beside_the_repository() -> None:
    mended = 0
    for path, graph in graphs():
        before, findings = list(graph.triples()), list[Finding]()
        record = Record("1", graph, next(iter(graph.nodes)))
        for node in graph.subjects(DCAT.Dataset)[:50]:
            record = Record("1", graph, node if node in graph.nodes else record.dataset)
            findings += mend(record, ERPD)
            mended += 1
        findings += mend(record, ERPD)
        assert lost(before, record, findings) == set(), path
    if not mended:
        pytest.skip("no RDF at ../shared/data")


TEXT = st.sampled_from(WORDS)
LANGUAGE = st.sampled_from(["en", "nl-be", "de"])
TYPE = st.sampled_from(
    [XSD.string, XSD.date, XSD.dateTime, XSD.decimal, XSD.integer, XSD.boolean, XSD.anyURI]
)
LITERAL = st.one_of(
    st.builds(Literal, TEXT),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXT, LANGUAGE),
    st.builds(lambda text, kind: Literal(text, datatype=kind), TEXT, TYPE),
)
IRI = st.builds(lambda text: lenient({"@id": text}), TEXT.filter(bool))
NAMES = [
    name for kind in (DCAT.Dataset, DCAT.Distribution, VCARD.Kind, FOAF.Agent) for name in ERPD.classes[kind]
]
NAME = st.sampled_from(
    [*NAMES, *LABELS, RDFS.comment, RDFS.seeAlso, DC11.format, DC11.title, DCT.distribution]
)
NODE = st.lists(st.tuples(NAME, LITERAL | IRI), min_size=1, max_size=4)
PLACE = st.sampled_from([*record().graph.nodes])


@st.composite
def damaged(draw: st.DrawFn) -> Record:
    """The good record, with values and nodes in the place of others, or beside them."""
    spoilt = record()
    graph = Graph(spoilt.graph.triples())
    for _ in range(draw(st.integers(1, 5))):
        node, predicate = draw(PLACE), draw(NAME)
        node = next(iter(each for each in graph.nodes if str(each) == str(node)), spoilt.dataset)
        value: Term = draw(LITERAL | IRI)
        if draw(st.booleans()):
            value = draw(st.sampled_from([BlankNode(), NamedNode("https://a.eu/named")]))
            for name, said in draw(NODE):
                graph.add(value, name, said)
        if draw(st.booleans()):
            graph.set(node, predicate, [])
        graph.add(node, predicate, value)
    return Record("1", graph, spoilt.dataset)


@pytest.mark.proof
@settings(deadline=None, max_examples=length(300, 10_000))
@given(spoilt=damaged(), name=st.sampled_from(PROFILES))
def test_random_damages(spoilt: Record, name: str) -> None:
    before, profile = list(spoilt.graph.triples()), load_profile(name)
    findings = mend(spoilt, profile)
    assert lost(before, spoilt, findings) == set()
    assert mend(spoilt, profile) == []
