"""All pieces of a document together say what it says, however little of it fits into memory."""

import pytest
from pyoxigraph import BlankNode, Quad

from erpd.formats.rdf import held, spool
from erpd.formats.rdf.carrier import unpack
from erpd.formats.rdf.catalogue import Kind, Piece, split_all
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph

HEAD = """@prefix : <http://a.example/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""
DOCUMENT = (
    HEAD
    + ":all a dcat:Catalog ; dct:publisher _:office ; dcat:service :search .\n_:office foaf:name 'Office' .\n"
    + "".join(f":all dcat:dataset :{n} ; dcat:record :r{n} .\n" for n in range(40))
    + "".join(
        f":{n} a dcat:Dataset ; dct:title '{n}' ; dct:publisher _:office ; dct:spatial _:place{n % 3} ;"
        f" dcat:contactPoint [ foaf:name 'Contact' ; foaf:knows [ foaf:name '{n}' ] ] .\n"
        f":r{n} a dcat:CatalogRecord ; foaf:primaryTopic :{n}, :gone{n} .\n"
        for n in range(40)
    )
    + ":search a dcat:DataService ; dcat:servesDataset :1, :2, :elsewhere ; dct:creator [ foaf:name 'S' ] .\n"
    + ":free a dcat:DataService ; dcat:servesDataset :elsewhere ; dct:creator [ foaf:name 'F' ] .\n"
    + ":series a dcat:DatasetSeries ; dct:publisher [ foaf:name 'P' ] .\n"
    + "".join(f"_:place{n} dct:title 'Place {n}' . [] foaf:name 'Nobody {n}' .\n" for n in range(3))
    + ":late foaf:knows _:office, _:dangling . :1 dct:title 'once more' . :all dct:title 'All' .\n"
)


def pieces(document: str) -> list[Piece]:
    return list(split_all(read(document.encode(), SYNTAXES["ttl"]), owner="x"))


def said(every: list[Piece]) -> list[Quad]:
    return [triple for piece in every for triple in unpack(piece.syntax, piece.content)]


@pytest.mark.parametrize("batch", [1, 2, 7, 50, 100_000])
def test_nothing_is_lost_or_mixed_up(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_BATCH", batch)
    monkeypatch.setattr(held, "LISTED", 5)
    monkeypatch.setattr(held, "_LONG", 2)
    monkeypatch.setattr(spool, "_PLACED", 3)
    every = pieces(DOCUMENT)
    expected = Graph(read(DOCUMENT.encode(), SYNTAXES["ttl"]))
    assert canonical(Graph(said(every)))[1] == canonical(expected)[1]
    assert [piece.content for piece in every] == [piece.content for piece in pieces(DOCUMENT)]
    kinds = [piece.kind for piece in every if piece.kind is not Kind.REST]
    assert kinds[:41] == [Kind.DATA_SET] * 40 + [Kind.CATALOGUE]
    assert sorted(kinds[41:]) == [Kind.SERIES, Kind.SERVICE]
    names = {node.value for one in said(every) for node in one if isinstance(node, BlankNode)}
    assert all(name.startswith("xb") and name[2:].isdigit() for name in names)


def test_a_catalogue_keeps_only_some_of_a_long_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_BATCH", 10)
    monkeypatch.setattr(held, "LISTED", 5)
    monkeypatch.setattr(held, "_LONG", 2)
    (catalogue,) = (piece for piece in pieces(DOCUMENT) if piece.kind is Kind.CATALOGUE)
    assert catalogue.triples < 40
