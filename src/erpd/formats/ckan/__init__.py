"""Packages of CKAN's action API: plain, with the fields of G5.2.2, ckanext-dcat, -scheming and -fluent.

The whole mapping is a table in docs/mappings/ckan.md.
"""

from erpd.formats.ckan.data_set import record_of
from erpd.formats.ckan.values import loads, shallow
from erpd.formats.reading import Unreadable
from erpd.metadata.record import Record

MEDIA_TYPE = "application/vnd.ckan.package+json"


def read(content: bytes, identifier: str, base: str) -> Record:
    """The record of one package. ``base``: the address of the portal or of its API, from which IRIs are made.

    Raises Unreadable: no JSON, too deeply nested, no object.
    """
    try:
        package = loads(shallow(content))
    except (ValueError, RecursionError) as error:
        raise Unreadable("broken-syntax", f"CKAN package: {error}") from error
    if not isinstance(package, dict):
        raise Unreadable("no-data-set", f"a package is a JSON object, this is {type(package).__name__}")
    return record_of(package, identifier, base)
