"""The list of government organisations: read from files whole or not at all, found by any word."""

import json

import pytest
from django.http import Http404

from erpd.accounts.actions.organisations import take_in
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Organisation
from erpd.accounts.organisation_lists import ListBroken, corporate_bodies, read_list
from erpd.accounts.organisations import found, is_theirs
from tests.accounts.people import operator, person

pytestmark = pytest.mark.django_db

CSV = """\ufeffiri,title:en,title_nl,domains
https://x.example/cbs,Statistics Netherlands,Centraal Bureau voor de Statistiek,@CBS.nl; www.CBS.nl

https://x.example/es,"Ministry, Athens",,
"""
JSON = [
    {"iri": "https://x.example/el", "title": {"el": "Υπουργείο Οικονομικών"}, "domains": ["bücher.example"]}
]


def test_lists_are_taken_in_and_found():
    for who in (person("anna@office.example"), person("e@office.example")):
        with pytest.raises(Http404):
            take_in(who=who, listed=read_list(CSV.encode()), origin="list.csv")
    assert take_in(who=operator(), listed=read_list(CSV.encode()), origin="list.csv") == (2, 0, 0)
    assert take_in(who=COMMAND_LINE, listed=read_list(json.dumps(JSON).encode()), origin="x") == (1, 0, 0)
    cbs = Organisation.objects.get(iri="https://x.example/cbs")
    assert cbs.title == {"en": "Statistics Netherlands", "nl": "Centraal Bureau voor de Statistiek"}
    assert cbs.domains == ["cbs.nl", "www.cbs.nl"]
    for text in ("bureau statistiek", "STATISTICS", "cbs.nl", "Netherlands bureau"):
        assert found(text) == [cbs], text
    assert [one.domains for one in found("υπουργείο")] == [["xn--bcher-kva.example"]]
    assert found("bureau athens") == found(" ") == found("%") == found("nothing") == []

    changed = CSV.replace(",domains", "").replace(",@CBS.nl; www.CBS.nl", "").replace("Athens", "Thebes")
    assert take_in(who=COMMAND_LINE, listed=read_list(changed.encode()), origin="y") == (0, 1, 1)
    cbs.refresh_from_db()
    assert cbs.domains == ["cbs.nl", "www.cbs.nl"], "the list says nothing of them"
    assert deeds(size=1)[0].detail == {"origin": "y", "new": 0, "changed": 1, "unchanged": 1}


def test_the_corporate_bodies_are_a_beginning():
    bodies = corporate_bodies()
    assert take_in(who=COMMAND_LINE, listed=bodies, origin="corporate-body") == (len(bodies), 0, 0)
    assert take_in(who=COMMAND_LINE, listed=bodies, origin="corporate-body") == (0, 0, len(bodies))
    assert next(one.iri.rpartition("/")[2] for one in found("european commission")) == "COM"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "not UTF-8 .byte 0."),
        (b"", "Line 1 has to name the columns"),
        (b"iri,name\nhttps://x.example,X", "Line 1 has to name the columns"),
        (b"iri,title:en\n", "has no organisations"),
        (b"iri,title:en\n\nnone,X", "Line 3: iri has to be"),
        (b"iri,title:en\nhttps://x.example/ y,X", "Line 2: iri has to be"),
        (b"iri,title:en\njavascript:alert(1),X", "Line 2: iri has to be"),
        (b"iri,title:en\nhttps://x.example/1,", "Line 2: A text in at least one language"),
        (b"iri,title:xx\nhttps://x.example/1,X", "Line 2: .xx. is not a language"),
        (b"iri,title:en,domains\nhttps://x.example/1,X,nl", "Line 2: 'nl' is not a mail domain"),
        (b"iri,title:en,domains\nhttps://x.example/1,X,a@b.nl", "Line 2: 'a@b.nl' is not a mail domain"),
        (
            b"iri,title:en\nhttps://x.example/1,X\nhttps://x.example/1,Y",
            "Line 3: https://x.example/1 occurs twice",
        ),
        (b'iri,title:en\nhttps://x.example/1,"' + b"x" * 200_000, "Line 2 is not CSV: field larger"),
        (b"[", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"{}", "has to be a list"),
        (b'[{"iri": "https://x.example/\\ud800", "title": {"en": "X"}}]', "Organisation 1: iri has to be"),
        (b"[1]", "Organisation 1 is not an object"),
        (b'[{"iri": 1, "title": {"en": "X"}}]', "Organisation 1: iri has to be"),
        (b'[{"iri": "https://x.example", "title": "X"}]', "Organisation 1: title has to be"),
        (b'[{"iri": "https://x.example", "title": {"en": "X"}, "domains": "x"}]', "domains has to be a list"),
    ],
    ids=range(21),
)
def test_a_broken_list_says_where(content, told):
    with pytest.raises(ListBroken, match=told):
        read_list(content)


def test_whose_address_it_is():
    cbs = Organisation(domains=["cbs.nl", "xn--bcher-kva.example"])
    for email in ("a@cbs.nl", "a@CBS.NL", "a@stat.cbs.nl", "a@bücher.example"):
        assert is_theirs(email, cbs) is True, email
    for email in ("a@evilcbs.nl", "a@cbs.nl.evil.example", "cbs.nl@evil.example", "cbs.nl", "a@", "a@nl"):
        assert is_theirs(email, cbs) is (email == "cbs.nl"), email
    assert is_theirs("a@cbs.nl", Organisation()) is None
