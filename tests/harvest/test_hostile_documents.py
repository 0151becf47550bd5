"""Hostile documents in every format and by every protocol: each ends in time, and the next comes in."""

import json
import time
from pathlib import Path
from random import Random

import pytest

from erpd.formats import FORMATS
from erpd.formats.reading import Reading
from erpd.harvest.children import preparer as preparing
from erpd.harvest.children.preparer import Preparer
from erpd.harvest.models import Run
from erpd.harvest.preparation import Preparation
from erpd.metadata.rules import RULES
from erpd.misbehave.data_sets import data_set
from erpd.misbehave.exchange import Answer, Now
from erpd.misbehave.fault import Fault
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.server import Misbehaving
from erpd.register.arrival import Arrival
from erpd.sources.children import child
from erpd.sources.children.child import Bounds
from erpd.sources.errors import Reason
from erpd.sources.http.client import Limits
from tests.formats.iso19139.documents import document
from tests.harvest import national
from tests.harvest.hostile import ATTACKS, overflowing, packed
from tests.harvest.national import Point, bins, many, run, source
from tests.harvest.served import SERVED, harvested_as
from tests.harvest.test_worker import ALWAYS, working
from tests.proofs import AT_LENGTH, length

RECORD = FORMATS["rdf"].read(national.rdf("hostile").encode(), "hostile", "")
PACKAGE = {
    "id": "p1",
    "name": "p1",
    "title": "Discharges",
    "notes": "By diagnosis",
    "metadata_modified": "2026-01-01",
    "tags": [{"name": "health"}],
    "extras": [{"key": "spatial", "value": '{"type":"Point","coordinates":[1,2]}'}],
    "resources": [{"id": "r1", "url": "https://data.example/1.csv", "format": "CSV", "size": 12}],
}
TABLE = {
    "Identifier": "1NED",
    "Title": "Discharges",
    "Summary": "By diagnosis",
    "Updated": "2026-01-01T02:00:00",
}
READABLE = {name: entry.write(RECORD) for name, entry in FORMATS.items() if entry.write} | {
    "ckan": json.dumps(PACKAGE).encode(),
    "cbs": json.dumps(TABLE).encode(),
    "iso19139": document(),
}
SECONDS = 60.0  # for one document, also on a busy machine
SEED = 20261126


def spoiled(content: bytes, number: int) -> tuple[str, bytes]:
    """The name of the attack of that number, and what it makes of the content."""
    name = list(ATTACKS)[number % len(ATTACKS)]
    return name, ATTACKS[name](content, Random(f"{SEED} {number}"))


def numbers(amount: int, name: str) -> list[int]:
    """So many attacks, other ones for each name."""
    return Random(name).sample(range(len(ATTACKS) * 4), amount)


@pytest.mark.proof
def test_every_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two good records stands a hostile one."""
    assert READABLE.keys() == FORMATS.keys()
    monkeypatch.setattr(preparing, "LONGEST", 5.0)
    monkeypatch.setattr(preparing, "MEMORY", 400 * 2**20)
    good = [Reading(name, national.rdf(name).encode(), "application/rdf+xml") for name in "ab"]
    preparation = Preparation("s", "lenient", "erpd", "", "http://testserver")
    with Preparer(preparation, Path("none")) as preparer:
        each = [(entry, one) for entry in FORMATS.values() for one in numbers(length(1, 32), entry.name)]
        for entry, number in each:
            name, content = spoiled(READABLE[entry.name], number)
            hostile = Reading("h", content, entry.media_types[0])
            began = time.monotonic()
            first, told, last = preparer.begin([good[0], hostile, good[1]])()
            what = f"{entry.name}, {name}, number {number}"
            assert isinstance(first, Arrival), what
            assert isinstance(last, Arrival), what
            assert isinstance(told, Arrival) or told.rule in RULES, what
            assert time.monotonic() - began < SECONDS, what


class Spoiling:
    """The fault of a server: its answers to requests for the list are attacked, one in three."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.chance = Random(f"{SEED} {number}")
        self.name = ""

    def __call__(self, answer: Answer, now: Now) -> Answer:
        if now.page < 1 or not isinstance(answer.body, bytes) or self.chance.random() < 0.6:
            return answer
        self.name, body = spoiled(answer.body, self.number)
        if now.protocol.name == "dump" and self.chance.random() < 0.3:
            body = packed(body, self.chance, "all.rdf")
        return Answer(body, answer.media_type, answer.status)


@pytest.mark.proof
@pytest.mark.in_children
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", SERVED if AT_LENGTH else ["oai-pmh", "csw", "ckan", "sparql"])
def test_what_overflows_a_stack_costs_itself_and_the_next_source_comes_in(protocol: str) -> None:
    """A dump is one document; a page of hydra too."""
    with Misbehaving(SERVED[protocol], FAULTS["none"], size=7) as server, Point(many(2)) as point:
        title = data_set(4).title

        def answer(sent: Answer, now: Now) -> Answer:
            assert isinstance(sent.body, bytes)
            body, media_type = overflowing(sent.body, title, protocol)
            return Answer(body, media_type or sent.media_type, sent.status)

        server.fault = Fault("overflow", "", {}, answer=answer)
        source(server.url, harvested_as(protocol), policy="lenient", rules=ALWAYS)
        source(point.url, country="BE", rules=ALWAYS)
        hostile, other = working()
        if hostile.run.settings.url == point.url:
            hostile, other = other, hostile
        assert bins(other) == {"new": 2}
        if protocol in ("dump", "hydra"):
            assert (hostile.failed, hostile.run.error["rule"]) == (True, "entity")
        else:
            assert (hostile.failed, bins(hostile)) == (False, {"new": 6, "unreadable": 1})
            (entry,) = hostile.run.entries.filter(bin="unreadable")
            assert entry.findings[0]["rule"] in ("broken-xml", "broken-syntax")


@pytest.mark.proof
@pytest.mark.in_children
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", SERVED)
def test_every_protocol(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source is attacked; then it behaves again, and all its data sets are there."""
    monkeypatch.setattr(preparing, "LONGEST", 5.0)
    monkeypatch.setattr(child, "READING", Bounds(memory=500 * 2**20, processor=10, wall=30))
    limits = Limits(connect=5, read=10, total=20, retries=0)
    with Misbehaving(SERVED[protocol], FAULTS["none"], size=7) as server:
        settings = source(server.url, harvested_as(protocol), policy="lenient")
        assert bins(run(settings)) == {"new": 7}
        known = set(settings.present().values_list("identifier", flat=True))
        for number in numbers(length(1, len(ATTACKS) * 4), protocol):
            spoiling = Spoiling(number)
            server.fault = Fault("hostile", "", {}, answer=spoiling)
            began = time.monotonic()
            report = run(settings, limits=limits)
            what = f"{spoiling.name}, number {number}: {report.run.error}"
            assert report.run.state != Run.State.RUNNING, what
            assert not report.failed or report.run.error["rule"] in set(Reason) - {Reason.PROGRAM_ERROR}, what
            there = settings.present().values_list("identifier", flat=True)
            assert len(known - set(there)) <= 1, (
                what
            )  # where its identifier was attacked, until it comes again
            assert time.monotonic() - began < SECONDS, what
        server.fault = FAULTS["none"]
        report = run(settings, approved=True)
        assert (report.failed, report.ledger["received"]) == (False, 7), report.run.error
        assert known == set(settings.present().values_list("identifier", flat=True))
