"""What becomes of a reading in a harvest, up to the register."""

from pyoxigraph import RdfFormat, parse

from erpd.formats import format_for
from erpd.formats.rdf.document import write
from erpd.formats.reading import Reading
from erpd.harvest.preparation import Preparation
from erpd.metadata.findings import Finding
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record

ERPD = load_profile("erpd")
PREPARATION = Preparation("s", "lenient", "erpd", "http://base.example/", "http://node.example")


def taken_in(reading: Reading) -> Record | str:
    """The record, or the rule that says why there is none: every term is valid RDF, every syntax holds it."""
    prepared = PREPARATION.prepare(reading)
    if isinstance(prepared, Finding):
        return prepared.rule
    record = format_for(reading.media_type).read(reading.content, reading.identifier, PREPARATION.base)
    mend(record, ERPD)
    assert mend(record, ERPD) == []
    for syntax, form in (("nt", RdfFormat.N_TRIPLES), ("rdf", RdfFormat.RDF_XML)):
        document = write(record.graph.triples(), syntax)
        again = list(parse(document, format=form))  # strictly: any invalid term raises
        assert syntax == "rdf" or len(again) == len(record.graph)
    return record
