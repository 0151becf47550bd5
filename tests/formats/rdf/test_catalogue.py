import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf import catalogue, spool
from erpd.formats.rdf.catalogue import Piece, split
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES, syntax_of
from erpd.formats.reading import Unreadable
from erpd.metadata.terms import AUTHORITY, DCAT, FOAF, RDF, SKOS
from tests.formats.rdf.test_document import digest
from tests.formats.shelf import CATALOGUES, parseable

PREFIXES = """
@prefix : <http://a.example/> . @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix v: <http://v.example/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
"""
# FILES.tsv missed them: their root is dcat:Catalog, not rdf:RDF.
COUNTED_OTHERWISE = {
    "be-fedict/scrapers/src/test/resources/be/fedict/dcat/scrapers/fpsfinance/dataset-example.xml": 136,
}
# An ISO 19139 record: no RDF.
NO_RDF = {"be-fedict/scrapers/src/test/resources/be/fedict/dcat/scrapers/brussels/dataset-example.xml"}


@pytest.fixture(autouse=True, params=[7, 100_000], ids=["on disk", "in memory"])
def batch(request, monkeypatch):
    """How many triples are held in memory."""
    monkeypatch.setattr(spool, "_BATCH", request.param)


def test_an_agent_that_many_data_sets_describe_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in each part of a long document, so to read it again for each data set would never end."""
    turtle = PREFIXES + "".join(
        f":{number} a dcat:Dataset ; dct:publisher :p{number % 20} ;"
        f"  dcat:landingPage :{number}l, :{number}m ; dcat:distribution :{number}a, :{number}b ."
        f":{number}a a dcat:Distribution . :{number}b a dcat:Distribution ."
        f':p{number % 20} foaf:name "P" ; foaf:homepage [ a foaf:Document ] .'
        for number in range(200)
    )
    monkeypatch.setattr(spool, "_SHARED", 40)
    monkeypatch.setattr(spool, "_BATCH", 50)
    read_back: Counter[str] = Counter()
    unpack = spool.unpack

    def counted(syntax: str, content: bytes) -> Iterator[Quad]:
        found = list(unpack(syntax, content))
        read_back.update({str(one.subject) for one in found})
        return iter(found)

    monkeypatch.setattr(spool, "unpack", counted)
    found = list(split(read(turtle.encode(), SYNTAXES["ttl"])))
    assert len(found) == 200
    assert max(read_back[f"<http://a.example/p{one}>"] for one in range(20)) < 20
    assert all("foaf/0.1/name" in piece.content.decode() for piece in found)


def pieces(turtle: str) -> dict[str, Piece]:
    found = list(split(read((PREFIXES + turtle).encode(), SYNTAXES["ttl"])))
    return {str(piece.node): piece for piece in found}


def triples_in(piece: Piece) -> list[Quad]:
    return list(read(piece.content, SYNTAXES[piece.syntax]))


def subjects(piece: Piece) -> Counter[str]:
    """How many triples each node has, by the end of its IRI; "_" for all blank nodes together."""
    return Counter(
        "_" if isinstance(triple.subject, BlankNode) else triple.subject.value.rpartition("/")[2]
        for triple in triples_in(piece)
    )


def hanging(triples: Iterable[Quad]) -> set[Quad]:
    """What hangs on the data sets of a document, found the simple way."""
    by_subject: dict[object, list[Quad]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    kinds = {
        kind: {node for node, said in by_subject.items() if any(_is(triple, kind) for triple in said)}
        for kind in (DCAT.Dataset, DCAT.Catalog, SKOS.Concept)
    }
    borders = kinds[DCAT.Dataset] | kinds[DCAT.Catalog]
    found: set[Quad] = set()
    for data_set in kinds[DCAT.Dataset]:
        inverse = [
            triple.subject
            for triple in triples
            if triple.predicate in (DCAT.servesDataset, FOAF.primaryTopic) and triple.object == data_set
        ]
        waiting, seen = [data_set, *inverse], set()
        while waiting:
            node = waiting.pop()
            if node in seen or (node in borders and node != data_set):
                continue
            seen.add(node)
            concept = node in kinds[SKOS.Concept] or str(node).startswith("<" + AUTHORITY)
            for triple in by_subject.get(node, ()):
                if triple.predicate in (DCAT.servesDataset, FOAF.primaryTopic) and triple.object != data_set:
                    continue
                found.add(triple)
                if isinstance(triple.object, BlankNode if concept else BlankNode | NamedNode):
                    waiting.append(triple.object)
    return found


def _is(triple: Quad, kind: NamedNode) -> bool:
    return triple.predicate == RDF.type and triple.object == kind


def test_every_catalogue_gives_all_its_data_sets_and_all_that_hangs_on_them():
    for name, counted in parseable().items():
        file = CATALOGUES / name
        content = file.read_bytes()
        if name in NO_RDF or file.suffix == ".csv":
            continue
        syntax = syntax_of(content[: 2**16], name=file.name)
        triples = list(read(content, syntax, file.as_uri()))
        found = list(split(triples))
        assert len(found) == COUNTED_OTHERWISE.get(name, counted), name
        again = split(read(content, syntax, file.as_uri()))
        assert [piece.content for piece in again] == [piece.content for piece in found], name
        if len(triples) < 5_000:
            union = {triple for piece in found for triple in triples_in(piece)}
            named = {triple for triple in hanging(triples) if not _blank(triple)}
            assert {triple for triple in union if not _blank(triple)} == named, name
            if len(found) == 1:
                assert digest(union) == digest(hanging(triples)), name


def _blank(triple: Quad) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


CATALOGUE = """
:catalogue a dcat:Catalog ; dct:title "All" ; dcat:dataset :1, :2, [ a dcat:Dataset ; dct:title "3" ] ;
  dct:publisher :agent ; dcat:record :record1 .
:1-csv a dcat:Distribution ; dcat:accessURL :1-file ; dcat:accessService :service .
:1 a dcat:Dataset ; dct:title "1" ; dct:isVersionOf :2 ; dct:isPartOf :catalogue ; dct:publisher :agent ;
  dcat:theme theme:ECON, v:housing ; dcat:distribution :1-csv, [ a dcat:Distribution ; dct:title "_" ] .
:2 a dcat:Dataset ; dct:title "2" ; dct:hasVersion :1 ; dct:publisher :agent ; dct:relation :1-csv .
:record1 a dcat:CatalogRecord ; foaf:primaryTopic :1 ; dct:source [ foaf:primaryTopic :2 ] .
:agent a foaf:Agent ; foaf:name "Agent" ; foaf:member :agent .
:service a dcat:DataService ; dcat:servesDataset :1, :2 ; dct:publisher :agent .
:far a dcat:DataService ; dcat:servesDataset :2 .
theme:ECON skos:prefLabel "Economy" ; skos:broader theme:ALL ; skos:notation [ dct:title "E" ] .
theme:ALL skos:prefLabel "All" .
v:housing a skos:Concept ; skos:prefLabel "Housing" ; skos:inScheme v:scheme .
v:scheme skos:hasTopConcept v:housing, v:roads . v:roads a skos:Concept ; skos:prefLabel "Roads" .
"""


def test_a_piece_has_what_hangs_on_its_data_set_and_no_other_record():
    three, one, two = (subjects(piece) for piece in pieces(CATALOGUE).values())
    assert one == {
        "1": 9, "1-csv": 3, "service": 3, "agent": 3, "record1": 3, "ECON": 3, "housing": 3, "_": 3
    }  # fmt: skip
    # The inverse service :far, and of :service only that it serves this one.
    assert two == {"2": 5, "1-csv": 3, "service": 3, "far": 2, "agent": 3, "_": 1}
    assert three == {"_": 2}


def test_a_service_that_serves_all_brings_in_none_of_them():
    served = ", ".join(f":{number}" for number in range(300))
    data_sets = "".join(f':{number} a dcat:Dataset ; dct:title "{number}" .' for number in range(300))
    found = pieces(f":service a dcat:DataService ; dcat:servesDataset {served} . {data_sets}")
    assert {piece.triples for piece in found.values()} == {4}


def test_agents_repeated_in_each_data_set_do_not_multiply():
    """RDF/XML says them again each time, with new blank nodes for their addresses."""
    repeated = "".join(
        f""":{number} a dcat:Dataset ; dct:publisher :agent .
        :agent foaf:name "Agent" ; v:address [ v:street "Street" ; v:in [ v:town "Town" ] ] ."""
        for number in range(100)
    )
    other = ':agent v:address [ v:street "Other street" ; v:in [ v:town "Town" ] ] .'
    found = pieces(repeated + other)
    assert len(found) == 100
    assert {(piece.triples, subjects(piece)["_"]) for piece in found.values()} == {(11, 6)}


def test_a_broken_term_is_neither_lost_nor_makes_triples_of_its_own():
    document = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
      <dcat:Dataset rdf:about="http://a.example/1"><dct:title xml:lang="en_US">One</dct:title></dcat:Dataset>
      <dcat:Dataset rdf:about="http://a.example/2&gt; &lt;http://p&gt; &lt;http://o&gt; .&#10;&lt;http://b">
        <dcat:distribution rdf:resource="http://a.example/C:\\file name"/></dcat:Dataset>
      <dcat:Dataset rdf:about="http://a.example/3"><dct:title>Three</dct:title></dcat:Dataset></rdf:RDF>"""
    triples = list(read(document.encode(), SYNTAXES["rdf"]))
    found = list(split(triples))
    assert [piece.syntax for piece in found] == ["jsonld", "jsonld", "nt"]
    assert [triple for piece in found for triple in triples_in(piece)] == triples


def test_what_hangs_together_by_mistake_is_cut_and_said(monkeypatch):
    monkeypatch.setattr(catalogue, "MOST_TRIPLES", 50)
    chain = "".join(f":n{number} v:next :n{number + 1} ." for number in range(60))
    found = pieces(f":1 a dcat:Dataset ; v:next :n0 . :2 a dcat:Dataset . {chain}")
    assert [(piece.triples, piece.whole) for piece in found.values()] == [(50, False), (1, True)]


def test_a_catalogue_in_which_all_hangs_on_all_ends(monkeypatch):
    monkeypatch.setattr(spool, "_ALWAYS_ASKED", 0)
    web = "".join(f":n{number} v:next :n{number + 1}, [ v:is [ ] ], [ v:is [ ] ] ." for number in range(500))
    data_sets = "".join(f":{number} a dcat:Dataset ; v:next :n0 ." for number in range(500))
    with pytest.raises(Unreadable, match="share") as caught:
        pieces(data_sets + web)
    assert caught.value.rule == "too-large"


def test_a_data_set_with_ten_thousand_distributions():
    parts = ", ".join(f":d{number}" for number in range(10_000))
    said = "".join(f':d{number} a dcat:Distribution ; dct:title "{number}" .' for number in range(10_000))
    (piece,) = pieces(f":1 a dcat:Dataset ; dcat:distribution {parts}, [ dct:title 'x' ] . {said}").values()
    assert (piece.triples, piece.whole) == (30_003, True)


MEASURED = """
import re, sys
from erpd.formats.rdf.catalogue import split
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES

def turtle(count):  # distributions stand far from their data sets, and nothing is held that was read
    yield "@prefix c: <http://www.w3.org/ns/dcat#> . @prefix t: <http://purl.org/dc/terms/> . "
    for n in range(count):
        yield (f'<x:{n}> a c:Dataset ; t:title "Title {n}"@en, "Titel {n}"@nl ; t:publisher <x:agent> ; '
               f't:description "Long enough to be a description of {n}" ; c:keyword "a", "b", "c" ; '
               f't:identifier "{n}" ; c:distribution <x:{n}/csv> . ')
    for n in range(count):
        yield (f'<x:{n}/csv> a c:Distribution ; t:title "CSV {n}" ; c:accessURL <x:{n}/at> ; '
               f't:format <x:csv> ; c:byteSize 1 ; t:rights [ t:title "r" ] ; t:issued "2024" . ')
    yield '<x:agent> t:title "Agent" .'

class Stream:
    lines = turtle(int(sys.argv[1]))
    def read(self, size):
        return next(self.lines, "").encode()

print(sum(piece.triples for piece in split(read(Stream(), SYNTAXES["ttl"]))),
      int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) // 1024)
"""


def test_the_memory_used_does_not_grow_with_the_catalogue():
    """20,000 data sets of 19 triples; a hundred thousand take as much, and longer. The peak is /proc's:
    that of getrusage begins with the memory of the process that forked."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells the peak of one process")
    answer = subprocess.run(
        [sys.executable, "-c", MEASURED, "20000"], capture_output=True, text=True, check=True
    )
    triples, megabytes = map(int, answer.stdout.split())
    assert triples == 20_000 * 19
    assert megabytes < 150
