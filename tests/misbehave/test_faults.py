"""Every fault in every protocol that can have it: nothing is lost, nothing is deleted, the fault is named."""

import pytest

from erpd.harvest.ledger import Report
from erpd.harvest.models import SourceSettings
from erpd.misbehave.data_sets import data_sets
from erpd.misbehave.fault import HARVESTED_AS, Outcome
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.protocols import PROTOCOLS
from erpd.misbehave.server import Misbehaving
from erpd.register.models import DataSet
from erpd.sources.ckan import Ckan
from erpd.sources.http import Limits
from erpd.sources.sparql import Sparql
from tests.harvest import national
from tests.harvest.national import bins, run, source

pytestmark = pytest.mark.django_db

SIZE = 12
ALL = data_sets(SIZE)
# What the source really no longer has at the end of the run.
AWAY = {"one-gone": ALL[SIZE // 2], "deleted-during-crawl": ALL[0]}
LIMITS = Limits(
    connect=5, read=0.4, total=0.6, max_bytes=300_000, download_total=0.6, max_download=300_000, retries=1
)
CASES = [(protocol, name) for name, fault in FAULTS.items() for protocol in fault.on]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    """The client asks for few records at a time, so that there is a middle of the list to fail in."""
    monkeypatch.setitem(Ckan.__init__.__kwdefaults__, "rows", 5)
    monkeypatch.setitem(Sparql.__init__.__kwdefaults__, "page_size", 5)
    monkeypatch.setattr("erpd.sources.sparql._KEYS", 5)
    monkeypatch.setattr("erpd.sources.dump._MOST_FILES", 20)
    for walk in ("oai_walk", "ckan_walk"):
        monkeypatch.setattr(f"erpd.sources.{walk}._MOST_UNANNOUNCED", 20)


@pytest.mark.parametrize(("protocol", "name"), CASES)
def test_nothing_is_lost(protocol, name):
    with Misbehaving(PROTOCOLS[protocol], FAULTS["none"], size=SIZE) as server:
        settings = source(server.url, HARVESTED_AS[protocol])
        good = run(settings)
        assert bins(good) == {"new": SIZE}, good.run.error
        before = shown(settings)
        server.fault = FAULTS[name]
        report = run(settings, limits=LIMITS)
    fault, after = FAULTS[name], shown(settings)
    away = AWAY.get(name)
    assert before.keys() - after.keys() <= ({away.identifier, away.iri} if away else set())
    CHECKS[fault.on[protocol]](report, before, after)
    told = rules_told(report)
    assert not fault.rules or fault.on[protocol] is Outcome.HARMLESS or told & set(fault.rules), told


def shown(settings: SourceSettings) -> dict[str, str]:
    """Identifier -> digest of what the register shows of the source."""
    return dict(
        DataSet.objects.filter(source=settings.source_id, deleted=False).values_list("identifier", "digest")
    )


def rules_told(report: Report) -> set[str]:
    told = {example.finding.rule for example in report.findings}
    return told | ({report.run.error["rule"]} if report.failed else set())


def takes_everything(report: Report, before: dict[str, str], after: dict[str, str]) -> None:
    assert not report.failed, report.run.error
    assert bins(report)
    assert report.ledger["complete"]
    assert report.ledger["unreadable"] == report.ledger["rejected"] == 0


def loses_at_most_one(report: Report, before: dict[str, str], after: dict[str, str]) -> None:
    assert not report.failed, report.run.error
    assert bins(report)["unchanged"] >= SIZE - 1
    assert report.ledger["complete"]
    assert report.ledger["gone"] == 0
    assert report.ledger["held"] <= 1  # where the record no longer says which one it is
    assert before.keys() <= after.keys()
    assert len(before.items() - after.items()) <= 1


def stops(report: Report, before: dict[str, str], after: dict[str, str]) -> None:
    assert report.failed
    error = report.run.error
    assert error["message"]
    assert error["advice"]
    assert error["url"]
    bins(report)
    assert (report.ledger["complete"], report.ledger["gone"], report.ledger["held"]) == (False, 0, 0)
    assert before.items() <= after.items()


def asks_a_person(report: Report, before: dict[str, str], after: dict[str, str]) -> None:
    assert report.failed or report.ledger["held"]
    bins(report)
    assert report.ledger["gone"] == 0
    assert before.items() <= after.items()


def withdraws_one(report: Report, before: dict[str, str], after: dict[str, str]) -> None:
    assert not report.failed, report.run.error
    assert bins(report) == {"unchanged": SIZE - 1}
    assert (report.ledger["complete"], report.ledger["gone"], report.ledger["held"]) == (True, 1, 0)
    assert len(before.keys() - after.keys()) == 1


CHECKS = {
    Outcome.HARMLESS: takes_everything,
    Outcome.ONE: loses_at_most_one,
    Outcome.FAILS: stops,
    Outcome.HOLDS: asks_a_person,
    Outcome.GONE: withdraws_one,
}
