"""The table of what is derived from the register: what follows the change numbers is one line here."""

from django.conf import settings

from erpd.publish import dumps, triples
from erpd.publish.ckan_api.written import WRITTEN as PACKAGES
from erpd.publish.oai_pmh.written import WRITTEN as RECORDS
from erpd.publish.triples import outside
from erpd.register import quality, search
from erpd.register.derived import Derived

DERIVED: tuple[Derived, ...] = (
    search.DERIVED,
    dumps.DERIVED,
    RECORDS.derived,
    PACKAGES.derived,
    triples.DERIVED,
    quality.DERIVED,
    *((outside.DERIVED,) if settings.SPARQL_SERVER.query else ()),
)
