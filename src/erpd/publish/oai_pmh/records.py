"""Headers and records (OAI-PMH 2.0, section 2.5)."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from pyoxigraph import NamedNode

from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.publish.oai_pmh.formats import METADATA_FORMATS
from erpd.publish.oai_pmh.sets import Specs
from erpd.publish.oai_pmh.written import WRITTEN
from erpd.publish.written import mark
from erpd.register.content import lines_of, parsed, stored

MOST_READ = 2**24  # bytes of triples that are read for one page, unless a single record has more
_HEX = 32  # digits of a key
_DELETED = ' status="deleted"'


class Row(NamedTuple):
    """The columns of a data set that a record needs, by their names, with values as the driver has them."""

    key: uuid.UUID | str
    change: int
    modified: datetime | str
    deleted: bool
    catalogue_id: int
    identifier: str
    iri: str
    digest: str

    @property
    def mark(self) -> str:
        return mark(self.key if isinstance(self.key, str) else self.key.hex, self.digest)


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


def datestamp(moment: datetime | str) -> str:
    """A time as OAI-PMH writes it; SQLite has it as text, in UTC."""
    said = moment if isinstance(moment, str) else moment.astimezone(UTC).isoformat()
    return f"{said[:10]}T{said[11:19]}Z"


def headers(rows: Iterable[Row], specs: Specs) -> Iterator[bytes]:
    """The ``header`` element of each row; ``specs``: the sets of its catalogue."""
    start = f"<identifier>{oai_identifier('')}"
    sets = {pk: "".join(f"<setSpec>{spec}</setSpec>" for spec in own) for pk, own in specs.items()}
    stamps: dict[datetime | str, str] = {}  # a page has few
    for row in rows:
        key = str(row.key)
        if len(key) == _HEX:  # as SQLite has it
            key = f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
        stamp = stamps.get(row.modified) or stamps.setdefault(row.modified, datestamp(row.modified))
        yield (
            f"<header{_DELETED if row.deleted else ''}>{start}{key}</identifier>"
            f"<datestamp>{stamp}</datestamp>{sets[row.catalogue_id]}</header>"
        ).encode()


def records(rows: list[Row], specs: Specs, prefix: str) -> Iterator[bytes]:
    """The ``record`` element of each row in a format. Raises VersionBroken: better no answer than half.

    They are copied from what is written already. Others are written now, until MOST_READ: what is read
    counts, because a format may leave out most of it.
    """
    last = WRITTEN.reached()
    ready = WRITTEN.read(prefix, [row for row in rows if not row.deleted and row.change <= last])
    contents = stored(row.change for row in rows if not row.deleted and row.change > last)
    read = 0
    for row, header in zip(rows, headers(rows, specs), strict=True):
        if row.deleted:
            yield b"<record>" + header + b"</record>"
            continue
        metadata = next(ready) if row.change <= last else None
        if metadata is None:
            row = row._replace(key=uuid.UUID(str(row.key)))  # noqa: PLW2901
            lines = lines_of(row, next(contents) if row.change > last else None)
            if read and read + len(lines) > MOST_READ:
                return
            read += len(lines)
            record = Record(row.identifier, Graph(parsed(row, lines)), NamedNode(row.iri))
            metadata = METADATA_FORMATS[prefix].write(record)
        yield b"<record>" + header + b"<metadata>" + metadata + b"</metadata></record>"
