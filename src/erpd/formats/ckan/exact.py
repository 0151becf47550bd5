"""Packages that say so if their fields say all of the record: what we write reads back as the same.

The extra ``dcat_record`` tells how. CKAN's own fields, and those that only repeat, are then not read:

* ``fields``: the fields of DCAT-AP are the whole record.
* ``fields+rdf``: together with the statements in the extra ``dcat_rdf`` (N-Triples) they are.
* ``rdf``: those statements are the whole record, and the fields say what they can of it.
"""

import re

from erpd.formats.ckan.marked import FIELDS, HOW, ONLY_RDF, RDF_TEXT, WITH_RDF, record_of
from erpd.formats.ckan.package import Registration, package_of
from erpd.formats.json_values import Json
from erpd.metadata.canonical import canonical
from erpd.metadata.record import Record

_BLANK = re.compile(rb"_:[A-Za-z0-9]+")


def package(record: Record, registration: Registration, language: str = "en") -> dict[str, Json]:
    """The package of a record, which reads back as the same record. Parameters as in ``package_of``."""
    made = package_of(record, registration, language)
    extras: list[Json] = made["extras"]
    extras.append({"key": HOW, "value": FIELDS})
    said, _ = canonical(record.graph)
    again = record_of(made, registration.key, "")
    found, _ = canonical(again.graph)
    if said == found and again.dataset == record.dataset:
        return made
    ours, theirs = set(said.splitlines()), set(found.splitlines())
    missing = ours - theirs
    if theirs <= ours and again.dataset == record.dataset and not _blanks(missing) & _blanks(theirs):
        extras[-1] = {"key": HOW, "value": WITH_RDF}
    else:
        missing = ours
        extras[-1] = {"key": HOW, "value": ONLY_RDF}
    extras.append({"key": RDF_TEXT, "value": b"\n".join(sorted(missing)).decode() + "\n"})
    return made


def _blanks(lines: set[bytes]) -> set[bytes]:
    return {name for line in lines for name in _BLANK.findall(line)}
