"""A spreadsheet by the page, in a real browser: the template filled in, sent with faults, mended, stored."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect

from erpd.submit.bulk.working import work_one
from erpd.submit.models import Delivery
from tests.in_browser import NEEDED, browser, look  # noqa: F401  # a fixture
from tests.submit.catalogue_pages.conftest import root
from tests.submit.catalogue_pages.test_browser import made, page  # noqa: F401  # fixtures
from tests.submit.owners import Office

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]
ONE = "https://data.example/discharges"


def fill(sheet: "openpyxl.worksheet.worksheet.Worksheet", said: dict[str, object], row: int = 4) -> None:
    """Write values below the headings of a template."""
    places = {cell.value.removesuffix(" *"): cell.column for cell in sheet[3]}
    for heading, value in said.items():
        sheet.cell(row, places[heading], value)


def opened(download: Download) -> "openpyxl.Workbook":
    return openpyxl.load_workbook(io.BytesIO(download.path().read_bytes()))


def test_filled_in_sent_mended_and_stored(page: Page, made: Office, tmp_path: Path) -> None:  # noqa: F811
    page.goto(root(made))
    page.get_by_role("link", name="Deliver a spreadsheet").click()
    look(page, "bulk")
    page.get_by_label("Language of the headings").select_option("nl")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the template").click()
    book = opened(download.value)
    file = tmp_path / "gegevens.xlsx"
    fill(
        book["Datasets"],
        {
            "Identificatie": ONE,
            "Titel (nl)": "Lozingen",
            "Titel (en)": "Discharges",
            "Beschrijving (nl)": "Elke lozing.",
            "Uitgever: Naam": "Waterschap",
            "Toegangsrechten": "beperkt toegankelijk",
            "Publicatiedatum": "New Year 2020",
        },
    )
    fill(
        book["Distributies"],
        {
            "Dataset": ONE,
            "Toegangsadres": f"{ONE}/aanvragen",
            "Formaat": "csv",
            "Omvang in bytes": "12500",
            "Voorwaarden voor hergebruik (nl)": "Op aanvraag.",
        },
    )
    book.save(file)

    def send(button: str) -> None:
        page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_label("Publish them at once").check()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_text("This page is loaded again every 2 seconds.")).to_be_visible()
        look(page, "progress")
        assert work_one()
        expect(page.get_by_role("link", name="Send another file")).to_be_visible(timeout=20_000)

    send("Check only")
    expect(page.get_by_text("nothing was stored")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("This is not a date.")
    look(page, "checked")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file with findings").click()
    mended = opened(download.value)
    headings = [str(cell.value).removesuffix(" *") for cell in mended["Datasets"][3]]
    place = headings.index("Publicatiedatum") + 1
    assert (
        f"{openpyxl.utils.get_column_letter(place)}4: This is not a date."
        in mended["Datasets"].cell(4, headings.index("Findings") + 1).value
    )
    mended["Datasets"].cell(4, place).value = "2020-12-31"
    mended.save(file)
    page.get_by_role("link", name="Send another file").click()
    look(page, "a second file")
    send("Store")
    expect(page.get_by_text("All data sets are stored.")).to_be_visible()
    look(page, "stored")
    one = Delivery.objects.get()
    assert (one.state, one.way, one.titles) == ("published", "file", {"nl": "Lozingen", "en": "Discharges"})
    page.goto(f"/datasets/{one.pk}")
    expect(page).to_have_title(re.compile("Discharges"))

    page.goto(f"{root(made)}bulk/")
    page.get_by_role("button", name="Store", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    look(page, "no file")
