"""Headers and records, and the formats of their metadata (OAI-PMH 2.0, sections 2.5 and 3.4)."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from pyoxigraph import NamedNode, Quad

from erpd.formats import oai_dc
from erpd.formats.rdf import rdf_xml
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import RDF
from erpd.publish.oai_pmh.sets import Specs
from erpd.register.content import lines_of, parsed, stored

MOST_READ = 2**24  # bytes of triples that are read for one page, unless a single record has more


class Row(NamedTuple):
    """The columns of a data set that a header needs, by their names in the database."""

    key: uuid.UUID
    change: int
    modified: datetime
    deleted: bool
    catalogue_id: int
    identifier: str
    iri: str


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A format in which records are offered."""

    schema: str
    """The URL of its XML schema."""
    namespace: str
    """Its XML namespace."""
    write: Callable[[Row, list[Quad]], bytes]
    """Writes the triples of a data set as the content of ``metadata``."""


def _dcat_ap(_: Row, triples: list[Quad]) -> bytes:
    return rdf_xml.element(triples)


def _oai_dc(row: Row, triples: list[Quad]) -> bytes:
    return oai_dc.write(Record(row.identifier, Graph(triples), NamedNode(row.iri)))


METADATA_FORMATS = {
    # The schema that repositories use for RDF/XML; it allows any RDF.
    "dcat_ap": MetadataFormat("http://www.openarchives.org/OAI/2.0/rdf.xsd", str(RDF), _dcat_ap),
    "oai_dc": MetadataFormat(oai_dc.SCHEMA, oai_dc.NAMESPACE, _oai_dc),
}


def oai_identifier(key: uuid.UUID | str) -> str:
    """An identifier in the OAI format: scheme, our domain name, and the key, which never changes (G3.4.3)."""
    return f"oai:{urlsplit(settings.NODE.base_url).hostname}:{key}"


def key_in(identifier: str) -> uuid.UUID | None:
    """The key in an OAI identifier of this node; None for any other text."""
    try:
        key = uuid.UUID(identifier.rpartition(":")[2])
    except ValueError:
        return None
    return key if oai_identifier(key) == identifier else None


def datestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def headers(rows: Iterable[Row], specs: Specs) -> Iterator[bytes]:
    """The ``header`` element of each row; ``specs``: the sets of its catalogue."""
    start = oai_identifier("")
    sets = {pk: "".join(f"<setSpec>{spec}</setSpec>" for spec in own) for pk, own in specs.items()}
    for row in rows:
        status = ' status="deleted"' if row.deleted else ""
        yield (
            f"<header{status}><identifier>{start}{row.key}</identifier>"
            f"<datestamp>{datestamp(row.modified)}</datestamp>{sets[row.catalogue_id]}</header>"
        ).encode()


def records(rows: list[Row], specs: Specs, form: MetadataFormat) -> Iterator[bytes]:
    """The ``record`` element of each row, until MOST_READ. Raises VersionBroken: better no answer than half.

    What is read counts, because a format may leave out most of it.
    """
    contents = stored(row.change for row in rows if not row.deleted)
    read = 0
    for row, header in zip(rows, headers(rows, specs), strict=True):
        if row.deleted:
            yield b"<record>" + header + b"</record>\n"
            continue
        lines = lines_of(row, next(contents))
        if read and read + len(lines) > MOST_READ:
            return
        read += len(lines)
        metadata = form.write(row, parsed(row, lines))
        yield b"<record>" + header + b"<metadata>\n" + metadata + b"</metadata></record>\n"
