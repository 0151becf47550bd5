"""What may be about a person is pointed out; what is about a desk, a date or a law is not."""

from collections.abc import Callable

import pytest
from django.test import Client

from erpd.submit.form.privacy import MAIL, MOST, NAME, TELEPHONE, personal
from tests.submit.catalogue_pages.conftest import address, put
from tests.submit.form.filling import text_of
from tests.submit.owners import Office


@pytest.mark.parametrize(
    ("text", "what", "excerpt"),
    [
        ("Mail a.jansen@cbs.example for it.", MAIL, "a.jansen@cbs.example"),
        ("Vragen: mevrouw Jansen.", NAME, "mevrouw Jansen"),
        ("Ask Dr. A. de Vries", NAME, "Dr. A. de Vries"),
        ("Frau Müller-Lüdenscheidt", NAME, "Frau Müller"),
        ("bel 070 337 3800 of", TELEPHONE, "070 337 3800"),
        ("+31 6 12345678", TELEPHONE, "+31 6 12345678"),
    ],
)
def test_what_may_be_about_a_person(text: str, what: object, excerpt: str) -> None:
    (found,) = personal({"dctDescription": [{"value": text, "lang": "nl"}]})
    assert (found.what, found.text, found.step, found.field) == (what, excerpt, "about", "dctDescription")


@pytest.mark.parametrize(
    "text",
    [
        "From 01-01-2014 to 31.12.2023",
        "Regulation (EU) 2022/868",
        "ISBN 978 3 16 148410 0",
        "the ir sensor",
        "10.17026/dans-xyz",
    ],
)
def test_what_is_not(text: str) -> None:
    assert personal({"dctDescription": text}) == []


def test_the_address_of_a_desk_is_not_that_of_a_person() -> None:
    def mails(*addresses: str) -> list[str]:
        contacts = [{"vcardFn": "Desk", "vcardHasEmail": f"mailto:{one}"} for one in addresses]
        return [one.text for one in personal({"dcatContactPoint": contacts})]

    assert mails("info@cbs.nl", "open-data@cbs.nl", "microdata@cbs.nl", "service.desk@cbs.nl") == []
    assert mails("a.jansen@cbs.nl", "piet_de_vries@cbs.nl") == ["a.jansen@cbs.nl", "piet_de_vries@cbs.nl"]


def test_where_it_is_in_a_distribution_and_how_much_is_told() -> None:
    said = {"dcatDistribution": [{"dctTitle": "x"}, {"dctDescription": "Herr Müller " * 50}]}
    found = personal(said)
    assert len(found) == MOST
    assert {(one.step, one.number, one.field) for one in found} == {
        ("distributions", 1, "dcatDistribution-0-dctDescription")
    }


def test_a_test_catalogue_is_not_seen_by_everybody(cbs: Office, signed: Callable[..., Client]) -> None:
    real = "Once it is published for real, everybody will see it"
    for kind, told in (("test", real), ("protected", "Everybody will see it")):
        one = put(cbs, f"called-{kind}", kind=kind, title="Call Dr. Anna de Vries")
        assert f"Is this about a person?{told}" in text_of(signed().get(address(one)))
