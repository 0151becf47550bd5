"""An organisation becomes a data owner by pages and mails, delivers, and the European register shows it.

``test_owner.py`` proves what the APIs refuse; here people do everything in a browser.
"""

import email
import hmac
import re
import struct
import time
from base64 import b32decode
from contextlib import ExitStack
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from ckanapi import NotAuthorized, NotFound, RemoteCKAN
from playwright.sync_api import Browser, Page, expect

from tests.in_browser import NEEDED, browser  # noqa: F401  # a fixture
from tests.journeys.nodes import PATIENCE, Node, get
from tests.journeys.test_owner import DATA_SET, PACKAGE, api

ANNA, BERT, DESK = "anna@waterschap.example", "bert@waterschap.example", "desk@portal.example"
CONTACT = "data@waterschap.example"
TITLE = DATA_SET["dctTitle"][1]["value"]
PASSWORD = "the quick brown fox of the polder"
LIST = """iri,title:nl,title:en,domains
https://list.example/1,Waterschap Noord,Water Board North,waterschap.example
"""

pytestmark = NEEDED


class Post:
    """The mails of a node, each of which is looked at once."""

    def __init__(self, node: Node) -> None:
        self.url, self.folder, self.read = node.url, node.home / "mail", set[Path]()

    def next(self, to: str) -> EmailMessage:
        """The next mail to an address. It is whole, says who sends it, and no secret but its link."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for file in sorted(self.folder.glob("[!.]*"), key=lambda file: file.stat().st_mtime_ns):
                mail = email.message_from_bytes(file.read_bytes(), policy=default)
                if file not in self.read and mail["To"] == to:
                    self.read.add(file)
                    return self.checked(mail)
            time.sleep(0.05)
        raise AssertionError(f"no mail to {to}")

    def checked(self, mail: EmailMessage) -> EmailMessage:
        plain, rich = text_of(mail), mail.get_body(("html",))
        assert mail["Subject"]
        assert mail["Message-ID"]
        assert rich
        assert rich.get_content().startswith("<!doctype html>")
        assert PASSWORD not in plain + rich.get_content()
        assert "erpd_" not in plain
        assert all(link.startswith(self.url) for link in re.findall(r"https?://\S+", plain))
        return mail

    def link(self, to: str) -> str:
        """The address that the next mail asks to open."""
        plain = text_of(self.next(to))
        return [link for link in re.findall(r"https?://\S+", plain) if link.rstrip("/") != self.url][-1]

    def left(self) -> list[str]:
        """To whom there are mails that nobody has looked at."""
        files = [file for file in self.folder.glob("[!.]*") if file not in self.read]
        return [
            f"{mail['To']}: {mail['Subject']}"
            for mail in (email.message_from_bytes(file.read_bytes(), policy=default) for file in files)
        ]


def text_of(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    assert plain
    content: str = plain.get_content()
    return content


def code(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238; RFC 4226, 5.3)."""
    mac = hmac.digest(b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    (number,) = struct.unpack_from(">I", mac, mac[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def done(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)


def prove(page: Page) -> None:
    """Enter the password if the page asks for it, because only the link of a mail has signed them in."""
    page.wait_for_load_state()
    if "reauthenticate" in page.url:
        page.locator("input[name=password]").fill(PASSWORD)
        press(page, "Confirm")


def set_up_app(page: Page, post: Post, who: str) -> None:
    page.goto("/account/2fa/totp/activate/")
    prove(page)
    secret = page.locator("main form code").inner_text()
    page.locator("input[name=code]").fill(code(secret))
    press(page, "Set up")
    page.wait_for_url(re.compile("/account/2fa/(?!totp)"))
    assert post.next(who)["Subject"]


def sign_up(page: Page, who: str, name: str) -> None:
    page.locator("input[name=email]").fill(who)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=name]").fill(name)
    press(page, "Create the account")


def make_key(page: Page, catalogue: str) -> str:
    page.goto("/owners/waterschap/keys/")
    page.get_by_label("Catalogue", exact=False).first.select_option(catalogue)
    press(page, "Create the key")
    prove(page)
    return page.get_by_role("region", name="Your new key").inner_text().strip()


@pytest.fixture
def people(browser: Browser) -> Any:  # noqa: F811
    """``people(url)``: somebody with a browser of their own."""
    with ExitStack() as ending:

        def somebody(url: str) -> Page:
            context = browser.new_context(base_url=url, locale="en-GB")
            ending.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE * 1000)
            return page

        yield somebody


def test_from_signing_up_to_the_european_register(tmp_path: Path, people: Any) -> None:
    national, european = Node(tmp_path / "nl", "national", "NL"), Node(tmp_path / "eu", "european")
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    national.erpd("organisations", "import", str(tmp_path / "list.csv"))
    national.erpd("account", "add", DESK, "--operator")
    post = Post(national)
    with national.serving() as url:
        desk, anna, bert = people(url), people(url), people(url)

        # Somebody signs up, sets up a second factor and asks for an organisation.
        anna.goto("/account/signup/")
        sign_up(anna, ANNA, "Anna")
        anna.goto(post.link(ANNA))
        press(anna, "Confirm")
        anna.wait_for_url(lambda url: "confirm" not in url)
        set_up_app(anna, post, ANNA)
        anna.goto("/owners/apply/?q=water+board")
        anna.get_by_role("link", name="Water Board North").click()
        anna.get_by_label("Contact address").fill(CONTACT)
        press(anna, "Send the request")
        done(anna, "Your request has been sent")

        # The operator sets a password by the mail's link, is told of the request, and approves at the desk.
        desk.goto(post.link(DESK))
        assert post.next(DESK)["Subject"] == "Water Board North asks to become a data owner"
        desk.locator("input[name=password1]").fill(PASSWORD)
        press(desk, "Set the password")
        assert post.next(DESK)["Subject"] == "Your password was reset"
        desk.locator("main").get_by_role("link", name="Sign in").click()
        desk.locator("input[name=login]").fill(DESK)
        desk.locator("input[name=password]").fill(PASSWORD)
        press(desk, "Sign in")
        set_up_app(desk, post, DESK)
        desk.goto("/desk/")
        desk.get_by_role("link", name="Water Board North").click()
        press(desk, "Approve")
        done(desk, "The data owner is approved.")

        # The contact address is confirmed by its mail, in any browser; the agreement is accepted.
        anna.goto(post.link(ANNA))
        expect(anna.get_by_role("heading", level=1)).to_have_text("Water Board North")
        anna.get_by_role("link", name="Agreement").first.click()
        anna.get_by_label("I have read the agreement").check()
        press(anna, "Accept the agreement")
        done(anna, "You have accepted version 1")
        stranger = people(url)
        stranger.goto(post.link(CONTACT))
        press(stranger, "Confirm")
        expect(stranger.get_by_role("heading", level=1)).to_have_text("The address is confirmed")

        # An editor is invited, signs up by the invitation, and makes keys.
        anna.goto("/owners/waterschap/members/")
        anna.get_by_label("E-mail address").fill(BERT)
        anna.get_by_label("Role").last.select_option("editor")
        press(anna, "Send the invitation")
        done(anna, "We have sent an invitation")
        bert.goto(post.link(BERT))
        bert.get_by_role("link", name="Create an account").click()
        sign_up(bert, BERT, "Bert")  # the invitation's link has confirmed the address
        press(bert, "Accept")
        expect(bert.get_by_role("heading", level=1)).to_have_text("Water Board North")
        trial, real = make_key(bert, "waterschap-test"), make_key(bert, "waterschap")

        # Delivered by both APIs: a trial and a draft, which show on no door, and what is published at once.
        package = RemoteCKAN(url, apikey=real).action.package_create(**PACKAGE)
        datasets = f"{url}/api/v1/datasets"
        status, tried = api(datasets, trial, "POST", DATA_SET)
        assert status == 201, tried
        for stranger_key in (trial, ""):
            with pytest.raises((NotAuthorized, NotFound)):
                RemoteCKAN(url, apikey=stranger_key).action.package_delete(id=package["id"])
        first = european.harvest("oai-pmh", f"{url}/oai", "--set", "protected")
        assert (first["received"], first["new"], first["rejected"]) == (1, 1, 0)
        for path in ("/", "/catalogue.ttl", "/api/3/action/package_list", "/sitemaps/all.xml"):
            assert tried["id"].encode() not in get(url + path)[0]

        # By page: the trial is published for real, the package is withdrawn.
        bert.goto("/owners/waterschap/catalogues/waterschap-test/")
        expect(bert.get_by_text("Test: nobody else sees this")).to_be_visible()
        bert.get_by_role("link", name=TITLE).click()
        bert.get_by_role("link", name="Publish for real").click()
        bert.locator("input[name=catalogue][value=waterschap]").check()
        press(bert, "Publish for everybody")
        done(bert, "The data set is published for everybody.")
        bert.goto("/owners/waterschap/catalogues/waterschap/?state=published&q=verzuim")
        bert.get_by_role("link", name=PACKAGE["title"]).click()
        bert.get_by_role("link", name="Withdraw").click()
        press(bert, "Withdraw")
        done(bert, "The data set is withdrawn.")
        second = european.harvest("oai-pmh", f"{url}/oai", "--set", "protected", "--approve-deletions")
        assert (second["new"], second["rejected"], second["deleted"] + second["gone"]) == (1, 0, 1)
        anna.goto("/owners/waterschap/audit/")
        expect(anna.locator("main")).to_contain_text("Withdrew a data set")
        assert post.left() == []
    (shown,) = european.alive()
    with european.serving() as there:
        page = people(there)
        page.goto(f"/datasets/{UUID(european.held()[shown].key)}")
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
