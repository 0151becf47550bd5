"""Packages of CKAN's action API: plain, or with the fields of G5.2.2, ckanext-dcat, -scheming or -fluent.

docs/mappings/ckan.md shows the whole mapping as a table. ``exact`` writes packages.
"""

from erpd.formats.ckan.marked import record_of
from erpd.formats.json_values import OF_JSON, loads, shallow
from erpd.formats.reading import Unreadable
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread

MEDIA_TYPE = "application/vnd.ckan.package+json"


def read(content: bytes, identifier: str, base: str) -> Record:
    """Return the record of one package.

    ``base`` is the address of the portal or of its API; IRIs are made from it. Raises Unreadable if the
    content is not JSON, not an object, or nested too deeply.
    """
    try:
        package = loads(shallow(content))
    except (ValueError, RecursionError) as error:
        raise Unreadable(Unread.BROKEN_SYNTAX, f"CKAN package: {error}", section=OF_JSON) from error
    if not isinstance(package, dict):
        raise Unreadable(Unread.NO_DATA_SET, f"a package is a JSON object, this is {type(package).__name__}")
    return record_of(package, identifier, base)
