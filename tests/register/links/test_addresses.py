"""Which addresses are tried, and how they are written."""

import pytest

from erpd.metadata.quality.measuring import Link
from erpd.register.links.addresses import MOST, address_of, addresses_in

ACCESS, DOWNLOAD = "accessUrlStatusCode", "downloadUrlStatusCode"


@pytest.mark.parametrize(
    ("iri", "text", "host"),
    [
        ("https://a.example/x?y=1#part", "https://a.example/x?y=1", "a.example"),
        ("https://user:secret@A.example:8080/x", "https://A.example:8080/x", "a.example"),
        ("HTTP://[2001:DB8::1]/", "http://[2001:DB8::1]/", "2001:db8::1"),
        ("https://münchen.example/ü", "https://münchen.example/ü", "münchen.example"),
    ],
)
def test_an_address_is_kept_without_password_and_fragment(iri: str, text: str, host: str) -> None:
    address = address_of(iri)
    assert address
    assert address[1:] == (text, host)


@pytest.mark.parametrize(
    "iri",
    [
        "ftp://a.example/x",
        "mailto:a@b.example",
        "https://",
        "https:///x",
        "http://[x",
        "http://a b/",
        "",
        "http://a.example/" + "x" * 600,
        "http://a.example/\x00",
        "urn:x",
    ],
)
def test_what_is_no_web_address_is_not_tried(iri: str) -> None:
    assert address_of(iri) is None


def test_an_address_is_tried_once_whatever_it_is_for() -> None:
    links = [Link(ACCESS, 0, "https://a.example/x"), Link(DOWNLOAD, 0, "https://a.example/x#csv")]
    assert list(addresses_in(links, is_open=True).values()) == [3]


def test_protected_data_are_never_downloaded() -> None:
    links = [Link(ACCESS, 0, "https://a.example/ask"), Link(DOWNLOAD, 0, "https://a.example/x.csv")]
    assert [one.text for one in addresses_in(links, is_open=False)] == ["https://a.example/ask"]


def test_one_data_set_does_not_keep_all_others_waiting() -> None:
    links = [Link(ACCESS, place, f"https://a.example/{place}") for place in range(MOST + 5)]
    assert len(addresses_in(links, is_open=True)) == MOST
