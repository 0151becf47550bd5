"""Real catalogues: whatever a parser reads in them has its place."""

from pyoxigraph import NamedNode

from erpd.formats.positions import MARKS
from erpd.formats.positions.names import Names
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import syntax_of
from tests.formats.positions.pen import opening
from tests.formats.shelf import CATALOGUES, parseable, present

BASE = "https://a.example/folder/"
# Where a name is made from JSON-LD in a way that nobody uses, or a relative address begins with "www.".
KNOWN = {"catalog_pod.jsonld", "dryad-globtherm-sdata.jsonld", "marcovalente1__VicodelGargano/catalog.rdf"}


def test_every_statement_of_a_named_subject_has_a_place() -> None:
    present(CATALOGUES)
    files = 0
    for name in parseable():
        if any(name.endswith(known) for known in KNOWN):
            continue
        document = (CATALOGUES / name).read_bytes()
        syntax, names = syntax_of(document[:65536], name=name), Names(BASE)
        said = {
            (names.iri(triple.subject.value), names.iri(triple.predicate.value))
            for triple in read(document, syntax, BASE)
            if isinstance(triple.subject, NamedNode)
        }
        found = list(MARKS[syntax.name](opening(document), BASE))
        lines = document.count(b"\n") + 1

        assert said <= {(mark.subject, mark.predicate) for mark in found}, name
        assert all(1 <= mark.line <= lines for mark in found), name
        files += 1
    assert files > 50
