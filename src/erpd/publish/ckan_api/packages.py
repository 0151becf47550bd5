"""Data sets as packages, in JSON: copied from what is written already, or written now."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from erpd.publish.ckan_api.written import WRITTEN, package_in_json
from erpd.publish.written import mark
from erpd.register.content import record_of
from erpd.register.scope import Scope


class _Asked(NamedTuple):
    change: int
    mark: str


def packages(within: Scope, keys: Sequence[UUID]) -> Iterator[bytes]:
    """The packages of the data sets with these keys that are still there, one at a time.

    Raises VersionBroken.
    """
    seen = {data_set.key: data_set for data_set in within.seen(keys)}
    read = WRITTEN.reader("package")
    for key in filter(seen.__contains__, keys):
        ready = read(_Asked(seen[key].change, mark(key.hex, seen[key].digest)))
        if ready:
            yield ready
            continue
        for data_set in within.among([key]):
            yield package_in_json(data_set, record_of(data_set))
