"""The link that confirms a contact address: a page with a button, which works once."""

import pytest
from django.test import Client

from erpd.accounts.actions import contacts
from erpd.accounts.models import Owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Owner:
    return Owner.objects.create(
        slug="health", title={"en": "Health <b>", "nl": "Gezondheid"}, contact="data@health.example"
    )


def test_it_is_confirmed_by_the_button_once(client: Client, owner: Owner) -> None:
    address = f"/owners/contact/{contacts.token_of(owner)}/"
    page = client.get(address)
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
    assert "no-store" in page["Cache-Control"]
    assert "Health &lt;b&gt;" in page.content.decode()
    assert "data@health.example" in page.content.decode()
    owner.refresh_from_db()
    assert owner.confirmed is None, "programs that look through mail open links, too"
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    assert "The address is confirmed" in client.post(address).content.decode()
    owner.refresh_from_db()
    assert owner.confirmed
    for again in (client.get(address), client.post(address)):
        assert again.status_code == 404
        assert "This link is not valid" in again.content.decode()


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "x" * 5_000, "é"])
def test_what_is_made_up_is_not_valid(client: Client, owner: Owner, token: str) -> None:
    assert client.get(f"/owners/contact/{token}/").status_code == 404


def test_other_methods_are_refused_and_nothing_is_kept_of_the_reader(client: Client, owner: Owner) -> None:
    address = f"/owners/contact/{contacts.token_of(owner)}/"
    assert client.delete(address).status_code == 405
    assert "sessionid" not in client.get(address).cookies
