"""The form in a real browser: by keyboard, on a phone, and for those who leave with unsaved text."""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from erpd.formats.delivery import data_set_of
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery
from tests.in_browser import NEEDED, look
from tests.submit.catalogue_pages.conftest import address, put, root
from tests.submit.owners import Office

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]
DISCHARGES = "Ziekenhuisontslagenregistratie van alle algemene en academische ziekenhuizen"


def said(one: Delivery) -> dict[str, Any]:
    return data_set_of(delivered(one))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_registered_by_keyboard_and_seen_at_every_width(page: Page, made: Office) -> None:
    made.owner.title = {"nl": "Bureau", "en": "Office"}
    made.owner.save()
    put(made, "before", title=DISCHARGES)
    page.goto(root(made))
    page.get_by_role("link", name="Register a data set").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Register a data set")
    look(page, "form-new")
    page.get_by_label("Title 1", exact=True).fill("Admissions")
    page.get_by_label("Language of Title 1").select_option("nl")
    press(page, "Add another language (Title)")
    page.get_by_label("Title 3", exact=True).fill("Aufnahmen")
    page.get_by_label("Description 1", exact=True).fill("Call Dr. Anna de Vries, 070 337 3800.")
    page.get_by_label("Title 1", exact=True).press("Enter")  # saves, as in any form
    expect(page.get_by_role("heading", level=1)).to_have_text("Who holds it")
    one = Delivery.objects.get(titles__nl="Admissions")
    assert one.titles == {"nl": "Admissions", "de": "Aufnahmen"}
    press(page, "Save and continue")
    page.get_by_label("restricted").check()
    press(page, "Save and continue")
    page.get_by_label("Place").fill("Nedrland")
    press(page, "Save and continue")
    expect(page).to_have_title(re.compile("^Error: "))
    look(page, "form-wrong")
    page.get_by_label("Place").fill("Netherlands")
    press(page, "Save and continue")
    page.get_by_role("link", name="Add a file or service").click()
    page.get_by_label("Access URL").fill("www.cbs.nl/microdata")
    page.get_by_label("Format").fill("CSV")
    page.get_by_label("Size in bytes").fill("5 GB")
    page.get_by_label("Rights 1", exact=True).fill("On request.")
    press(page, "Add (Access service)")
    expect(page.get_by_label("Endpoint URL")).to_be_visible()
    look(page, "form-distribution")
    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_have_text("Files and services")
    for each in ("who", "access", "distributions"):
        page.goto(address(one, f"edit/{each}/?check=1"))
        look(page, f"form-{each}")
    page.goto(address(one, "edit/review/"))
    expect(page.get_by_text("This looks like the name of a person.")).to_be_visible()
    look(page, "form-review")
    press(page, "Publish for everybody")
    expect(page.get_by_role("status")).to_contain_text("The data set is published.")


def test_whoever_leaves_with_unsaved_text_is_asked(page: Page, made: Office) -> None:
    one = put(made)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(address(one, "edit/about/"))
    page.reload()
    assert asked == []
    page.get_by_label("Title 1", exact=True).click()
    page.keyboard.type("More ")
    page.locator(".erpd-trail a").first.click()
    page.wait_for_url("**/owners/cbs/")
    assert asked == ["beforeunload"]
    page.goto(address(one, "edit/about/"))
    page.get_by_label("Title 1", exact=True).click()
    page.keyboard.type("More ")
    press(page, "Who holds it")  # saves first
    expect(page.get_by_role("heading", level=1)).to_have_text("Who holds it")
    assert asked == ["beforeunload"]


def test_a_box_is_drawn_on_the_map_and_its_numbers_are_saved(page: Page, made: Office) -> None:
    one = put(made, "mapped")
    page.goto(address(one, "edit/coverage/"))
    look(page, "form-map")
    drawing = page.get_by_role("application")
    drawing.scroll_into_view_if_needed()
    shown = drawing.bounding_box()
    assert shown
    for part, act in ((0.25, page.mouse.down), (0.75, page.mouse.up)):
        page.mouse.move(shown["x"] + shown["width"] * part, shown["y"] + shown["height"] * part)
        act()
    sides = [page.get_by_label(side, exact=True) for side in ("West", "South", "East", "North")]
    west, south, east, north = (float(side.input_value()) for side in sides)
    assert west < east
    assert south < north
    expect(page.locator("figcaption")).to_contain_text(f"West {west:g}")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    moved = [float(side.input_value()) for side in sides]
    assert (moved[0] > west, moved[1], moved[2] > east, moved[3] < north) == (True, south, True, True)
    sides[0].fill("200")  # the numbers are the truth, also if they are wrong
    press(page, "Save and continue")
    expect(page).to_have_title(re.compile("^Error: "))
    sides[0].fill("1")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Files and services")
    one.refresh_from_db()
    assert said(one)["dctSpatial"][0]["dcatBbox"].startswith("POLYGON((1 ")
