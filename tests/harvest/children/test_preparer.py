"""Readings are prepared in processes of their own: one that ends its process costs only itself."""

import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from erpd.formats.reading import Reading
from erpd.harvest.children import preparer as preparing
from erpd.harvest.children.preparer import Preparer
from erpd.harvest.preparation import Preparation, Prepared
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Unread


class Mortal(Preparation):
    """Finds what it is given; some readings end the process, as a fault of a parser would."""

    def prepare(self, reading: Reading) -> Prepared:
        if reading.content == b"deadly":
            os._exit(139)
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


class Stillborn(Mortal):
    """Ends every process that is told of it, as a machine without memory would."""

    def __setstate__(self, state: object) -> None:
        os._exit(137)


def test_where_no_process_can_run_no_record_is_blamed():
    readings = [Reading(name, b"good", "text/turtle") for name in "abcd"]
    stillborn = Stillborn("s", "strict", "erpd", "", "http://testserver")
    with Preparer(stillborn, Path("none")) as preparer, pytest.raises(BrokenProcessPool):
        preparer.begin(readings)()
