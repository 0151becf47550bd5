"""Three data owners, each by another way, in a browser; the European register shows what they published.

One fills in the form and loses the session, one delivers a spreadsheet with a fault, one has its portal
harvested, which is a node, too. No script runs in the browser of the first.
"""

import io
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from uuid import UUID

import openpyxl
import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests.in_browser import NEEDED, browser, look  # noqa: F401  # a fixture
from tests.journeys.conftest import Meeting
from tests.journeys.nodes import PATIENCE, Node
from tests.journeys.people import DESK, PASSWORD, people

pytestmark = NEEDED
Sit = Callable[..., Page]
ONE = "https://data.example/discharges"
TITLES = ("Ziekenhuisopnamen", "Hospital admissions")


@pytest.fixture
def national(tmp_path: Path) -> Node:
    node = Node(tmp_path / "nl", "national", "NL")
    settings = node.home / "node.toml"
    settings.write_text(settings.read_text("utf-8") + '\nowner_networks = ["127.0.0.0/8"]\n', "utf-8")
    return node


@pytest.fixture
def sit(browser: Browser, national: Node) -> Iterator[Sit]:  # noqa: F811
    """``sit(session)``: a browser of somebody who is signed in at the national node."""
    with ExitStack() as ending:
        expect.set_options(timeout=PATIENCE * 1000)
        ending.callback(expect.set_options, timeout=None)

        def sit(session: str, *, scripts: bool = True) -> Page:
            context = browser.new_context(base_url=national.url, java_script_enabled=scripts, locale="en-GB")
            ending.callback(context.close)
            context.add_cookies([{"name": "sessionid", "value": session, "url": national.url}])
            page = context.new_page()
            page.set_default_timeout(PATIENCE * 1000)
            return page

        yield sit


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def done(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)


def by_form(page: Page) -> str:
    """Register a data set in two languages, with conditions; the session ends meanwhile. Returns its key."""
    page.goto("/owners/form/catalogues/form/")
    follow(page, "Register a data set")
    for number, language in enumerate(("nl", "en")):
        for label, texts in (("Title", TITLES), ("Description", ("Elke opname.\nSinds 2014.", "Each."))):
            page.get_by_label(f"{label} {number + 1}", exact=True).fill(texts[number])
            page.get_by_label(f"Language of {label} {number + 1}").select_option(language)
    page.context.clear_cookies()
    press(page, "Save and continue")
    page.locator("input[name=login]").fill("editor@form.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("You typed this earlier, and it is not saved yet.")).to_be_visible()
    expect(page.get_by_label("Title 2", exact=True)).to_have_value(TITLES[1])
    expect(page.get_by_label("Description 1", exact=True)).to_have_value("Elke opname.\nSinds 2014.")
    press(page, "Save and continue")
    headed(page, "Who holds it")
    press(page, "Save and continue")
    page.get_by_label("restricted", exact=True).check()
    page.locator("#conditions-0-ground").get_by_label("personal data").check()
    page.locator("#conditions-0-mayAskUnderCondition input").first.check()
    page.locator("#conditions-0-askingCondition textarea, #conditions-0-askingCondition input").first.fill(
        "With a supervisor."
    )
    page.locator("#conditions-0-usualDays input").fill("30")
    press(page, "Save and continue")
    headed(page, "When and where")
    press(page, "Save and continue")
    follow(page, "Add a file or service")
    page.get_by_label("Access URL").fill("www.form.example/microdata")
    page.get_by_label("Format").fill("CSV")
    page.get_by_label("Size in bytes").fill("5,5 GB")
    page.get_by_label("Rights 1", exact=True).fill("On request.")
    press(page, "Save")
    follow(page, "Check and publish")
    preview = page.locator(".erpd-preview")
    expect(preview).to_contain_text(TITLES[1])
    expect(preview).to_contain_text("With a supervisor.")
    press(page, "Publish for everybody")
    done(page, "The data set is published.")
    return page.url.rstrip("/").rpartition("/")[2]


def by_spreadsheet(page: Page, file: Path) -> None:
    """Fill in the template with a date that is none, send it, correct what comes back, send that."""
    page.goto("/owners/sheet/catalogues/sheet/")
    follow(page, "Deliver a spreadsheet or catalogue")
    look(page, "bulk")
    page.get_by_label("Language of the headings").select_option("nl")
    with page.expect_download() as download:
        press(page, "Download the template (.xlsx)")
    book = opened(download.value)
    said = {
        "Identificatie": ONE,
        "Titel (nl)": "Lozingen",
        "Titel (en)": "Discharges",
        "Beschrijving (nl)": "Elke lozing.",
        "Uitgever: Naam": "Waterschap",
        "Toegangsrechten": "beperkt toegankelijk",
        "Publicatiedatum": "New Year 2020",
    }
    fill(book["Datasets"], said)
    said = {
        "Dataset": ONE,
        "Toegangsadres": f"{ONE}/aanvragen",
        "Formaat": "csv",
        "Omvang in bytes": "12500",
        "Voorwaarden voor hergebruik (nl)": "Op aanvraag.",
    }
    fill(book["Distributies"], said)
    book.save(file)
    send(page, file, "Check only")
    expect(page.get_by_text("nothing was stored")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("This is not a date.")
    look(page, "bulk, checked")
    with page.expect_download() as download:
        follow(page, "Download the file with findings (.xlsx)")
    mended = opened(download.value)
    sheet = mended["Datasets"]
    headings = [str(cell.value).removesuffix(" *") for cell in sheet[3]]
    date = sheet.cell(4, headings.index("Publicatiedatum") + 1)
    assert f"{date.coordinate}: This is not a date." in sheet.cell(4, headings.index("Findings") + 1).value
    date.value = "2020-12-31"
    mended.save(file)
    follow(page, "Send another file")
    send(page, file, "Store")
    expect(page.get_by_text("All data sets are stored.")).to_be_visible()
    look(page, "bulk, stored")


def send(page: Page, file: Path, button: str) -> None:
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Publish them at once").check()
    press(page, button)
    expect(page.get_by_role("link", name="Send another file")).to_be_visible()


def opened(download: Download) -> "openpyxl.Workbook":
    return openpyxl.load_workbook(io.BytesIO(download.path().read_bytes()))


def fill(sheet: "openpyxl.worksheet.worksheet.Worksheet", said: dict[str, str], row: int = 4) -> None:
    """Write values below the headings of a template."""
    places = {cell.value.removesuffix(" *"): cell.column for cell in sheet[3]}
    for heading, value in said.items():
        sheet.cell(row, places[heading], value)


def by_portal(page: Page, desk: Page, portal: str, node: Node) -> None:
    """Enter the address of a portal, see what it has, and have it approved by the operator."""
    page.goto("/owners/portal/catalogues/portal/")
    follow(page, "Have your own portal harvested")
    follow(page, "Enter the address of a portal")
    page.get_by_label("Address of the portal").fill(portal)
    press(page, "Look at it")
    expect(page.get_by_text("We are reading the first records")).to_be_visible()
    node.erpd("worker", "--once")
    expect(page.get_by_text("We looked at ")).to_be_visible()  # by itself
    expect(page.locator("main")).to_contain_text("CKAN")
    press(page, "Ask for approval")
    done(page, "The operator has been asked")
    desk.goto("/desk/portals/")
    follow(desk, portal)
    press(desk, "Approve")
    done(desk, "approved and will be harvested")


def test_what_owners_publish_in_each_way_is_shown_in_the_european_register(
    national: Node, meeting: Meeting, sit: Sit, tmp_path: Path
) -> None:
    european = Node(tmp_path / "eu", "european")
    session = people(national, "form", "sheet", "portal")
    with national.serving() as url:
        form = sit(session["editor@form.example"], scripts=False)
        key = by_form(form)
        by_spreadsheet(sit(session["editor@sheet.example"]), tmp_path / "gegevens.xlsx")
        admin, desk = sit(session["admin@portal.example"]), sit(session[DESK])
        by_portal(admin, desk, f"{meeting.national.url}/protected", national)
        national.erpd("harvest", "--source", "portal-portal")

        # The next night the register has all of it, as it is in the national point.
        first = european.harvest("oai-pmh", f"{url}/oai", "--set", "protected")
        from_portal = national.alive("portal")
        assert 0 < len(from_portal) < len(meeting.national.alive())
        here = {*from_portal, ONE, f"{url}/datasets/{key}"}
        assert (first["new"], first["rejected"]) == (len(here), 0)
        assert european.alive() == national.alive()
        assert european.alive().keys() == here
        with european.serving() as there:
            page = shown(there, european, f"{url}/datasets/{key}")
            for text in (*TITLES, "With a supervisor.", "personal data", "30"):
                assert text in page, text

            # One data set is changed, another withdrawn; the night after, the register follows.
            form.goto(f"/owners/form/catalogues/form/{key}/edit/about/")
            form.get_by_label("Title 2", exact=True).fill("Admissions to hospitals")
            press(form, "Save")
            done(form, "Saved. Everybody sees it.")
            second = european.harvest("oai-pmh", f"{url}/oai", "--set", "protected")
            assert (second["changed"], second["rejected"]) == (1, 0)
            assert "Admissions to hospitals" in shown(there, european, f"{url}/datasets/{key}")
            form.goto(f"/owners/form/catalogues/form/{key}/")
            follow(form, "Withdraw")
            press(form, "Withdraw")
            done(form, "The data set is withdrawn.")
            european.harvest("oai-pmh", f"{url}/oai", "--set", "protected", "--approve-deletions")
            assert european.alive().keys() == here - {f"{url}/datasets/{key}"}
            assert "Admissions to hospitals" not in shown(there, european, f"{url}/datasets/{key}", code=410)


def shown(there: str, node: Node, iri: str, code: int = 200) -> str:
    """The page of a data set, as a browser gets it."""
    request = urllib.request.Request(f"{there}/datasets/{UUID(node.held()[iri].key)}?lang=en")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            status, content = answer.status, answer.read()
    except HTTPError as error:
        status, content = error.code, error.read()
    assert status == code
    return " ".join(unescape(content.decode()).split())
