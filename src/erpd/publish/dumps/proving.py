"""The dumps compared with what was noted of them, and with the database: which data sets each scope lists."""

import gzip
import re
import zlib
from collections.abc import Iterator
from hashlib import file_digest

from django.conf import settings

from erpd.metadata.terms import DCAT
from erpd.publish.dumps.place import Dumps, in_force, place
from erpd.register import changes
from erpd.register.derived import Difference, Progress
from erpd.register.proving import MISSING, extra
from erpd.register.scope import Scope, scopes

_AT_ONCE = 500


def differences(progress: Progress | None, _: int) -> Iterator[Difference]:
    """How the dumps differ from the database (see ``Derived.differences``).

    All syntaxes of a scope were written from the same triples, so the keys are read in one; that the others
    are as they were written, their digests say.
    """
    dumps = in_force()
    if dumps is None:
        yield Difference("", "they do not exist")
        return
    if dumps.change > changes.last():
        yield Difference("", "they were written from another database, or one that was restored since")
        return
    for done, (name, noted) in enumerate(dumps.files.items()):
        fault = _fault(dumps, name, noted.sha256)
        if fault:
            yield Difference("", f"{name} {fault}")
        if progress:
            progress(done, len(dumps.files))
        whose, syntax = name.removesuffix(".gz").rsplit(".", 1)
        within = next((one for one in scopes() if one.name == whose), None)
        if within and syntax == "nt" and not fault:
            for one in _of(within, dumps):
                yield Difference(one.key, f"{whose}: {one.said}")


def _fault(dumps: Dumps, name: str, digest: str) -> str:
    try:
        with (place() / dumps.folder / name).open("rb") as file:
            return "" if file_digest(file, "sha256").hexdigest() == digest else "is not as it was written"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _of(within: Scope, dumps: Dumps) -> Iterator[Difference]:
    there = set(_keys(within, dumps))
    rows = within.data_sets().filter(change__lte=dumps.change)
    for key in rows.order_by("key").values_list("key", flat=True).iterator(_AT_ONCE):
        if key.hex not in there:
            yield Difference(str(key), MISSING)
    yield from extra(sorted(there), dumps.change, within.catalogues)
    if len(there) != dumps.data_sets[within.name]:
        yield Difference("", f"{len(there):,} data sets, not the {dumps.data_sets[within.name]:,} noted")


def _keys(within: Scope, dumps: Dumps) -> Iterator[str]:
    """The keys of the data sets that the catalogues list, in hexadecimal."""
    path = dumps.path(within.name, "nt")
    begin = re.escape(f"{settings.NODE.base_url}/datasets/")
    line = re.compile(rf" {DCAT.record} <{begin}([0-9a-f-]{{36}})#record> \.".encode())
    if path is None:
        return
    try:
        with gzip.open(path) as file:
            for one in file:
                if found := line.search(one):
                    yield found[1].decode().replace("-", "")
    except (OSError, EOFError, zlib.error):  # its digest was right a moment ago: newer ones are in force
        return
