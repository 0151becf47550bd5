"""What Identify says of the repository beyond its own elements (OAI-PMH 2.0, section 4.2)."""

import re
import uuid
from collections.abc import Iterator

from erpd.formats.rdf import rdf_xml
from erpd.publish.catalogue.description import described
from erpd.publish.oai_pmh.records import oai_identifier
from erpd.register.scope import Scope

_NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai-identifier"
# OAI identifier format 2.0, section 2: a domain name, never an address or a single word.
_DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+")
_EXAMPLE = uuid.UUID(int=0)


def descriptions(within: Scope) -> Iterator[bytes]:
    """Yield the ``description`` elements: how identifiers are made, and the catalogue in DCAT-AP."""
    _, domain, _ = oai_identifier("").split(":")
    if _DOMAIN.fullmatch(domain):
        key = within.data_sets().order_by("change").values_list("key", flat=True).first() or _EXAMPLE
        yield (
            f'<description>\n<oai-identifier xmlns="{_NAMESPACE}" '
            f'xsi:schemaLocation="{_NAMESPACE} {_NAMESPACE}.xsd">\n'
            f"<scheme>oai</scheme>\n<repositoryIdentifier>{domain}</repositoryIdentifier>\n"
            f"<delimiter>:</delimiter>\n<sampleIdentifier>{oai_identifier(key)}</sampleIdentifier>\n"
            "</oai-identifier>\n</description>"
        ).encode()
    yield b"<description>\n" + rdf_xml.element(described(within, parts=False)) + b"</description>"
