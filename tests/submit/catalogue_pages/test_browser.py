"""The pages of a catalogue in a real browser: by keyboard, on a phone, and for those who listen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pyoxigraph import RdfFormat, serialize

from erpd.submit.models import Delivery, Upload
from tests.in_browser import NEEDED, look
from tests.submit.catalogue_pages.conftest import address, put, root
from tests.submit.owners import Office, record

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


def test_every_page_by_keyboard_and_for_those_who_listen(page: Page, made: Office, tmp_path: Path) -> None:
    long = "Ziekenhuisontslagenregistratie-van-alle-algemene-en-academische-ziekenhuizen " * 2
    draft = put(made, "draft/" + "x" * 90, kind="test", title=long, without="byteSize")
    done = put(made, "done", title="Discharges", publish=True)
    file = tmp_path / "income.ttl"
    file.write_bytes(serialize(record("income", "Income").graph.triples(), format=RdfFormat.TURTLE))
    sent = Upload.objects.create(
        owner=made.owner,
        catalogue=made.catalogues["protected"],
        person=made.people["admin"],
        name="gegevens.xlsx",
        total=3,
    )
    for path in (
        f"{root(made)}bulk/{sent.pk}/",
        root(made),
        root(made, "open"),
        f"{root(made, 'test')}?q=ziekenhuis&state=draft",
        f"{root(made, 'test')}?q=nothing",
        f"{root(made, 'test')}empty/",
        address(draft),
        address(done),
        *(address(draft, act) for act in ("erase/", "replace/", "publish-for-real/", "copy/")),
        *(address(done, act) for act in ("withdraw/", "transfer/")),
        f"/datasets/{done.pk}/question/",
        f"/owners/{made.owner.slug}/questions/",
    ):
        page.goto(path)
        look(page, path)

    page.goto(address(done, "transfer/"))
    page.get_by_label("Short name of the other data owner").fill("nobody")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    look(page, "transfer, refused")
    page.goto(address(draft, "publish/"))  # not offered while something is missing
    page.get_by_role("button", name="Publish", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not meet the mandatory rules")
    look(page, "publish, refused")

    page.goto(f"{root(made)}bulk/")
    page.get_by_role("button", name="Store", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    look(page, "bulk, no file")

    page.goto(root(made))
    page.get_by_role("link", name="Add a data set from a file").focus()
    page.keyboard.press("Enter")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check only").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing was stored yet.")).to_be_visible()
    look(page, "tried")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Store as a draft").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The data set is stored as a draft.")
    page.get_by_role("link", name="Publish", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Publish", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The data set is published.")
    look(page, "published")
    page.get_by_role("link", name="Withdraw").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Withdraw").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The data set is withdrawn.")
    assert Delivery.objects.get(title="Income").state == "withdrawn"
