"""The flight recorder: every page of a run is kept compressed, and a run can be read again offline."""

import gzip
import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from erpd.metadata.findings import finding_from
from erpd.sources.errors import SourceError
from erpd.sources.reading import Page, Reading

# The last runs of a source that are kept, and the most that all recordings of a node may take, in bytes.
RUNS = 4
MOST = 10 * 2**30


class Recording:
    """The pages of one run in a folder. It is a source: it gives what it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, number: int, page: Page) -> None:
        """Write the page of that number; the same number again takes its place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {
                "readings": [_facts(reading) for reading in page.readings],
                "checkpoint": page.checkpoint,
                "total": page.total,
                "last": page.last,
            }
        )
        path = self.folder / f"{number:07}.json.gz"
        path.with_suffix(".part").write_bytes(gzip.compress(text.encode(), 1))
        path.with_suffix(".part").rename(path)

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """All pages from the start. Raises SourceError where there are none."""
        files = sorted(self.folder.glob("*.json.gz"))
        if not files:
            raise SourceError(
                "no-recording",
                f"Nothing is kept of run {self.folder.name}",
                f"The last {RUNS} runs of a source can be replayed.",
            )
        for path in files:
            kept = json.loads(gzip.decompress(path.read_bytes()))
            readings = [_reading(facts) for facts in kept["readings"]]
            yield Page(readings, kept["checkpoint"], kept["total"], kept["last"])


def prune(folder: Path, runs: dict[int, list[int]]) -> None:
    """Forget what is too old or too much. ``runs``: source -> its runs, latest first."""
    wanted = {str(run) for latest in runs.values() for run in latest[:RUNS]}
    kept = []
    for recording in folder.iterdir() if folder.is_dir() else ():
        if recording.name in wanted:
            kept.append((recording.stat().st_mtime, recording, _size(recording)))
        else:
            shutil.rmtree(recording, ignore_errors=True)
    total = sum(size for _, _, size in kept)
    for _, recording, size in sorted(kept)[:-1]:  # the one of today stays
        if total > MOST:
            shutil.rmtree(recording, ignore_errors=True)
            total -= size


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _facts(reading: Reading) -> dict[str, Any]:
    return {
        "identifier": reading.identifier,
        "content": b64encode(reading.content).decode(),
        "media_type": reading.media_type,
        "datestamp": reading.datestamp,
        "deleted": reading.deleted,
        "fault": reading.fault.as_dict() if reading.fault else None,
    }


def _reading(facts: dict[str, Any]) -> Reading:
    fault = finding_from(facts["fault"]) if facts["fault"] else None
    return Reading(**{**facts, "content": b64decode(facts["content"]), "fault": fault})
