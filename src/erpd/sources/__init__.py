"""Endpoint -> readings: every protocol that is harvested, over the one guarded HTTP client."""

from erpd.sources.cbs import Cbs
from erpd.sources.ckan import Ckan
from erpd.sources.csw import Csw
from erpd.sources.dump import Dump
from erpd.sources.oai_pmh import OaiPmh
from erpd.sources.sparql import Sparql

SOURCES: dict[str, type] = {
    "oai-pmh": OaiPmh,
    "dump": Dump,
    "csw": Csw,
    "cbs": Cbs,
    "ckan": Ckan,
    "sparql": Sparql,
}
