"""The flight recorder: every page of a run is kept compressed, and a run can be read again offline."""

import gzip
import io
import json
import shutil
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from isal import igzip

from erpd.formats.reading import Reading
from erpd.metadata.findings import finding_from
from erpd.metadata.storable import storable
from erpd.metadata.text import LOST
from erpd.register.identity import LONGEST_NAME
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page

# The last runs of a source that are kept, and the most that all recordings of a node may take, in bytes.
RUNS = 4
MOST = 10 * 2**30
_PART = 2**16  # bytes of a record that are read at a time
_LARGE = 2**21  # bytes of a record that is not looked at among others


class Found(NamedTuple):
    """A record in a recording."""

    content: bytes
    """Its beginning."""
    size: int
    media_type: str
    datestamp: str
    path: Path
    at: int
    """Where it begins in that page."""

    def parts(self) -> Iterator[bytes]:
        """All of it, in parts. Raises OSError, EOFError, zlib.error."""
        with gzip.open(self.path) as file:
            file.seek(self.at)
            left = self.size
            while part := file.read(min(left, _PART)):
                yield part
                left -= len(part)


class Recording:
    """The pages of one run, in a folder. It is a source too: it returns the pages it was given.

    Some of them may have been protected by a password, so only the user of the node may read the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, number: int, page: Page) -> None:
        """Write the page of that number, from 1; the same number again takes its place."""
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        facts = {
            "readings": [_facts(reading) for reading in page.readings],
            "checkpoint": page.checkpoint,
            "total": page.total,
            "last": page.last,
            "unchanged": page.unchanged,
            "anew": page.anew,
        }
        contents = (reading.content for reading in page.readings)
        path = self._page(number)
        whole = b"".join((json.dumps(facts).encode(), b"\n", *contents))
        path.with_suffix(".part").write_bytes(igzip.compress(whole, 1))
        path.with_suffix(".part").rename(path)

    def forget(self) -> None:
        """Remove all pages."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def extent(self) -> int:
        """How many pages there are."""
        return len(list(self.folder.glob("*.gz")))

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """All pages from the start. Raises SourceError where there are none, or one is missing or damaged."""
        pages = self.extent()
        if not pages:
            raise self._error(f"There is no recording of run {self.folder.name}")
        for number in range(1, pages + 1):
            try:
                with gzip.open(self._page(number)) as file:
                    kept = json.loads(file.readline())
                    page = Page(
                        [_reading(facts, file) for facts in kept["readings"]],
                        *(kept[name] for name in ("checkpoint", "total", "last", "unchanged", "anew")),
                    )
                    if file.read(1):
                        raise EOFError
            except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
                raise self._error(
                    f"Page {number} of the recording of run {self.folder.name} is missing or damaged"
                ) from error
            yield page

    def find(self, identifier: str, most: int) -> Found | None:
        """The record with this identifier (as in the ledger), up to ``most`` bytes; None if it is not here.

        Of several the one that counts: the latest, else the first. A page that is damaged is passed over.
        """
        found: Found | None = None
        # Parsed are only the facts that may name it: of a great run there are thousands of pages.
        written = json.dumps(max(identifier.split(LOST), key=len))[1:-1].encode()
        for path in sorted(self.folder.glob("*.gz")):
            try:
                with gzip.open(path) as file:
                    if written not in (said := file.readline()):
                        continue
                    start = 0
                    chosen: tuple[int, dict[str, Any]] | None = None
                    for facts in json.loads(said)["readings"]:
                        latest = chosen[1]["datestamp"] if chosen else found.datestamp if found else None
                        is_it = storable(facts["identifier"])[:LONGEST_NAME] == identifier
                        if is_it and (latest is None or facts["datestamp"] > latest):
                            chosen = (start, facts)
                        start += facts["size"]
                    if chosen:
                        at, facts = chosen
                        file.seek(at, io.SEEK_CUR)
                        content = file.read(min(facts["size"], most))
                        found = Found(
                            content,
                            facts["size"],
                            facts["media_type"],
                            facts["datestamp"],
                            path,
                            file.tell() - len(content),
                        )
            except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
                continue
        return found

    def some(self, identifiers: Collection[str], amount: int, until: float) -> list[Reading]:
        """So many of the records with these identifiers (as in the ledger), those that came first.

        Fewer if there are fewer, or if ``time.monotonic()`` is past ``until``. Very large ones are left out.
        """
        found: dict[str, Reading] = {}
        for path in sorted(self.folder.glob("*.gz")):
            if len(found) >= amount or monotonic() > until:
                break
            try:
                with gzip.open(path) as file:
                    for facts in json.loads(file.readline())["readings"]:
                        name = storable(facts["identifier"])[:LONGEST_NAME]
                        wanted = name in identifiers and name not in found and len(found) < amount
                        if wanted and facts["size"] <= _LARGE:
                            found[name] = _reading(facts, file)
                        else:
                            file.seek(facts["size"], io.SEEK_CUR)
            except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
                continue
        return list(found.values())

    def _page(self, number: int) -> Path:
        return self.folder / f"{number:07}.gz"

    def _error(self, message: str) -> SourceError:
        advice = f"The last {RUNS} runs of a source can be replayed, if there was room to record them."
        return SourceError(Reason.NO_RECORDING, message, advice, url=str(self.folder))


def prune(folder: Path, runs: dict[int, list[int]]) -> None:
    """Remove what is too old or too large. ``runs``: source -> its runs, latest first."""
    wanted = {str(run) for latest in runs.values() for run in latest[:RUNS]}
    kept = []
    for recording in folder.iterdir() if folder.is_dir() else ():
        if recording.name in wanted:
            kept.append((*_extent(recording), recording))
        else:
            shutil.rmtree(recording, ignore_errors=True)
    total = sum(size for _, size, _ in kept)
    for _, size, recording in sorted(kept)[:-1]:  # the latest stays
        if total > MOST:
            shutil.rmtree(recording, ignore_errors=True)
            total -= size


def _extent(folder: Path) -> tuple[float, int]:
    """When it was last written, and its bytes. Another process may be writing or removing it."""
    latest, size = 0.0, 0
    for path in folder.glob("*"):
        try:
            facts = path.stat()
        except FileNotFoundError:
            continue
        latest, size = max(latest, facts.st_mtime), size + facts.st_size
    return latest, size


def _facts(reading: Reading) -> dict[str, Any]:
    """All but the content, which stands behind the facts of the page as it came."""
    return {
        "identifier": reading.identifier,
        "size": len(reading.content),
        "media_type": reading.media_type,
        "datestamp": reading.datestamp,
        "deleted": reading.deleted,
        "fault": reading.fault.as_dict() if reading.fault else None,
        "repairs": [repair.as_dict() for repair in reading.repairs],
    }


def _reading(facts: dict[str, Any], file: gzip.GzipFile) -> Reading:
    size = facts.pop("size")
    content = file.read(size)
    if len(content) != size:
        raise EOFError
    fault = finding_from(facts["fault"]) if facts["fault"] else None
    repairs = tuple(finding_from(repair) for repair in facts.get("repairs", ()))
    return Reading(**{**facts, "content": content, "fault": fault, "repairs": repairs})
