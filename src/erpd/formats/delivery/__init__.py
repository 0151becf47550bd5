"""Data sets of the delivery API: the Netherlands' Aanlever-API 0.9.0 with further fields.

docs/guides/beyond-the-national-api.md says what the further fields are, and what becomes of that which JSON
cannot say.
"""

import msgspec

from erpd.formats.delivery.reading import read_shape
from erpd.formats.delivery.shapes import decode
from erpd.formats.delivery.writing import data_set_of
from erpd.metadata.record import Record

__all__ = ["data_set_of", "read", "write"]


def read(content: bytes, identifier: str = "", base: str = "") -> Record:
    """Return the record of one data set.

    Raises Unreadable if the content is not JSON, and Refused with the place of each fault.
    """
    return read_shape(decode(content))


def write(record: Record) -> bytes:
    """Return what the API can say of a record."""
    return msgspec.json.encode(data_set_of(record))
