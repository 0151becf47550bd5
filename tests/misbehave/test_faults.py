"""Every fault in every protocol that can have it: nothing is lost, nothing is deleted, the fault is named."""

from dataclasses import replace

import httpcore2
import pytest
from django.core.management import call_command

from erpd.harvest.ledger import Report
from erpd.harvest.models import SourceSettings
from erpd.harvest.run import harvest
from erpd.metadata.rules import RULES
from erpd.misbehave.data_sets import data_sets
from erpd.misbehave.fault import HARVESTED_AS, Outcome
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.protocols import PROTOCOLS
from erpd.misbehave.server import Misbehaving
from erpd.register.models import DataSet
from erpd.sources.ckan.source import Ckan
from erpd.sources.errors import Reason
from erpd.sources.http.client import Client, Limits
from erpd.sources.sparql.source import Sparql
from tests.harvest.national import bins, run, source
from tests.servers import LOOPBACK

pytestmark = pytest.mark.django_db

SIZE = 12
ALL = data_sets(SIZE)
# What the source really no longer has at the end of the run.
AWAY = {"one-gone": ALL[SIZE // 2], "deleted-during-crawl": ALL[0]}
LIMITS = Limits(max_bytes=300_000, max_download=300_000, retries=1)
IMPATIENT = replace(
    LIMITS, connect=5, read=0.4, total=0.6, download_total=0.6
)  # where the fault is to be slow
CASES = [(protocol, name) for protocol in PROTOCOLS for name, fault in FAULTS.items() if protocol in fault.on]


def test_each_rule_that_a_fault_names_exists():
    assert {rule for fault in FAULTS.values() for rule in fault.rules} <= {*RULES, *Reason}


@pytest.fixture(autouse=True, scope="module")
def small_pages():
    """The clients ask for little at a time, so that there is a middle of the list to fail in.
    They share what costs most: certificates that nobody here shows."""
    certificates = httpcore2.default_ssl_context()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpcore2.default_ssl_context", lambda: certificates)
        patch.setitem(Ckan.__init__.__kwdefaults__, "rows", 5)
        patch.setitem(Sparql.__init__.__kwdefaults__, "page_size", 5)
        patch.setattr("erpd.sources.sparql.source._KEYS", 5)
        patch.setattr("erpd.sources.dump.source._MOST_FILES", 20)
        for beyond in ("_GROWN", "_UNKNOWN"):
            patch.setattr(f"erpd.sources.answer.{beyond}", 20)
        yield


@pytest.fixture(scope="module")
def filled(request, small_pages, django_db_setup, django_db_blocker):
    """A source that behaves well, and the register that has harvested it; what a test does is undone."""
    with (
        django_db_blocker.unblock(),
        Misbehaving(PROTOCOLS[request.param], FAULTS["none"], size=SIZE) as server,
    ):
        settings = source(server.url, HARVESTED_AS[request.param])
        good = run(settings)
        assert bins(good) == {"new": SIZE}, good.run.error
        yield server, settings
        call_command("flush", verbosity=0, interactive=False)


@pytest.mark.parametrize(("filled", "name"), CASES, indirect=["filled"], scope="module")
def test_nothing_is_lost(filled, name):
    server, settings = filled
    protocol = server.protocol.name
    before = shown(settings)
    server.fault = fault = FAULTS[name]
    report = run(settings, limits=IMPATIENT if Reason.TIMEOUT in fault.rules else LIMITS)
    after = shown(settings)
    away = AWAY.get(name)
    assert before.keys() - after.keys() <= ({away.identifier, away.iri} if away else set())
    CHECKS[fault.on[protocol]](report, before, after)
    told = rules_told(report)
    assert not fault.rules or fault.on[protocol] is Outcome.HARMLESS or told & set(fault.rules), told


@pytest.mark.parametrize(
    ("name", "expected"), [("too-many-requests", 2), ("busy", 2), ("busy-for-a-year", 120)]
)
def test_a_server_is_given_the_time_that_it_asks_for_within_reason(name, expected):
    pauses = []
    with (
        Misbehaving(PROTOCOLS["oai-pmh"], FAULTS[name]) as server,
        Client(Limits(retries=1), LOOPBACK, pause=pauses.append) as client,
    ):
        harvest(source(server.url), client)
    assert set(pauses) == {expected}


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
