"""Answers of real servers, recorded by the authors of other harvesters."""

from pathlib import Path

import pytest

from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.oai_pmh.source import OaiPmh
from tests.needs import SHARED
from tests.servers import LOOPBACK, Serving

FOLDER = SHARED / "oai-pmh"
FILES = sorted(FOLDER.glob("*/*.xml")) + sorted(FOLDER.glob("pyoai/*/*.xml"))
needs_recordings = pytest.mark.skipif(not FILES, reason=f"the recordings are not at {FOLDER}")


def harvest(path: Path) -> tuple[list[str], list[str], str]:
    """(identifiers, rules of the faults, rule of the error) of one recording."""
    body = path.read_bytes()
    readings, rule = [], ""
    with Serving(lambda *_: (200, {}, body)) as server, Client(Limits(), LOOPBACK) as client:
        try:
            for page in OaiPmh(server.url(), client, prefix="oai_dc").pages():
                readings += page.readings
        except SourceError as error:
            rule = error.rule
    return [r.identifier for r in readings], [r.fault.rule for r in readings if r.fault], rule


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_recording_gives_readings_or_a_clear_error(path):
    found, _, rule = harvest(path)
    assert found or rule or path.name == "noRecordsMatch.xml"


@needs_recordings
@pytest.mark.parametrize(
    ("name", "count", "faults", "rule"),
    [
        ("sickle/ListRecords.xml", 2, [], "token-loop"),  # the same page for ever
        ("sickle/ListRecords4.xml", 2, ["no-identifier"], ""),
        ("sickle/ListRecordsBroken.xml", 0, [], "not-xml"),
        ("sickle/noRecordsMatch.xml", 0, [], ""),
        ("sickle/badResumptionToken.xml", 0, [], "bad-token"),
        ("pyoai/fake1/00005.xml", 16, [], ""),
        ("pyoai/fake2/00002.xml", 81, [], ""),
    ],
)
def test_what_the_recordings_hold(name, count, faults, rule):
    found, seen, error = harvest(FOLDER / name)
    assert (len(found), seen, error) == (count, faults, rule)
