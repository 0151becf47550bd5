"""The records of OAI-PMH, each written once in each format."""

from collections.abc import Callable

from erpd.metadata.record import Record
from erpd.publish.oai_pmh.formats import METADATA_FORMATS, MetadataFormat
from erpd.publish.written import Written
from erpd.register.search.pending import Change


def _form(form: MetadataFormat) -> Callable[[Change, Record], bytes]:
    return lambda _, record: form.write(record)


WRITTEN = Written(
    "oai-pmh",
    "Records of OAI-PMH",
    "written.sqlite3",
    {prefix: _form(form) for prefix, form in METADATA_FORMATS.items()},
)
