"""The sources at the desk in a real browser: each page, and an operator who settles deletions and undoes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from erpd.accounts.may import COMMAND_LINE
from erpd.harvest.models import Run
from erpd.operate.suppliers.actions import make_link
from erpd.operate.trials.working import try_due
from erpd.register import quality
from erpd.register.models import DataSet, QualityWeek
from tests.harvest.national import Point, bins, broken, good, many, run, source
from tests.harvest.test_worker import working
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture
from tests.operate.test_identifiers import records

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


def supplier_holds(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("What is wrong?").fill("Our server was down.")
    page.get_by_role("button", name="This is wrong: keep them").press("Enter")
    expect(page.get_by_text("The operator is told. What waited stays.")).to_be_visible()
    expect(page.get_by_text("You said that this is wrong: Our server was down.")).to_be_visible()


@contextmanager
def held() -> Iterator[Run]:
    """A run that holds six of ten data sets."""
    with Point([*many(10), broken("x"), good("bad", "A title of many words " * 9, valid=False)]) as point:
        point.harvested()
        point.lists([*many(4), good("bad", valid=False)])
        yield point.harvested().run


def look_at(page: Page, addresses: dict[str, str]) -> None:
    for name, address in addresses.items():
        page.goto(address)
        look(page, name)


def test_each_page_of_the_desk_about_sources_can_be_used_by_everybody(page: Page) -> None:
    with held() as run:
        slug = run.settings.source.slug
        addresses = {
            "operate-overview": "/desk/",
            "operate-sources": "/desk/sources/",
            "operate-source": f"/desk/sources/{slug}/",
            "operate-run": f"/desk/sources/{slug}/runs/{run.pk}/",
            "operate-difference": f"/desk/sources/{slug}/runs/{run.pk}/difference/",
            "operate-record": f"/desk/sources/{slug}/runs/{run.pk - 1}/record/?of=d0001",
            "operate-settings": f"/desk/sources/{slug}/settings/",
            "operate-new": "/desk/sources/+new/",
            "operate-file": "/desk/sources/+file/",
            "operate-deletions": f"/desk/sources/{slug}/deletions/",
            "supplier-link": f"/desk/sources/{slug}/supplier/",
        }
        look_at(page, addresses)


def test_each_public_page_about_sources_can_be_used_by_everybody(page: Page) -> None:
    with held() as run:
        quality.follow()
        (week,) = QualityWeek.objects.all()
        QualityWeek(
            catalogue=week.catalogue,
            monday=week.monday - timedelta(weeks=3),
            data_sets=1,
            mqa=9,
            protected=9,
            protected_of=90,
        ).save()
        slug = run.settings.source.slug
        addresses = {
            "supplier": f"/suppliers/{make_link(who=COMMAND_LINE, settings=run.settings)}",
            "quality-summary": "/quality",
            "quality": f"/datasets/{DataSet.objects.filter(deleted=False)[0].key}/quality",
            "status": "/status",
            "status-source": f"/status/{slug}",
        }
        look_at(page, addresses)


def test_a_supplier_tries_a_run_and_holds_deletions(page: Page) -> None:
    with held() as run:
        page.goto(f"/suppliers/{make_link(who=COMMAND_LINE, settings=run.settings)}")
        page.get_by_role("button", name="Try a run that keeps nothing").press("Enter")
        expect(page.get_by_text("It begins as soon as possible. Load this page")).to_be_visible()
        assert try_due() == 1
        page.reload()
        look(page, "supplier-tried")
        supplier_holds(page, f"/suppliers/{make_link(who=COMMAND_LINE, settings=run.settings)}")


def test_an_operator_settles_deletions_and_undoes_a_run(page: Page) -> None:
    with held() as run:
        page.goto("/desk/")
        page.get_by_role("link", name="Sources with deletions that wait for you: 1").press("Enter")
        page.get_by_role("link", name="6 deletions wait").press("Enter")
        page.get_by_role("checkbox").first.press("Space")
        page.get_by_role("button", name="Withdraw those that I chose").press("Enter")
        expect(page.get_by_text("Withdrawn: 1.")).to_be_visible()
        page.get_by_label("Reason").fill("Their server was down.")
        page.get_by_role("button", name="Keep them").press("Enter")
        expect(page.get_by_text("The data sets stay. If the next run")).to_be_visible()
        assert DataSet.objects.filter(deleted=False).count() == 9
        page.get_by_role("link", name=f"Run {run.pk}").press("Enter")
        page.get_by_role("button", name="Undo this run").press("Enter")
        expect(page.get_by_text("Undone. Data sets put back as they were before: 1.")).to_be_visible()
        assert DataSet.objects.filter(deleted=False).count() == 10


def test_an_operator_puts_a_dead_source_right(page: Page) -> None:
    with Point(many(3)) as gone:
        settings = gone.harvested().run.settings
    assert run(settings).failed  # nobody answers there any more
    with Point(many(4)) as moved:
        page.goto("/desk/")
        page.get_by_role("link", name="Sources whose last run failed: 1").press("Enter")
        page.get_by_role("link", name=settings.source.slug, exact=True).press("Enter")
        expect(page.get_by_text("The server cannot be reached: Connection refused")).to_be_visible()
        page.get_by_role("link", name="Change its settings").press("Enter")
        page.get_by_label("Address").fill(moved.url)
        page.get_by_role("button", name="Save", exact=True).press("Enter")
        expect(page.get_by_text("Saved. The next run follows it.")).to_be_visible()
        page.goto(f"/desk/sources/{settings.source.slug}/")
        page.get_by_role("button", name="Harvest it now").press("Enter")
        expect(page.get_by_text("as soon as the worker can")).to_be_visible()
        (report,) = working()
        assert bins(report) == {"new": 1, "unchanged": 3}
        page.goto("/desk/")
        expect(page.get_by_text("Sources whose last run failed")).to_have_count(0)


def test_an_operator_keeps_the_addresses_of_data_sets(page: Page) -> None:
    with Point(records("a", "")) as point:
        point.harvested()
        point.lists(records("b", ""))
        run = point.harvested().run
        page.goto(f"/desk/sources/{source(point.url).source.slug}/runs/{run.pk}/")
        page.get_by_role("link", name="Keep the addresses of data sets").press("Enter")
        look(page, "operate-identifiers")
        page.get_by_role("checkbox").first.press("Space")
        page.get_by_role("button", name="Keep the addresses of those that I chose").press("Enter")
        expect(page.get_by_text("9 data sets keep their addresses.")).to_be_visible()
        assert DataSet.objects.filter(deleted=False, identifier__startswith="b").count() == 9
