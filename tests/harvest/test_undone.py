"""Whatever the last run brought: when it is undone, everyone sees what he saw before it."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from erpd.harvest.doubts import put_back
from erpd.harvest.ledger import ledger_of, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reconcile import NothingHeld, approve, holding
from erpd.harvest.uncovered import unmapped
from erpd.register.models import ChangeCounter, DataSet, Source
from erpd.register.scope import scope
from erpd.register.search import follow, search
from erpd.register.undoing import Undone
from tests.harvest.national import Point, bins, good, source
from tests.harvest.test_doubts import TEN, named, shown, tombstones
from tests.proofs import length
from tests.publish.conftest import Follower, Reader
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db

CSV = '<dct:format rdf:resource="http://publications.europa.eu/resource/authority/file-type/CSV"/>'
ODD = '<dct:format rdf:resource="http://x.example/odd"/>'
# How a record comes: in other words with the same meaning, which leaves another finding; with less than is
# mandatory; with a value that no table covers; under one address with another record; as deleted.
WAYS = {
    "one": lambda name: good(name, f"One {name}"),
    "two": lambda name: good(name, f"Two {name}"),
    "in words": lambda name: good(name, f"One {name}").replace(CSV, "<dct:format>CSV</dct:format>"),
    "invalid": lambda name: good(name, valid=False),
    "uncovered": lambda name: good(name, f"One {name}").replace(CSV, ODD),
    "moved": lambda name: good(name, f"One {name}", iri="https://data.example/moved"),
    "deleted": oai.deleted,
}
LISTED = st.dictionaries(st.sampled_from([f"n{number}" for number in range(7)]), st.sampled_from([*WAYS]))


def brings(point: Point, listed: Mapping[str, str], policy: str) -> Any:
    point.lists([WAYS[way](name) for name, way in listed.items()])
    return point.harvested(policy=policy)


def seen(by: SourceSettings, but: int) -> dict[str, Any]:
    """All that anyone sees but the numbers and times of changes, and the run ``but``."""
    follow()
    door = Follower("all")
    door.visits(Reader(Client()))
    there = DataSet.objects.filter(deleted=False).order_by("identifier")
    waiting = holding(by)
    return {
        "data sets": [(one.identifier, one.iri, one.digest, one.findings) for one in there],
        "pages": [remarks_of(one) for one in there],
        "door": door.has,
        "search": {hit.key for hit in search(scope(), size=50).hits},
        "values": sorted(unmapped(by)),
        "waiting": waiting and waiting.pk,
        "runs": {run.pk: (ledger_of(run), report(run).findings) for run in Run.objects.exclude(pk=but)},
    }


def remarks_of(data_set: DataSet) -> list[str]:
    page = html.fromstring(Client().get(f"/datasets/{data_set.key}").content)
    return [one.text_content() for one in page.xpath("//*[@class='erpd-remarks']/li")]


@pytest.mark.proof
@settings(max_examples=length(5, 200), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(LISTED, st.sampled_from(["strict", "lenient"])), min_size=1, max_size=4),
    st.integers(1, 2),
)
def test_everyone_sees_what_was_before_it(runs, undone):
    for model in (SourceSettings, DataSet, Source, ChangeCounter):
        model.objects.all().delete()
    with Point() as point:
        for one in runs[:-1]:
            brings(point, *one)
        settings_ = source(point.url)
        follower = Follower("all")
        follower.visits(Reader(Client()))
        before, has, gone = seen(settings_, 0), dict(follower.has), tombstones()
        run = brings(point, *runs[-1]).run
        follower.visits(Reader(Client()))
        for _ in range(undone):
            put_back(run)
        follower.visits(Reader(Client()))
        assert seen(settings_, run.pk) == before
        assert follower.has == has
        assert gone <= tombstones()


def test_deletions_that_waited_before_it_wait_again_and_nothing_else_does():
    with Point(named(*TEN)) as point:
        point.harvested()
        point.lists(named(*TEN[:6]))
        held = point.harvested().run
        point.lists(named(*TEN[1:9]))
        later = point.harvested()
        assert bins(later) == {"unchanged": 8}
        assert holding(held.settings) is None
        assert ledger_of(Run.objects.get(pk=held.pk))["unchanged"] == 6
        put_back(later.run)
        assert holding(held.settings) == held
        assert approve(held.settings).gone == 1  # the others came since
        assert set(shown()) == set(TEN[:9])


def test_where_it_is_not_known_any_more_what_had_come_nothing_waits():
    with Point(named(*TEN)) as point:
        point.harvested()
        point.lists(named(*TEN[:6]))
        held = point.harvested().run
        point.lists(named(*TEN))
        runs = [point.harvested().run for _ in range(2)]
        for run in reversed(runs):
            put_back(run)
        assert ledger_of(Run.objects.get(pk=held.pk))["received"] == 6
        with pytest.raises(NothingHeld):
            approve(held.settings)
        assert set(shown()) == set(TEN)


def test_a_run_of_which_nothing_can_be_undone_stays_as_it_is():
    with Point(named(*TEN)) as point:
        first = point.harvested().run
        point.lists([good(name, f"Other {name}") for name in TEN])
        last = point.harvested(approved=True).run
        assert put_back(first) == Undone(restored=0, later=10)
        assert Run.objects.get(pk=first.pk).state == Run.State.DONE
        assert put_back(last) == Undone(restored=10)
        assert put_back(first) == Undone(restored=10)
        assert set(Run.objects.values_list("state", flat=True)) == {Run.State.FAILED}
        assert shown() == {}
