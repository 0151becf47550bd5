"""A researcher finds a data set on the European node, and asks two bodies of a national node for data.

One body returns the request, estimates, and grants in part; the other extends the time limit and refuses.
Each in a browser of their own, without JavaScript; the register of decisions shows both.
"""

import io
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from erpd.cli.demonstrating_owner import Made, code, make_owner
from erpd.cli.demonstrating_point import name_the_point, rules_for
from erpd.cli.demonstrating_requests import HANDLER, RESEARCHER
from erpd.formats.decision_figures import FEWEST
from tests.in_browser import NEEDED, browser  # noqa: F401  # a fixture
from tests.journeys.nodes import PATIENCE, Node, get
from tests.proofs import ONLY_AT_LENGTH

pytestmark = NEEDED
EDITOR = "redactie@monitor.overheid.example"
WHY = "Accidents of older cyclists: <script>alert(1)</script> & {{ 7*7 }}"
_MOMENT = 0.2  # seconds
Sit = Callable[[str], Page]


class Nodes(NamedTuple):
    """Both, served."""

    national: Node
    european: Node


@pytest.fixture
def made(tmp_path: Path) -> tuple[Node, Made]:
    national = Node(tmp_path / "nl", "national", "NL")
    national.harvest("dump", files("erpd.demo") / "protected.ttl", "--policy", "lenient")
    return national, make_owner(national.home)


@pytest.fixture
def nodes(made: tuple[Node, Made], tmp_path: Path) -> Iterator[Nodes]:
    national, european = made[0], Node(tmp_path / "eu", "european")
    with national.serving() as address:
        rules = str(rules_for(european.home, address))
        european.harvest("oai-pmh", f"{address}/oai", "--set", "protected", "--rules", rules)
        name_the_point(european.home, address)
        with european.serving():
            yield Nodes(national, european)


@pytest.fixture
def sit(browser: Browser, nodes: Nodes, made: tuple[Node, Made]) -> Iterator[Sit]:  # noqa: F811
    """``sit(address)``: the browser of somebody with an account, who has not signed in yet."""
    with ExitStack() as ending:
        expect.set_options(timeout=PATIENCE * 1000)
        ending.callback(expect.set_options, timeout=None)

        def sit(email: str) -> Page:
            context = browser.new_context(
                base_url=nodes.national.url, java_script_enabled=False, locale="en-GB"
            )
            ending.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE * 1000)
            if email != RESEARCHER:
                page.goto("/account/login/")
                sign_in(page, email, made[1])
            return page

        yield sit


def sign_in(page: Page, email: str, people: Made) -> None:
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(people.password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    if page.locator("input[name=code]").count():
        page.locator("input[name=code]").fill(code(people))
        page.locator("main form button[type=submit]").first.click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def fill(page: Page, **said: str) -> None:
    for name, text in said.items():
        page.locator(f"main [name={name}]").fill(text)


def tick(page: Page, *labels: str) -> None:
    for label in labels:
        page.get_by_label(label).first.check()


def done(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)


@ONLY_AT_LENGTH  # `tests/access/asking` and `tests/access/handling` do each step without a browser
def test_two_bodies_answer_one_request(sit: Sit, nodes: Nodes, made: tuple[Node, Made]) -> None:
    with closing(sqlite3.connect(nodes.european.home / "erpd.sqlite3")) as database:
        read = database.execute("SELECT address, failure FROM harvest_decisionsread").fetchall()
    assert read == [(f"{nodes.national.url}/decisions.ttl", "")]
    asker, before = sit(RESEARCHER), newest_mail(nodes.national)
    read_how_long_it_takes(asker, nodes)
    accidents, births = ask(asker, nodes, made[1])
    ours, theirs = sit(EDITOR), sit(HANDLER)

    # Neither body sees the part of the other.
    desk = "/bodies/commissie-gegevenstoegang-rijksmonitor/desk/"
    other = "/bodies/instantie-voor-toegang-tot/desk/"
    for page, foreign in ((ours, f"{other}{births}/"), (theirs, f"{desk}{accidents}/")):
        answer = page.goto(foreign)
        assert answer is not None
        assert answer.status == 404
    for page, own, shown in ((ours, desk, "Road accidents"), (theirs, other, "Perinatal")):
        page.goto(own)
        follow(page, accidents if page is ours else births)
        expect(page.locator("main")).to_contain_text(shown)
        expect(page.locator("main")).to_contain_text(WHY)

    returned_and_changed(ours, asker, accidents)
    estimated_and_granted(ours, asker, accidents)
    extended_and_refused(theirs, asker, births)

    asker.goto("/decisions/?outcome=partly")
    expect(asker.locator("main")).to_contain_text("Road accidents, microdata")
    lines = json.loads(get(f"{nodes.national.url}/decisions.json")[0])["decisions"]
    assert [one["outcome"] for one in lines if "perinatale" in json.dumps(one)] == ["refused"]
    assert WHY not in json.dumps(lines)
    told = mails(nodes.national, RESEARCHER, after=before)
    assert told == [
        *("request-sent", "request-sent", "request-returned", "request-sent", "request-estimate"),
        *("request-decided", "request-extended", "request-decided"),
    ]
    letters = [file.read_text("utf-8") for file in (nodes.national.home / "mail").iterdir()]
    for reference, number in ((accidents, 5), (births, 3)):
        mine = [text for text in letters if f"/{reference}/" in text and f"To: {RESEARCHER}" in text]
        assert len(mine) == number
    assert not [text for text in letters if "Injuries" in text or "cyclists" in text]


def read_how_long_it_takes(page: Page, nodes: Nodes) -> None:
    """The European node shows what the lines of the point come to, and finds the quickest first."""
    quarter = (timezone.localdate().month - 1) // 3 + 1
    lines = json.loads(get(f"{nodes.national.url}/decisions.json")[0])["decisions"]
    counted = [
        one
        for one in lines
        if one["days"] is not None and one["quarter"] < f"{timezone.localdate().year}-Q{quarter}"
    ]
    days = sorted(one["days"] for one in counted)
    granted = sum(one["outcome"] != "refused" for one in counted)
    assert len(days) >= FEWEST
    said = f"{len(days)} requests decided, {granted} granted, median {median(days)} days"
    page.goto(f"{nodes.european.url}/?sort=days")
    page.locator("main h3 a, main h2 a").first.click()
    expect(page.locator("main")).to_contain_text("The national point (127.0.0.1) says")
    expect(page.locator("main")).to_contain_text(said)
    follow(page, "All decisions")
    assert page.url == f"{nodes.national.url}/decisions"


def ask(page: Page, nodes: Nodes, people: Made) -> tuple[str, str]:
    """From the European node to the desks of two bodies. Returns the references of both parts."""
    page.goto(f"{nodes.european.url}/?q=Road+accidents+microdata")
    follow(page, "Road accidents, microdata")
    found = page.url
    press_first(page, "Can I get it?")
    page.locator("main select[name=who]").select_option("research")
    page.locator("main select[name=purpose]").select_option("ScientificResearch")
    page.locator("main select[name=where]").select_option("eu")
    press(page, "Can I get it?")
    page.get_by_role("link", name=re.compile("^Ask for access")).first.click()
    assert page.url.startswith(f"{nodes.national.url}/requests/new?dataset=https%3A%2F%2Fmonitor.overheid")
    follow(page, "Sign in or create an account")
    sign_in(page, RESEARCHER, people)
    expect(page.get_by_label("Who are you?")).to_have_value("research")
    press(page, "Start a request")
    expect(page.locator(f'main a[href="{found}"]')).to_be_visible()
    page.locator("main input[name=q]").fill("Perinatal registry")
    press(page, "Search")
    page.get_by_role("button", name="Add to my request").first.click()
    follow(page, "About you and what you need")
    answered(page)
    press(page, "Save and continue")
    page.locator("input[name$=ethics]").last.check()
    press(page, "Save and continue")
    return sent(page)


def press_first(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def answered(page: Page) -> None:
    # What was answered on the European node came along.
    expect(page.get_by_label("Who are you?")).to_have_value("research")
    expect(page.get_by_label("scientific research", exact=True).first).to_be_checked()
    page.get_by_label("Your country").select_option("NL")
    page.get_by_label("Describe what you want to do").fill(WHY)
    page.get_by_label("Which data do you need?").fill("Everything")
    page.get_by_label("First day").fill("2027-01-01")
    page.get_by_label("Last day").fill("2027-12-31")
    tick(page, "I do not know", "on the premises")
    page.get_by_label("Name, 1").fill("Ada")
    expect(page.get_by_role("group", name="transfer data").get_by_label("No")).to_be_checked()


def sent(page: Page) -> tuple[str, str]:
    press(page, "Send the request")
    expect(page.locator("#sent")).to_be_visible()
    references = []
    for body in ("Commissie Gegevenstoegang", "Instantie voor toegang"):
        link = page.locator("main a[href*='/requests/parts/']", has_text=body)
        references.append((link.get_attribute("href") or "").rstrip("/").rpartition("/")[2])
    return references[0], references[1]


def open_part(page: Page, reference: str) -> None:
    page.goto(f"/requests/parts/{reference}/")


def act(page: Page, name: str, button: str = "", **said: str) -> None:
    """Do what the page of a part offers the body; on a page of its own if it asks for something."""
    follow(page, name)
    fill(page, **said)
    press(page, button or name)


def returned_and_changed(body: Page, asker: Page, reference: str) -> None:
    act(body, "Return it for changes", "Return the request", text="Which years?")
    done(body, "returned")
    open_part(asker, reference)
    expect(asker.locator("main")).to_contain_text("Which years?")
    follow(asker, "Change my answers")
    asker.get_by_label("Which data do you need?").fill("From 2019 to 2024")
    press(asker, "Save and continue")
    press(asker, "Send the request")
    body.reload()
    changes = body.locator("main")
    expect(changes).to_contain_text("Everything")
    expect(changes).to_contain_text("From 2019 to 2024")


def estimated_and_granted(body: Page, asker: Page, reference: str) -> None:
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    estimate = {"least": "400", "most": "600", "covers": "Three days of work", "valid_until": until}
    act(body, "Send a cost estimate", "Send the estimate", **estimate)
    open_part(asker, reference)
    expect(asker.locator("main")).to_contain_text("Three days of work")
    press(asker, "Accept this estimate")
    body.reload()
    follow(body, "Grant it in part")
    fill(
        body,
        until="2027-12-31",
        refused="Injuries: they lead to people.",
        fee="700",
        explanation="See above.",
    )
    tick(body, "I have checked it")
    press(body, "Grant in part, and send the letter")
    expect(body.locator("main")).to_contain_text("600")  # more than was accepted, and no ground
    body.get_by_label(re.compile("does not meet the published conditions")).check()
    fill(body, fee="500")
    tick(body, "I have checked it")
    press(body, "Grant in part, and send the letter")
    done(body, "granted in part")
    read_letter(asker, reference, "Injuries: they lead to people.", "500", "31 december 2027")


def extended_and_refused(body: Page, asker: Page, reference: str) -> None:
    follow(body, "Extend the time limit")
    body.locator("main input[name=ground]").first.check()
    fill(body, reasons="Four registries have to be joined.")
    press(body, "Extend the time limit")
    open_part(asker, reference)
    expect(asker.locator("main")).to_contain_text("Four registries have to be joined.")
    body.reload()
    expect(body.get_by_role("link", name="Extend the time limit")).to_have_count(0)
    follow(body, "Refuse the request")
    body.get_by_label(re.compile("does not meet the published conditions")).check()
    fill(body, explanation="The purpose does not fit.")
    press(body, "Preview the letter")
    expect(body.locator("#draft")).to_contain_text("The purpose does not fit.")
    tick(body, "I have checked it")
    press(body, "Refuse, and send the letter")
    done(body, "refused")
    read_letter(asker, reference, "The purpose does not fit.", "Vrouwe Justitiaplein 1", "zes weken")


def read_letter(page: Page, reference: str, *texts: str) -> None:
    """The letter, on its page and as PDF."""
    open_part(page, reference)
    follow(page, "Read the letter")
    answer = page.context.request.get(f"/letters/{reference}.pdf")
    content = "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.body())).pages)
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)
        assert text in " ".join(content.split())


def mails(node: Node, to: str, *, after: int) -> list[str]:
    """What somebody was told since, in order, once everything is sent."""
    asked = 'SELECT template, state FROM accounts_mail WHERE "to" = ? AND id > ? ORDER BY id'
    for _ in range(int(PATIENCE / _MOMENT)):
        with closing(sqlite3.connect(node.home / "erpd.sqlite3")) as database:
            rows: list[Any] = database.execute(asked, (to, after)).fetchall()
        if all(state == "sent" for _, state in rows):
            break
        time.sleep(_MOMENT)
    return [template for template, _ in rows]


def newest_mail(node: Node) -> int:
    with closing(sqlite3.connect(node.home / "erpd.sqlite3")) as database:
        return int(database.execute("SELECT max(id) FROM accounts_mail").fetchone()[0])
