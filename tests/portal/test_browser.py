"""The pages in a real browser: by keyboard, on a phone, without JavaScript, and for those who listen."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from erpd.publish import triples
from erpd.publish.sparql import asking
from erpd.register.search import rebuild
from tests.accounts.people import person, ready
from tests.in_browser import NEEDED, browser  # noqa: F401  # a fixture
from tests.portal import shelf
from tests.portal.test_pages import Demo

Opened = Callable[..., Page]

DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 360, "height": 740}

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server: LiveServer, demo: Demo, settings: LazySettings) -> str:
    settings.ALLOWED_HOSTS = ["*"]
    return live_server.url


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:  # noqa: F811
    """Opens an address. In the end no script may have failed, and the policy may have refused nothing."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(address: str, **options: object) -> Page:
        contexts.append(browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options}))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not [complaint for complaint in complaints if "404" not in complaint]


def addresses(demo: Demo) -> list[str]:
    return [
        "/?q=income&theme=ECON",
        "/?q=nothing-like-this",
        f"/datasets/{demo['inkomen-van-personen'].key}?lang=de",
        f"/datasets/{demo['inkomen-van-personen'].key}/access",
        f"/datasets/{demo['inkomen-van-personen'].key}/access?who=sme&purpose=Marketing&where=other",
        f"/datasets/{demo['inkomen-van-personen'].key}/access?who=&purpose=x&where=eu",
        "/catalogues",
        "/harvest-us",
        "/publish",
        "/law?on=2026-01-01",
        f"/owners/{ready(person('boss@office.example')).slug}",
        "/catalogues/nl",
        "/facets/theme?q=income&theme=ECON",
    ]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(opened: Opened, site: str, demo: Demo, viewport: dict[str, int]) -> None:
    page = opened("about:blank", viewport=viewport)  # one for all, because opening one takes a second
    for address in addresses(demo):
        page.goto(site + address)
        page.evaluate("document.querySelectorAll('details').forEach(element => element.open = true)")
        found = Axe().run(page).response["violations"]
        assert not found, [(address, one["id"], one["impact"], one["nodes"][0]["html"]) for one in found]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{address} is wider than the screen"


def test_a_filter_changes_the_results_and_the_address_only(opened: Opened, site: str) -> None:
    page = opened(site)
    page.evaluate("window.same = true")
    page.get_by_role("checkbox", name="Health (12)").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_have_text("12 data sets")
    assert page.url == f"{site}/?theme=HEAL"
    assert page.evaluate("window.same")
    expect(page.get_by_role("checkbox", name="Health (12)")).to_be_focused()
    page.get_by_label("Search for data sets").fill("cancer")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/?q=cancer&theme=HEAL")
    expect(page.locator("mark").first).to_be_visible()
    expect(page.locator("#switch").get_by_role("link", name="Protected data")).to_have_attribute(
        "href", "/protected?q=cancer&theme=HEAL"
    )
    assert page.title().startswith("cancer")
    found = page.get_by_role("status").inner_text()
    assert page.evaluate("window.same")
    page.reload()
    expect(page.get_by_role("status")).to_have_text(found)
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("12 data sets")


def test_without_javascript_all_of_it_works(opened: Opened, site: str) -> None:
    page = opened(site, java_script_enabled=False)
    page.get_by_label("Search for data sets").fill("income")
    page.get_by_role("button", name="Search").click()
    assert "q=income" in page.url
    box = page.get_by_role("checkbox", name="Economy and finance")
    box.set_checked(True, force=True)
    page.get_by_role("button", name="Apply filters").click()
    assert "theme=ECON" in page.url
    expect(page.get_by_role("checkbox", name="Economy and finance")).to_be_checked()
    page.get_by_role("link", name="Income of persons (INPATAB)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Income of persons (INPATAB)")
    page.locator("summary", has_text="English").click()
    page.get_by_role("link", name="Nederlands").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inkomen van personen (INPATAB)")


def test_by_keyboard_from_the_first_tab_to_the_way_in(opened: Opened, site: str) -> None:
    page = opened(f"{site}/?q=inpatab")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search for data sets")).to_be_focused()
    result = page.get_by_role("link", name="Income of persons (INPATAB)")
    for _ in range(80):
        page.keyboard.press("Tab")
        if result.evaluate("element => element === document.activeElement"):
            break
    expect(result).to_be_focused()
    assert result.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/datasets/*")
    action = page.get_by_role("link", name="Ask for access at cbs.example")
    for _ in range(40):
        page.keyboard.press("Tab")
        if action.evaluate("element => element === document.activeElement"):
            break
    expect(action).to_be_focused()
    # And the three questions, each answered by its first letters.
    page.get_by_label("Who are you?").focus()
    for typed in ("a res", "scie", "in the"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/access?who=research&purpose=ScientificResearch&where=eu")
    expect(page.get_by_role("heading", name="Under conditions")).to_be_visible()


FOCUSED = """() => {
    const field = document.activeElement;
    const shown = field.closest(".ecl-checkbox")?.querySelector(".ecl-checkbox__box") || field;
    const place = shown.getBoundingClientRect();
    const isInView = place.top > -2 && place.bottom < innerHeight + 2;
    return [isInView && getComputedStyle(shown).outlineStyle !== "none", field.outerHTML.slice(0, 100)];
}"""


def test_every_focus_is_seen(opened: Opened, site: str) -> None:
    """WCAG 2.4.7 and 2.4.11: also of a filter below the edge of the window."""
    page = opened(f"{site}/?theme=HEAL", viewport={"width": 1000, "height": 700})
    page.get_by_role("checkbox").first.focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        is_seen, field = page.evaluate(FOCUSED)
        assert is_seen, field


def test_suggestions_by_keyboard(opened: Opened, site: str, demo: Demo) -> None:
    page = opened(f"{site}/protected")
    field = page.get_by_role("combobox", name="Search for data sets")
    field.press_sequentially("inc")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#q-told")).to_contain_text("suggestion")
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_value("inc")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/datasets/*")
    page.go_back()
    page.get_by_role("combobox", name="Search for data sets").fill("inc")
    expect(options.first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/protected?q=inc")


def test_on_a_phone_the_filters_open_on_demand(opened: Opened, site: str) -> None:
    page = opened(site, viewport=PHONE)
    box = page.get_by_text("Health (12)")
    expect(box).to_be_hidden()
    page.get_by_text("Filter results").click()
    expect(box).to_be_visible()
    box.click()
    expect(page.get_by_role("status")).to_have_text("12 data sets")
    expect(box).to_be_visible()
    page.get_by_role("link", name="Show 12 results").click()
    expect(box).to_be_hidden()
    count = page.get_by_role("heading", name="12 data sets")
    expect(count).to_be_focused()
    expect(count).to_be_in_viewport()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="12 data sets, page 2 of 2")).to_be_focused()
    page.get_by_role("link", name="Remove filter Theme: Health").click()
    expect(page.get_by_role("heading", name="62 data sets")).to_be_focused()
    menu = page.locator("#languages")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Nederlands")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


SPACED = "* { letter-spacing: .12em !important; word-spacing: .16em !important; }"


def test_wide_text_and_forced_colours(opened: Opened, site: str, demo: Demo) -> None:
    """WCAG 1.4.10 and 1.4.12; what is checked, focused and current is seen without our colours."""
    page = opened("about:blank", viewport={"width": 320, "height": 640}, bypass_csp=True)
    for address in addresses(demo):
        page.goto(site + address)
        page.add_style_tag(content=SPACED)
        page.evaluate("document.querySelectorAll('details').forEach(element => element.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    page = opened(f"{site}/?theme=HEAL", forced_colors="active")

    def look(selector: str, name: str) -> str:
        shown: str = page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{name}")
        return shown

    box = ".ecl-checkbox__label .ecl-checkbox__box"
    checked = f".ecl-checkbox__input:checked + {box}"
    assert look(checked, "backgroundColor") != look(
        f".ecl-checkbox__input:not(:checked) + {box}", "backgroundColor"
    )
    assert look("#switch a[aria-current]", "borderBottomStyle") == "solid"
    for other in ("#switch a:not([aria-current])", ".erpd-bar__links a:not([aria-current])"):
        assert look(other, "borderTopColor") == look("body", "backgroundColor")
    assert look(".ecl-tag", "borderTopStyle") == "solid"
    page.locator(".ecl-checkbox__input:checked").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert look(checked, "outlineStyle") == "solid"


SOLID = "W" * 1_000
ENDLESS = f"""
    :x a dcat:Dataset ; dct:title "{SOLID * 5}"@en ; dct:description "{SOLID}", "{SOLID}"@de ;
        dcat:keyword "{SOLID}", "b{SOLID}" ; dcat:theme :{SOLID[:200]}, theme:ECON ;
        dct:publisher [ foaf:name "{SOLID}" ; foaf:homepage <http://{SOLID[:60]}.example/{SOLID[:900]}> ] ;
        dcat:contactPoint [ vcard:fn "{SOLID}" ; vcard:hasEmail <mailto:{SOLID[:60]}@{SOLID[:60]}.example> ;
            vcard:hasTelephone <tel:+{"1" * 200}> ; :{SOLID[:100]} "{SOLID}" ] ;
        dct:accessRights [ rdfs:label "{SOLID}" ] ; dct:provenance [ rdfs:label "{SOLID}" ] ;
        dct:rights "{SOLID}" ; dct:license <http://a.example/{SOLID[:900]}> ;
        dcat:landingPage <http://{SOLID[:60]}.{SOLID[:60]}.{SOLID[:60]}.example/> ;
        dct:identifier "{SOLID}" ; dct:modified "{SOLID}"^^xsd:date ; :{SOLID[:200]} "{SOLID}" ;
        dct:relation [ rdfs:label "{SOLID}" ; :is [ :is [ :is [ :is "{SOLID}" ] ] ] ] ;
        dcat:distribution :d, :e .
    :d a dcat:Distribution ; dct:title "{SOLID}" ; dct:description "{SOLID}" ; dct:format "{SOLID}" ;
        dcat:byteSize "{"9" * 400}" ; dcat:accessURL <http://a.example/{SOLID[:900]}> ;
        dct:rights [ rdfs:label "d{SOLID}" ] ;
        dcat:downloadURL <http://{SOLID[:60]}.{SOLID[:60]}.example/{SOLID[:900]}> .
    :e a dcat:Distribution ; dct:title "e{SOLID}" ; dct:format filetype:CSV ; dcat:accessURL "{SOLID}" .
    """


@pytest.mark.parametrize("width", [320, 1280])
def test_words_without_end_stay_within_the_page(
    opened: Opened, live_server: LiveServer, settings: LazySettings, width: int
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    nl = shelf.catalogue("nl", country="NL", title={"en": SOLID[:200]}, publisher=SOLID[:200])
    part = shelf.catalogue("nl-part", part_of=nl, title={"en": SOLID[:200]}, publisher=SOLID[:200])
    data_set = shelf.put_turtle(part, ENDLESS, mended=True)
    rebuild()
    search = f"/?q={SOLID[:64]}&publisher={SOLID[:200]}"
    page = opened("about:blank", viewport={"width": width, "height": 900})
    for address in ("/", search, "/catalogues", "/catalogues/nl", f"/datasets/{data_set.key}"):
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('details').forEach(element => element.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        wide = page.evaluate(
            """width => [...document.querySelectorAll("main *, header *")]
                .filter(one => one.checkVisibility() && !one.closest(".erpd-sr, svg"))
                .filter(one => one.getBoundingClientRect().right > width + 1)
                .map(one => one.outerHTML.slice(0, 100))""",
            width,
        )
        assert not wide, (address, wide[:3])
    page.goto(live_server.url)
    heights = page.evaluate(
        """[...document.querySelectorAll(".erpd-search__word, .ecl-label")].map(one => one.clientHeight)"""
    )
    assert max(heights) < 40, "our own words are broken into pieces"


def test_long_lists_are_turned_without_javascript(
    opened: Opened, live_server: LiveServer, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    names = ", ".join(f":d{number:02}" for number in range(60))
    described = "\n".join(
        f':d{number:02} a dcat:Distribution ; dct:title "File {number:02}" .' for number in range(60)
    )
    data_set = shelf.put_turtle(
        shelf.catalogue("nl"), f":x a dcat:Dataset ; dcat:distribution {names} .\n{described}", mended=True
    )
    page = opened(f"{live_server.url}/datasets/{data_set.key}", java_script_enabled=False)
    for number, first in ((2, "File 25"), (3, "File 50")):
        turning = page.get_by_role("navigation", name="Distributions")
        turning.get_by_role("link", name="Next").click()
        assert page.url.endswith(f"?distributions={number}#distributions")
        expect(turning.locator("[aria-current=page]")).to_contain_text(f"page {number} of 3")
        expect(page.get_by_role("heading", name=first)).to_be_in_viewport()
    notes = page.get_by_role("navigation", name="Notes on this record")
    page.locator("summary", has_text="notes").click()
    notes.get_by_role("link", name="Next").click()
    assert page.url.endswith("?distributions=3&notes=2#remarks")
    expect(notes.locator("[aria-current=page]")).to_contain_text("page 2 of")
    found = Axe().run(opened(page.url)).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_queries_are_written_in_an_editor(
    opened: Opened, site: str, settings: LazySettings, tmp_path: Path, viewport: dict[str, int]
) -> None:
    settings.HOME = tmp_path
    triples.follow()
    page = opened(f"{site}/query", viewport=viewport)
    expect(page.locator(".CodeMirror")).to_be_visible()
    expect(page.locator(".cm-keyword").first).to_have_text("PREFIX")
    page.get_by_role("textbox", name="Query").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("ASK {}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run the query")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#result + p")).to_have_text("Yes")
    assert not Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    if shots := os.environ.get("ERPD_SHOTS"):
        page.screenshot(path=f"{shots}/query-{viewport['width']}.png")
    asking.end_all()


def test_queries_are_written_without_javascript(opened: Opened, site: str) -> None:
    page = opened(f"{site}/query", java_script_enabled=False)
    expect(page.get_by_role("textbox", name="Query")).to_be_visible()
