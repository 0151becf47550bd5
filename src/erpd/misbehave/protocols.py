"""The protocols that can misbehave."""

from erpd.misbehave import ckan, dump, oai_pmh, sparql
from erpd.misbehave.exchange import Protocol

PROTOCOLS: dict[str, Protocol] = {
    protocol.name: protocol
    for protocol in (
        Protocol("oai-pmh", oai_pmh.PATH, oai_pmh.place, oai_pmh.listing, oai_pmh.answer, oai_pmh.first),
        Protocol("dump", dump.PATH, dump.place, dump.listing, dump.answer, dump.first),
        Protocol("hydra", dump.PAGED, dump.place, dump.listing, dump.answer, dump.first),
        Protocol("ckan", ckan.PATH, ckan.place, ckan.listing, ckan.answer, ckan.first),
        Protocol("sparql", sparql.PATH, sparql.place, sparql.listing, sparql.answer, sparql.first),
    )
}
