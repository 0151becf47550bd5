"""What is harvested: data sets in the form of a protocol, and what serves them; a protocol is one entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.data_sets import data_set
from bench.many import large, nameless, quick
from bench.rdf_xml import rdf_xml
from bench.sites import Record, Site, cbs, ckan, csw, dump, iso19139, oai_pmh

RDF_XML = "application/rdf+xml"


@dataclass(frozen=True)
class Served:
    """``media_type`` is that of a ``record``; ``site``: what a server of so many answers, None: Oxigraph.

    ``path`` is where the list begins; ``wanted``: what an operator says of such a source.
    """

    protocol: str
    path: str
    media_type: str
    record: Record
    site: Callable[[int, Record], Site] | None
    wanted: Mapping[str, object] = field(default_factory=dict)


def _rdf(number: int) -> bytes:
    return rdf_xml(data_set(number)).encode()


_OPEN = {"open_data": True}
# A rule that changes every data set.
_CHANGED = {"rules": '[defaults."dcat:Dataset"]\n"dct:provenance" = "changed"\n'}

SERVED = {
    "oai-pmh": Served("oai-pmh", "/oai", RDF_XML, _rdf, oai_pmh.site),
    "oai-pmh-changed": Served("oai-pmh", "/oai", RDF_XML, _rdf, oai_pmh.site, _CHANGED),
    "dump": Served("dump", "/catalogue.rdf", RDF_XML, _rdf, dump.site),
    "sparql": Served("sparql", "/query", RDF_XML, _rdf, None),
    "ckan": Served("ckan", "/api/3/action", "application/vnd.ckan.package+json", ckan.record, ckan.site),
    "csw": Served("csw", "/csw", "application/vnd.iso.19139+xml", iso19139.record, csw.site),
    "cbs": Served("cbs", "/ODataCatalog", "application/vnd.cbs.table+json", cbs.record, cbs.site, _OPEN),
    "distributions": Served("oai-pmh", "/oai", RDF_XML, large, oai_pmh.site),
    "distributions-nameless": Served("oai-pmh", "/oai", RDF_XML, nameless, oai_pmh.site),
    "million": Served("oai-pmh", "/oai", RDF_XML, quick, oai_pmh.lazy),
}
