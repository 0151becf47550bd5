"""A table in the catalogues of Statistics Netherlands (CBS, OData 3 and 4) -> DCAT-AP.

docs/mappings/cbs.md shows the whole mapping as a table.
"""

from erpd.formats.cbs.table import Table
from erpd.formats.json_values import OF_JSON, loads, shallow
from erpd.formats.reading import Unreadable
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread

MEDIA_TYPE = "application/vnd.cbs.table+json"


def read(content: bytes, identifier: str, base: str = "") -> Record:
    """Return the record of one table. Raises Unreadable if the content is not JSON, or not a table."""
    return Table(_entry(content), identifier).record()


def _entry(content: bytes) -> dict[str, object]:
    try:
        found = loads(shallow(content))
    except (ValueError, RecursionError) as error:
        raise Unreadable(Unread.BROKEN_SYNTAX, f"JSON: {error}", section=OF_JSON) from error
    inside = found.get("value") if isinstance(found, dict) else None
    if isinstance(inside, list):
        if len(inside) != 1:
            rule = Unread.SEVERAL_DATA_SETS if inside else Unread.NO_DATA_SET
            raise Unreadable(rule, f"there are {len(inside)} entries in it instead of one")
        found = inside[0]
    if not isinstance(found, dict):
        raise Unreadable(Unread.NO_DATA_SET, "it is not a JSON object")
    return found
