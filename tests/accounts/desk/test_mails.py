"""The outbox at the desk: what failed and why; a mail is read only where it is a file of this node."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from erpd.accounts.deeds import deeds
from erpd.accounts.mails import tell
from erpd.accounts.models import Mail
from erpd.accounts.outbox import carriers
from erpd.accounts.outbox.reading import read
from erpd.accounts.outbox.sending import send_due
from tests.accounts.desk.conftest import EVIL

pytestmark = pytest.mark.django_db

LINK = "http://testserver/owners/contact/t0ken/"


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME, settings.EMAIL_HOST = tmp_path, ""
    return tmp_path


def a_mail(title: str = "Office") -> Mail:
    tell("data@office.example", "contact", token="t0ken", owner="office", title=title)
    return Mail.objects.latest("pk")


def said(client: Client, mail: Mail) -> str:
    content: str = client.get(f"/desk/mail/{mail.pk}/").content.decode()
    assert EVIL not in content
    return content


def test_a_mail_in_the_home_is_read_with_its_link(at_desk: Any, home: Path) -> None:
    client, mail = at_desk(), a_mail(f"{EVIL} http://testserver/evil")
    assert "t0ken" not in said(client, mail), "nobody reads it before it is sent"
    send_due()
    page = said(client, mail)
    assert f'<a class="ecl-link" href="{LINK}">{LINK}</a>' in page
    assert 'href="http://testserver/evil' not in page, "a line that is a link as a whole, and no other"
    assert client.get(f"/desk/mail/{mail.pk}/").status_code == 200
    (row,) = client.get("/desk/mail/").context["mails"]
    assert row["kind"] == f"Confirm the contact address of {EVIL} http://testserver/evil"
    (file,) = (home / "mail").iterdir()
    file.unlink()
    assert "t0ken" not in said(client, mail)


def test_once_a_server_is_named_nothing_is_read(at_desk: Any, home: Path, settings: Any) -> None:
    client, mail = at_desk(), a_mail()
    send_due()
    settings.EMAIL_HOST = "mail.example"
    assert "t0ken" not in said(client, mail)
    assert "Only the recipient knows what it says" in said(client, mail)
    mail.refresh_from_db()
    assert read(mail) is None


def test_a_file_that_is_broken_or_huge_breaks_no_page(at_desk: Any, home: Path) -> None:
    client, mail = at_desk(), a_mail()
    send_due()
    mail.refresh_from_db()
    for content in (
        b"",
        b"\0\xff" * 100,
        b"Content-Type: multipart/mixed\n\nx",
        b"Subject: x\n\n" + b"y" * 10**6,
    ):
        carriers.file_of(mail).write_bytes(content)
        assert client.get(f"/desk/mail/{mail.pk}/").status_code == 200


@contextmanager
def failing() -> Iterator[None]:
    class Broken(carriers.Files):
        def carry(self, mail: Mail) -> None:
            raise carriers.Refused(f"550 no such user {EVIL}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("erpd.accounts.outbox.sending.carrier", lambda: Broken(Path()))
        yield


def test_what_has_failed_says_why_and_is_tried_again(at_desk: Any, home: Path) -> None:
    client, mail = at_desk(), a_mail()
    address = f"/desk/mail/{mail.pk}/"
    assert "This e-mail has not failed." in client.post(address).content.decode()
    with failing():
        send_due()
    assert "1 e-mail has failed" in client.get("/desk/").content.decode()
    listed = client.get("/desk/mail/?state=failed&q=DATA@office").content.decode()
    assert "1 attempt: 550 no such user &lt;script&gt;" in listed
    assert "550 no such user" in said(client, mail)
    assert "t0ken" not in said(client, mail)
    assert client.post(address).status_code == 302
    assert (deeds(size=1)[0].verb, deeds(size=1)[0].detail["to"]) == ("send", "data@office.example")
    send_due()
    mail.refresh_from_db()
    assert mail.state == "sent"
    assert client.post(address).status_code == 409


def test_the_list_is_turned_by_key(at_desk: Any, home: Path) -> None:
    client = at_desk()
    for number in range(70):
        tell(f"{number}@office.example", "removed", title="x")
    first = client.get("/desk/mail/")
    second = client.get("/desk/mail/" + first.context["page"].further)
    assert (len(first.context["mails"]), len(second.context["mails"])) == (50, 20)
    assert not second.context["page"].further
    assert second.context["page"].first == "?"
