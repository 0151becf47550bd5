"""Endpoint -> readings: every protocol that is harvested, over the one guarded HTTP client."""

from erpd.sources.cbs.source import Cbs
from erpd.sources.ckan.source import Ckan
from erpd.sources.csw.source import Csw
from erpd.sources.dump.source import Dump
from erpd.sources.oai_pmh.source import OaiPmh
from erpd.sources.sparql.source import Sparql

SOURCES: dict[str, type] = {
    "oai-pmh": OaiPmh,
    "dump": Dump,
    "csw": Csw,
    "cbs": Cbs,
    "ckan": Ckan,
    "sparql": Sparql,
}
