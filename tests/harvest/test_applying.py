"""A source's own rules at work: what they change in a record, what they keep out, when they are applied."""

from collections import Counter

import pytest

from erpd.formats import format_for
from erpd.harvest import uncovered
from erpd.harvest.applying import apply
from erpd.harvest.models import Uncovered
from erpd.harvest.rules import Rules, read_rules
from erpd.harvest.uncovered import unmapped
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DC11, DCAT, DCT, RDFS
from erpd.register.content import records
from erpd.register.models import DataSet, Version
from tests.harvest import national
from tests.harvest.national import Point, bins, good, many, run, source

PROFILE = load_profile("erpd")
CSV = "http://publications.europa.eu/resource/authority/file-type/CSV"
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <https://data.example/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read(turtle: str) -> Record:
    return format_for("text/turtle").read((PREFIXES + turtle).encode(), "a", "https://data.example/")


def rules(text: str) -> Rules:
    return read_rules(text, PROFILE)


def formats(value: str, declared: str) -> tuple[list[str], Record]:
    """The formats of a distribution that has this value, after these value maps."""
    record = read(f":a a dcat:Dataset ; dcat:distribution [ a dcat:Distribution ; dct:format {value} ] .")
    apply(record, rules(f'[values."dct:format"]\n{declared}'))
    (distribution,) = record.distributions
    return [value.value for value in record.graph.objects(distribution, DCT.format)], record


@pytest.mark.parametrize(
    ("value", "declared"),
    [
        ('"Comma  separated"', '"comma Separated" = "CSV"'),
        ('"X"@en', f'x = "{CSV}"'),
        ('"7"^^xsd:integer', '7 = "csv"'),
        ("<https://data.example/Formats/csv>", '"https://data.example/formats/CSV" = "CSV"'),
        ('[ rdfs:label "Tabel"@nl, "Table"@en ]', 'table = "CSV"'),
        ('[ rdfs:label "Tabel"@nl, "Table"@en ]', 'tabel = "CSV"'),
        ('[ skos:prefLabel "Table" ]', 'table = "CSV"'),
        ('"x", "y"', 'x = "CSV"\ny = "CSV"'),
    ],
)
def test_values_are_known_by_text_address_or_name_in_any_case(value, declared):
    found, record = formats(value, declared)
    assert found == [CSV]
    # A node with nothing but one label went with the value that it stood for.
    assert len(record.graph.nodes) == (3 if "@nl" in value else 2)


def test_what_a_node_says_beside_its_name_stays():
    found, record = formats('[ rdfs:label "Table" ; rdfs:comment "Semicolons" ]', 'table = "CSV"')
    (distribution,) = record.distributions
    (said,) = record.graph.objects(distribution, DC11.format)
    assert found == [CSV]
    assert record.graph.objects(said, RDFS.comment)[0].value == "Semicolons"


def test_a_named_node_is_known_by_its_address_and_by_its_label():
    for text in ('"https://data.example/csv"', "table"):
        record = read(':a a dcat:Dataset ; dct:format :csv . :csv rdfs:label "Table" .')
        (finding,) = apply(record, rules(f'[values."dct:format"]\n{text} = "CSV"'))
        assert [value.value for value in record.values(DCT.format)] == [CSV]
        assert (finding.rule, finding.severity, finding.repaired) == ("mapped-value", "repair", CSV)


def test_a_term_of_a_table_is_not_known_by_its_label():
    """It says what it means, whatever stands beside it."""
    term = "<http://publications.europa.eu/resource/authority/file-type/XLS>"
    record = read(f':a a dcat:Dataset ; dct:format {term} . {term} rdfs:label "Table" .')
    assert not apply(record, rules('[values."dct:format"]\ntable = "CSV"'))
    (finding,) = apply(record, rules(f'[values."dct:format"]\n"{term[1:-1]}" = "CSV"'))
    assert finding.repaired == CSV


@pytest.mark.parametrize(
    "term",
    [
        "http://datos.gob.es/kos/sector-publico/sector/salud",  # of a national list that we have
        "http://publications.europa.eu/resource/authority/language/SPA",  # of another table
    ],
)
def test_a_term_of_another_list_is_known_by_its_label(term: str) -> None:
    record = read(f':a a dcat:Dataset ; dcat:theme <{term}> . <{term}> skos:prefLabel "Salud" .')
    (finding,) = apply(record, rules('[values."dcat:theme"]\nsalud = "HEAL"'))
    assert finding.repaired == "http://publications.europa.eu/resource/authority/data-theme/HEAL"


def test_names_that_contradict_each_other_are_known_together():
    """As the finding shows them; a map for both says nothing about one of them alone."""
    declared = '"Excel | HTML" = "CSV"'
    assert formats('[ rdfs:label "Excel", "HTML" ]', declared)[0] == [CSV]
    assert formats('[ rdfs:label "Excel" ]', declared)[0] != [CSV]
    assert formats('[ rdfs:label "Excel", "HTML" ]', f'excel = "XLS"\n{declared}')[0] == [CSV]


def test_what_no_map_names_stays_as_it_is():
    assert formats('"x"', 'y = "CSV"')[0] == ["x"]
    record = read(":a a dcat:Dataset ; dct:format _:csv .")
    (node,) = record.values(DCT.format)
    assert apply(record, rules(f'[values."dct:format"]\n{node.value} = "CSV"\n"" = "CSV"')) == []
    record = read(':a a dcat:Dataset ; dct:type "x" .')
    assert apply(record, rules('[values."dct:format"]\nx = "CSV"')) == []


def test_defaults_fill_what_is_missing_and_nothing_else():
    record = read(
        ':a a dcat:Dataset ; dct:title "A" ; dcat:distribution :d1, :d2 ; dct:isPartOf :other .'
        ':other a dcat:Dataset . :d1 a dcat:Distribution ; dct:format "XLS" . :d2 dct:title "D" .'
        ":agency a foaf:Agent ."
    )
    declared = """
    [defaults."dcat:Dataset"]
    "dct:title" = "Untitled"
    "dct:accessRights" = "RESTRICTED"
    [defaults."dcat:Distribution"]
    "dct:format" = "CSV"
    [defaults."foaf:Agent"]
    "foaf:name" = "An agency"
    """
    findings = apply(record, rules(declared))
    told = {(finding.path, finding.repaired.rpartition("/")[2]) for finding in findings}
    assert told == {("dct:accessRights", "RESTRICTED"), ("dct:format", "CSV"), ("foaf:name", "An agency")}
    assert [finding.rule for finding in findings] == ["default-value"] * 3
    first, second = record.distributions  # the second does not say that it is one
    assert [value.value for value in record.graph.objects(first, DCT.format)] == ["XLS"]
    assert [value.value for value in record.graph.objects(second, DCT.format)] == [CSV]
    assert [value.value for value in record.values(DCT.title)] == ["A"]
    (other,) = record.values(DCT.isPartOf)
    assert not record.graph.objects(other, DCT.accessRights)  # another data set is not ours to fill


def test_the_default_language_is_for_texts_without_one():
    record = read(
        ':a a dcat:Dataset ; dct:title "Uno", "One"@en ; dcat:keyword "x"@fr, "x" ; dct:identifier "7" ;'
        ' dct:description "3"^^xsd:integer ; dcat:distribution [ a dcat:Distribution ; dct:title "Due" ] .'
    )
    apply(record, rules('default_language = "IT"'))
    assert sorted(record.title) == [("en", "One"), ("it", "Uno")]
    assert sorted((v.language, v.value) for v in record.values(DCAT.keyword)) == [("fr", "x"), ("it", "x")]
    assert record.values(DCT.identifier)[0].language is None
    assert record.values(DCT.description)[0].language is None
    (distribution,) = record.distributions
    assert record.graph.objects(distribution, DCT.title)[0].language == "it"


@pytest.mark.django_db
def test_what_is_not_wanted_any_more_goes_like_what_is_absent():
    with Point(many(10)) as point:
        assert bins(run(source(point.url))) == {"new": 10}
        report = run(source(point.url, rules='without = ["d0000", "d0001"]'))
        assert bins(report) == {"unchanged": 8, "filtered": 2}
        assert (report.ledger["gone"], report.ledger["held"]) == (2, 0)
        report = run(source(point.url, rules='without = ["d000[0-4]"]'))
        assert bins(report) == {"unchanged": 5, "filtered": 5}
        assert (report.ledger["gone"], report.ledger["held"]) == (0, 3)  # of 8: a person decides
        assert DataSet.objects.filter(deleted=False).count() == 8
        assert bins(run(source(point.url, rules=""))) == {"unchanged": 8, "changed": 2}  # revived


@pytest.mark.django_db
def test_changed_rules_are_applied_to_what_has_not_changed_at_the_source():
    french = [good("a").replace("file-type/CSV", "format/tableur")]
    with Point(french) as point:
        assert bins(run(source(point.url))) == {"rejected": 1}
        declared = (
            '[values."dct:format"]\n"http://publications.europa.eu/resource/authority/format/tableur"="XLS"'
        )
        assert unmapped(source(point.url)) == [
            ("dct:format", "http://publications.europa.eu/resource/authority/format/tableur", 1)
        ]
        report = run(source(point.url, rules=declared))
        assert bins(report) == {"new": 1}
        assert "mapped-value" in {example.finding.rule for example in report.findings}
        assert bins(run(source(point.url))) == {"unchanged": 1}
        declared = declared.replace('"XLS"', '"CSV"')
        assert bins(run(source(point.url, rules=declared))) == {"changed": 1}
        assert Version.objects.count() == 2
        ((_, record),) = records(DataSet.objects.all())
        (distribution,) = record.distributions
        assert record.graph.objects(distribution, DCT.format)[0].value == CSV
        assert unmapped(source(point.url)) == []


@pytest.mark.django_db
def test_a_value_is_told_as_the_source_has_it_so_that_rules_find_it():
    """Mending reads it as CONFIDENTIAL, which protected data must not have (G4.1)."""
    right = '<dct:accessRights rdf:resource="http://publications.europa.eu/resource/authority/access-right/'
    named = "<dct:accessRights><rdf:Description><rdfs:label>riservato</rdfs:label></rdf:Description>"
    with Point([good("a").replace(f'{right}RESTRICTED"/>', f"{named}</dct:accessRights>")]) as point:
        assert bins(run(source(point.url))) == {"rejected": 1}
        ((prop, value, _),) = unmapped(source(point.url))
        assert value == "riservato"
        declared = f'[values."{prop}"]\n"{value}" = "RESTRICTED"'
        assert bins(run(source(point.url, rules=declared))) == {"new": 1}


@pytest.mark.django_db
def test_a_long_value_and_a_fault_in_counting_keep_no_run_from_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PostgreSQL takes no text that is longer than its column."""
    long = "Tabelle " * 60
    right = '<dct:accessRights rdf:resource="http://publications.europa.eu/resource/authority/access-right/'
    listed = good("a").replace(f'{right}RESTRICTED"/>', f"<dct:accessRights>{long}</dct:accessRights>")
    with Point([listed]) as point:
        declared = f'[values."dct:accessRights"]\n"{long}" = "https://data.example/no-such-right"'
        assert run(source(point.url, rules=declared)).run.state == "done"
        (kept,) = Uncovered.objects.all()
        assert (kept.value[:8], len(kept.value)) == ("Tabelle ", 300)
        for name in ("counted", "keep"):
            monkeypatch.setattr(uncovered, name, lambda *_: 1 / 0)
            assert run(source(point.url)).run.state == "done"
        assert Uncovered.objects.get() == kept


@pytest.mark.django_db
def test_the_values_that_nothing_covers_come_most_frequent_first():
    def record(name: str, value: str) -> str:
        return good(name).replace("file-type/CSV", value)

    values = {"a": "x/1", "b": "x/2", "c": "x/2", "d": "file-type/XLS", "e": "x/2", "f": "x/1"}
    with Point([record(name, value) for name, value in values.items()]) as point:
        for policy in ("strict", "lenient"):  # among what was refused, and among what was taken in
            settings = source(point.url, policy=policy)
            run(settings)
            found = Counter({value.rpartition("/")[2]: times for _, value, times in unmapped(settings)})
            assert found.most_common() == [("2", 3), ("1", 2)]
            assert [times for _, _, times in unmapped(settings)] == [3, 2]
        assert set(national.titles()) == set(values)
