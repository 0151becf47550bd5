"""Readings are prepared in processes of their own: one that ends its process costs only itself."""

import os
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from erpd.formats.reading import Reading
from erpd.harvest.children import preparer as preparing
from erpd.harvest.children.preparer import Preparer
from erpd.harvest.preparation import Preparation, Prepared
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Unread


def _cut(connection: Connection, sent: bytes) -> None:
    """Send half of it, and die."""
    os.write(connection.fileno(), sent[: len(sent) // 2])
    os._exit(137)


class Mortal(Preparation):
    """Finds what it is given; some readings end the process, as a fault of a parser would."""

    def prepare(self, reading: Reading) -> Prepared:
        if reading.content == b"deadly":
            os._exit(139)
        if reading.content == b"cut":
            Connection._send = _cut
        return Finding(Unread.BROKEN_SYNTAX, Severity.ERROR, "", reading.identifier)


@pytest.mark.parametrize(
    ("names", "share", "deadly"), [("abcd", 2, "a"), ("abcd", 2, "d"), ("abcde", 4, "a")]
)
def test_a_record_that_ends_the_program_costs_one_record(monkeypatch, names, share, deadly):
    """Also where another share is one record alone."""
    monkeypatch.setattr(preparing, "SHARE", share)
    readings = [Reading(name, b"deadly" if name == deadly else b"good", "text/turtle") for name in names]
    with Preparer(Mortal("s", "strict", "erpd", "", "http://testserver"), Path("none")) as preparer:
        found = preparer.begin(readings)()
    told = {finding.value: finding.rule for finding in found}
    assert told == dict.fromkeys(names, "broken-syntax") | {deadly: "unsafe-record"}


def test_a_child_that_is_killed_while_it_sends_keeps_no_other_waiting(monkeypatch):
    """What a queue that several share would not survive."""
    monkeypatch.setattr(preparing, "SHARE", 2)
    names = "abcdefgh"
    readings = [Reading(name, b"cut" if name == "c" else b"good", "text/turtle") for name in names]
    with Preparer(Mortal("s", "strict", "erpd", "", "http://testserver"), Path("none")) as preparer:
        found = preparer.begin(readings)()
    told = {finding.value: finding.rule for finding in found}
    assert told == dict.fromkeys(names, "broken-syntax") | {"c": "unsafe-record"}


class Stillborn(Mortal):
    """Ends every process that is told of it, as a machine without memory would."""

    def __setstate__(self, state: object) -> None:
        os._exit(137)


def test_where_no_process_can_run_no_record_is_blamed():
    readings = [Reading(name, b"good", "text/turtle") for name in "abcd"]
    stillborn = Stillborn("s", "strict", "erpd", "", "http://testserver")
    with Preparer(stillborn, Path("none")) as preparer, pytest.raises(RuntimeError):
        preparer.begin(readings)()
