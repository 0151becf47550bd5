"""Endpoint -> readings: every protocol that we harvest, over a single guarded HTTP client.

To add a protocol, write a file and add an entry here. The commands, the register and the worker follow from
it.
"""

from erpd.sources.cbs.source import Cbs
from erpd.sources.ckan.source import Ckan
from erpd.sources.csw.source import Csw
from erpd.sources.dump.source import Dump
from erpd.sources.oai_pmh.source import OaiPmh
from erpd.sources.protocol import Option, Protocol
from erpd.sources.sparql.source import Sparql

SOURCES: dict[str, Protocol] = {
    "oai-pmh": Protocol(
        "OAI-PMH 2.0",
        OaiPmh,
        options=(
            Option("set", "set_", "only this set"),
            Option("prefix", "prefix", "the metadata prefix, if not the server's DCAT-AP"),
        ),
        since="from_",
    ),
    "dump": Protocol("Files of RDF", Dump, validators="validators", local="local"),
    "csw": Protocol(
        "CSW 2.0.2",
        Csw,
        options=(
            Option("set", "set_", "only this type of records"),
            Option("query", "constraint", "only what meets this constraint in CQL"),
        ),
    ),
    "cbs": Protocol(
        "CBS open data",
        Cbs,
        options=(Option("set", "set_", "only this catalogue"),),
    ),
    "ckan": Protocol(
        "CKAN and DKAN",
        Ckan,
        options=(Option("query", "query", "only what passes this filter (fq)"),),
    ),
    "sparql": Protocol(
        "SPARQL 1.1",
        Sparql,
        options=(
            Option("query", "pattern", "only what this graph pattern about ?dataset matches"),
            Option("graph", "graph", "only this named graph"),
        ),
    ),
}
