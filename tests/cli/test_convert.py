"""`erpd convert`: files in, all that is in them out, mended, in another syntax."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import BlankNode

from erpd.cli import main
from erpd.formats.rdf.document import read, write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph, apart
from erpd.metadata.terms import DCAT, FOAF, VCARD

# All that a catalogue can hold, and nothing to mend: what comes out must be what went in.
CATALOGUE = """
@prefix : <http://a.example/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:all a dcat:Catalog ; dct:title "All"@en ; dct:description "All of it."@en ; dct:publisher _:office ;
  dcat:dataset :a, :b ; dcat:record :record-a ; dcat:themeTaxonomy :themes ; dcat:service :search .
:themes a skos:ConceptScheme ; dct:title "Themes"@en .
:theme a skos:Concept ; skos:prefLabel "Water"@en ; skos:inScheme :themes .
:record-a a dcat:CatalogRecord ; foaf:primaryTopic :a ; dct:modified "2026-01-01"^^xsd:date .
:search a dcat:DataService ; dct:title "Search"@en ; dcat:endpointURL <http://a.example/search> .
:tiles a dcat:DataService ; dct:title "Tiles"@en ; dcat:endpointURL <http://a.example/tiles> ;
  dcat:servesDataset :a, :b, :elsewhere .
:series a dcat:DatasetSeries ; dct:title "Series"@en .
_:office a foaf:Agent ; foaf:name "Office"@en .
_:contact a vcard:Kind ; vcard:fn "CONTACT" ; vcard:hasEmail <mailto:contact@a.example> .
:a a dcat:Dataset ; dct:title "A"@en ; dct:description "A."@en ; dcat:theme :theme ;
  dcat:contactPoint _:contact ; dct:publisher _:office .
:b a dcat:Dataset ; dct:title "B"@en ; dct:description "B."@en ; dct:publisher _:office ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Bob" ; vcard:hasEmail <mailto:bob@a.example> ], _:contact .
"""


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def graph_of(content: bytes, syntax: str) -> Graph:
    return Graph(read(content, SYNTAXES[syntax]))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_what_comes_out_is_what_went_in(syntax: str, tmp_path: Path) -> None:
    """Isomorphic: people, catalogue, records, services, series; over several files, in each syntax."""
    files = []
    expected = Graph()
    for owner, name in enumerate(("Alice", "Carol")):
        triples = list(read(CATALOGUE.replace("CONTACT", name).encode(), SYNTAXES["ttl"]))
        file = tmp_path / f"{name}.{syntax}"
        file.write_bytes(write(triples, syntax))
        files.append(str(file))
        for triple in apart(triples, f"x{owner}"):
            expected.add(triple.subject, triple.predicate, triple.object)
    converted = tmp_path / f"converted.{syntax}"
    converted.write_text("what was there before")
    result = run("convert", "--to", syntax, "-o", str(converted), *files)
    assert (result.exit_code, result.stdout, "Repairs" in result.stderr) == (0, "", False)
    found = graph_of(converted.read_bytes(), syntax)
    assert canonical(found)[1] == canonical(expected)[1]
    people = {node for node in found.nodes if VCARD.fn in found.nodes[node]}
    assert {len(found.objects(node, VCARD.fn)) for node in people} == {1}
    assert run("convert", "--to", syntax, *files).stdout_bytes == converted.read_bytes()


def test_contacts_of_many_data_sets_stay_many(tmp_path: Path) -> None:
    file = tmp_path / "contacts.ttl"
    head = CATALOGUE[: CATALOGUE.index(":all")]
    data_sets = (
        f':{n} a dcat:Dataset ; dcat:contactPoint [ a vcard:Kind ; vcard:fn "Person {n}" ] .\n'
        for n in range(200)
    )
    file.write_text(head + "".join(data_sets))
    found = graph_of(run("convert", "--to", "nt", str(file)).stdout_bytes, "nt")
    assert len([node for node in found.nodes if isinstance(node, BlankNode)]) == 200
    assert {len(found.nodes[node][VCARD.fn]) for node in found.nodes if isinstance(node, BlankNode)} == {1}


def test_files_of_the_same_name_share_no_blank_node(tmp_path: Path) -> None:
    """Nor does one that takes the names that we give."""
    files = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "all.ttl"
        people = "_:f0p0d0b2 vcard:fn 'NAME' . _:b vcard:fn 'NAME too' .".replace("NAME", folder)
        head = CATALOGUE[: CATALOGUE.index(":all")]
        file.write_text(f"{head} :x a dcat:Dataset ; dcat:contactPoint _:f0p0d0b2, _:b . {people}")
        files.append(str(file))
    for syntax in SYNTAXES:
        found = graph_of(run("convert", "--to", syntax, *files).stdout_bytes, syntax)
        names = [found.objects(node, VCARD.fn) for node in found.nodes if VCARD.fn in found.nodes[node]]
        assert sorted(name.value for (name,) in names) == ["one", "one too", "two", "two too"]


def test_a_repeated_agent_is_one(tmp_path: Path) -> None:
    """RDF/XML repeats a shared agent in each data set: its addresses say the same, and one is kept."""
    file = tmp_path / "agents.ttl"
    head = CATALOGUE[: CATALOGUE.index(":all")]
    agent = ':office foaf:name "Office" ; vcard:x [ vcard:locality "Delft" ; vcard:x [ vcard:y 1 ] ] .\n'
    data_sets = (f":{n} a dcat:Dataset ; dct:publisher :office .\n{agent}" for n in range(5))
    file.write_text(head + "".join(data_sets))
    found = graph_of(run("convert", "--to", "nt", str(file)).stdout_bytes, "nt")
    assert len([node for node in found.nodes if isinstance(node, BlankNode)]) == 2


def test_what_cannot_be_read_is_told_with_its_own_file_and_place(tmp_path: Path) -> None:
    (tmp_path / "bad.rdf").write_text("<rdf")
    (tmp_path / "cut.ttl").write_text("<http://a.example/a> <http://a.example/b> 'c")
    (tmp_path / "part.ttl").write_text(CATALOGUE + ":c dct:title < .\n:d dct:title 'D' .\n")
    lines = run("convert", str(tmp_path)).stderr.splitlines()
    for name in "bad.rdf", "cut.ttl", "part.ttl":
        told = [line for line in lines if name in line]
        assert [line.count(name) for line in told] == [1]
        assert told[0].startswith(f"{tmp_path / name}:")
        assert ": : " not in told[0]
    line = CATALOGUE.count("\n") + 1
    assert any(each.startswith(f"{tmp_path / 'part.ttl'}:{line}:") for each in lines)


def test_what_fails_harms_no_file(tmp_path: Path) -> None:
    good, broken, empty = (tmp_path / name for name in ("good.ttl", "broken.rdf", "empty.ttl"))
    good.write_text(CATALOGUE)
    broken.write_text("<html>no</html>")
    empty.write_text("<http://a.example/a> <http://a.example/b> 1 .")
    output = tmp_path / "out.ttl"
    output.write_text("before")
    for files in ([broken], [good, broken], [good, tmp_path / "missing.ttl"]):
        result = run("convert", "-o", str(output), *map(str, files))
        assert result.exit_code == 3
        assert "was not written" in result.stderr
        assert output.read_text() == "before"
    result = run("convert", str(empty))
    assert (result.exit_code, "There is no data set in it" in result.stderr) == (3, True)
    assert run("convert", "-o", str(tmp_path / "no" / "folder.ttl"), str(good)).exit_code == 1
    result = run("convert", "-o", str(tmp_path / "out.weird"), str(good))
    assert (result.exit_code, "names no syntax" in result.stderr) == (2, True)
    assert run("convert", "-o", "-", str(good)).stdout.startswith("@prefix")
    assert run("convert", "-o", "/dev/null", str(good)).exit_code == 0
    result = run("convert", str(good), str(tmp_path / "missing.ttl"))
    assert result.exit_code == 3
    assert "dcat:Dataset" in result.stdout
    assert "the file does not exist" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "broken.rdf",
        "empty.ttl",
        "good.ttl",
        "out.ttl",
    ]


def test_the_ending_of_the_output_names_the_syntax(tmp_path: Path) -> None:
    file = tmp_path / "all.ttl"
    file.write_text(CATALOGUE)
    for name, options, beginning in (
        ("out.rdf", [], "<?xml"),
        ("out.nt", [], "<http"),
        ("out.rdf", ["--to", "ttl"], "@prefix"),
    ):
        assert run("convert", str(file), "-o", str(tmp_path / name), *options).exit_code == 0
        assert (tmp_path / name).read_text("utf-8").startswith(beginning), name


def test_a_catalogue_is_one_and_its_parts_are_known(tmp_path: Path) -> None:
    file = tmp_path / "all.ttl"
    file.write_text(CATALOGUE)
    found = graph_of(run("convert", "--to", "nt", str(file)).stdout_bytes, "nt")
    assert [len(found.subjects(kind)) for kind in (DCAT.Catalog, DCAT.CatalogRecord, DCAT.DatasetSeries)] == [
        1
    ] * 3
    assert len(found.subjects(DCAT.DataService)) == 2
    assert found.subjects(FOAF.Agent)


def test_what_was_repaired_and_what_is_missing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "all.ttl"
    file.write_text(CATALOGUE.replace('"A."@en', '"A."@en--ltr').replace('"B."@en', '"B."@en--ltr'))
    result = run("convert", "--to", "nt", str(file))
    assert result.exit_code == 0
    assert "--ltr" not in result.stdout
    assert "repair (2 times) dct:description: “en--ltr” names the direction" in result.stderr
    assert "http://a.example/a\n" in result.stderr
    assert "2 records lack mandatory metadata" in result.stderr
    assert "lack" not in run("convert", "--profile", "dcat-ap-2.1.1", str(file)).stderr


def test_the_mode_of_a_file_is_kept(tmp_path: Path) -> None:
    file, output = tmp_path / "all.ttl", tmp_path / "out.ttl"
    file.write_text(CATALOGUE)
    output.touch(0o600)
    assert run("convert", "-o", str(output), str(file)).exit_code == 0
    assert output.stat().st_mode & 0o777 == 0o600
