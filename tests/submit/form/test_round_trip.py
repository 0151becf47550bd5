"""Real records in the form: saved unchanged they stay the same; changed in one field, that one differs."""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from erpd.formats import record_of
from erpd.formats.reading import Unreadable
from erpd.metadata.canonical import canonical
from erpd.metadata.record import Record
from erpd.register.models import Catalogue
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client as HttpClient
from erpd.submit.delivery_api.bodies import named
from erpd.submit.form import opened as module
from erpd.submit.form.fields import DISTRIBUTIONS, STEPS, Step
from erpd.submit.form.opened import Opened
from erpd.submit.form.typed import flat, nested
from erpd.submit.models import Delivery
from tests.formats.shelf import CATALOGUES, present
from tests.proofs import length

KEY = UUID(int=7)
MOST_DISTRIBUTIONS = 3


class Place(SimpleNamespace):
    """A catalogue without a database."""

    languages = ("nl", "en")
    catalogue = Catalogue(slug="nl", kind=Catalogue.Kind.PROTECTED)
    owner = SimpleNamespace(title={"nl": "Bureau"})
    who = None


def pages(record: Record) -> Iterator[Opened]:
    for step in STEPS:
        one = open_at(record, step, 0 if step.name == DISTRIBUTIONS else None)
        yield one
        for number in range(1, min(len(one.distributions), MOST_DISTRIBUTIONS) if one.number == 0 else 0):
            yield open_at(record, step, number)


def open_at(record: Record, step: Step, number: int | None) -> Opened:
    made = Opened(Place(), step, Delivery(id=KEY, identifier=record.identifier), number)  # type: ignore[arg-type]
    made.__dict__["record"] = record
    return made


def sent(page: Opened) -> Any:
    """What a browser sends of a page that nobody touched: lines end with CR LF (HTML, 4.10.21.4)."""
    shown = {name: "\r\n".join(re.split("\r\n|\r|\n", text)) for name, text in flat(page.tree).items()}
    return nested(shown.items(), page.rows)


def lines(record: Record) -> set[bytes]:
    return set(canonical(record.graph)[0].splitlines())


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """What is stored, instead of storing it."""
    found: list[Record] = []
    monkeypatch.setattr(module.actions, "change", lambda *, record, **_more: found.append(record))
    return found


@pytest.mark.proof
def test_saved_unchanged_nothing_changes(stored: list[Record]) -> None:
    seen = 0
    for record in sample(length(40, 100_000)):
        before, seen = lines(record), seen + 1
        for page in pages(record):
            page.save(sent(page), page.marks)
            assert stored == [], (record.iri, page.step.name)
        assert lines(record) == before
    assert seen >= 40


@pytest.mark.proof
def test_changed_in_one_field_that_field_differs_alone(stored: list[Record]) -> None:
    for record in sample(length(25, 100_000)):
        page = open_at(record, STEPS[0], None)
        tree = sent(page)
        tree.setdefault("dctTitle", {})["9000"] = {"value": "Another title", "lang": "mt"}
        page.save(tree, page.marks)
        (after,) = stored
        stored.clear()
        changed = lines(record) ^ lines(after)
        assert changed
        assert all(b"<http://purl.org/dc/terms/title>" in line for line in changed), record.iri


@pytest.mark.proof
def test_what_describes_a_distribution_differs_alone(stored: list[Record]) -> None:
    step = next(step for step in STEPS if step.name == DISTRIBUTIONS)
    for record in sample(length(25, 100_000)):
        page = open_at(record, step, 0)
        if not page.distributions or "uri" not in page.distributions[0]:
            continue
        tree = sent(page)
        tree["dcatDistribution"]["0"]["dctDescription"] = {"0": {"value": "Another text", "lang": "nl"}}
        page.save(tree, page.marks)
        (after,) = stored
        stored.clear()
        changed = [
            line
            for line in lines(record) ^ lines(after)
            if b"<http://purl.org/dc/terms/description>" not in line
        ]
        assert not [line for line in changed if b"rdf-syntax-ns#type" not in line], record.iri


def sample(most: int) -> Iterator[Record]:
    """The records of all catalogues; the smaller ones first, some of each folder."""
    folders = sorted(path for path in present(CATALOGUES).iterdir() if path.is_dir())
    files = [sorted(folder.rglob("*.*"), key=lambda path: path.stat().st_size) for folder in folders]
    by_turns = [file for some in zip_longest(*files) for file in some if file]
    return islice((one for file in by_turns for one in islice(records_in(file), most // 10)), most)


def records_in(file: Path) -> Iterator[Record]:
    """Its records, with names for their distributions, as all that is stored has."""
    with suppress(SourceError), HttpClient() as client:
        for page in Dump(str(file), client, local=True).pages():
            for reading in page.readings:
                with suppress(Unreadable):
                    record = record_of(reading)
                    if record.iri:
                        yield named(record, KEY)
