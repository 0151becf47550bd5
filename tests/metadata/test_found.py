"""Inputs that were once read wrongly, and what they say: ../shared/data/found-2026-11."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.graph import Graph, Term
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, RDFS, VCARD
from tests.needs import SHARED

from .records import AUTHORITY

ERPD = load_profile("erpd")
ENGLISH = NamedNode(f"{AUTHORITY}/language/ENG")


@pytest.mark.parametrize(
    ("file", "predicate", "values", "errors"),
    [
        ("01-telephone-trunk-zero", VCARD.hasTelephone, [NamedNode("tel:+4940123456")], []),
        ("02-telephone-two-numbers", VCARD.hasTelephone, [Literal("02 123 45 67 / 02 123 45 68")], []),
        ("03-accessrights-statement-dropped", RDFS.seeAlso, [NamedNode("https://ex.eu/how")], []),
        ("04-accessrights-two-labels", RDFS.label, ["Public", "Restricted", "On request"], ["ambiguous"]),
        (
            "06-two-urls-on-two-lines",
            DCAT.accessURL,
            [Literal("https://ex.eu/x\nhttps://ex.eu/y")],
            ["link-expected"],
        ),
        (
            "07-url-blank-beside-hyphen",
            DCAT.accessURL,
            [NamedNode("https://ex.eu/Bericht%202020%20-2021.pdf")],
            [],
        ),
        ("09-format-two-with-semicolon", DCT.format, [Literal("CSV; JSON")], ["vocabulary"]),
        ("11-bytesize-1.234", DCAT.byteSize, [Literal("1.234")], ["datatype"]),
        ("12-superscript", DCT.description, [Literal("Emissions in 10³ tonnes", language="en")], []),
        (
            "13-escaped-tag-in-prose",
            DCT.description,
            [Literal("The field uses &lt;br&gt; as separator", language="en")],
            [],
        ),
        ("14-language-region", DCT.language, [ENGLISH], []),
    ],
)
def test_what_was_read_wrongly(
    file: str, predicate: NamedNode, values: list[Term | str], errors: list[str]
) -> None:
    path = SHARED / "found-2026-11" / f"{file}.ttl"
    if not path.is_file():
        pytest.skip(f"{path.name} is not at ../shared/data")
    graph = Graph(parse(path=str(path), format=RdfFormat.TURTLE, lenient=True))
    record = Record("1", graph, graph.subjects(DCAT.Dataset)[0])
    mend(record, ERPD)
    wanted = {Literal(value) if isinstance(value, str) else value for value in values}
    assert {triple.object for triple in graph.triples() if triple.predicate == predicate} == wanted
    assert [each.rule for each in check(record, ERPD) if each.severity is Severity.ERROR] == errors


def test_conditions_of_access_stay_beside_the_code() -> None:
    path = SHARED / "found-2026-11" / "03-accessrights-statement-dropped.ttl"
    if not path.is_file():
        pytest.skip(f"{path.name} is not at ../shared/data")
    graph = Graph(parse(path=str(path), format=RdfFormat.TURTLE))
    record = Record("1", graph, graph.subjects(DCAT.Dataset)[0])
    mend(record, ERPD)
    assert record.values(DCT.accessRights) == [NamedNode(f"{AUTHORITY}/access-right/RESTRICTED")]
    (statement,) = record.values(DCT.rights)
    assert isinstance(statement, BlankNode)
    assert graph.objects(statement, RDFS.comment) == [
        Literal("Only for accredited researchers; apply at the data desk")
    ]
