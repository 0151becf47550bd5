"""An operator maps a value in a real browser, with the keyboard, and the next run takes the record in."""

import pytest
from playwright.sync_api import Page, expect

from erpd.harvest.models import SourceSettings
from erpd.register.models import DataSet
from tests.harvest.national import run
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


def test_a_value_that_no_map_covers_is_settled(
    land: SourceSettings, water: SourceSettings, page: Page
) -> None:
    page.goto("/desk/")
    page.get_by_role("link", name="Values that no map covers: 2").press("Enter")
    look(page, "mapping-values")
    page.get_by_role("link", name="Karte").press("Enter")
    page.get_by_label("What it means").select_option("GeoJSON (GEOJSON)")
    page.get_by_label("For which source").select_option("land")
    page.get_by_role("button", name="Show what it would do").press("Enter")
    expect(page.get_by_text("Nothing has changed yet.")).to_be_visible()
    look(page, "mapping-tried")
    page.get_by_role("button", name="Save the map").press("Enter")
    expect(page.get_by_text("Saved. The next run changes the record that says it")).to_be_visible()
    look(page, "mapping-saved")
    page.get_by_role("button", name="Have those harvested now").press("Enter")
    expect(page.get_by_text("The worker will harvest them as soon as it can.")).to_be_visible()
    land.refresh_from_db()
    run(land)
    assert DataSet.objects.filter(source__slug="land", deleted=False).count() == 1
