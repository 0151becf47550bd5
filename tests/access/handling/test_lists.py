"""The lists of a desk: what is in each, who sees it, and how much they ask of the database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from erpd.access.models import AccessRequest, Part, Review, Wanted
from erpd.access.requests.events import note_event
from erpd.access.requests.table import Action, Role
from erpd.accounts.may import VISITOR, Actor
from tests.access.handling.conftest import Desk, desk
from tests.accounts.owner_pages.conftest import shown, words
from tests.accounts.people import operator, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def references(client: Client, address: str) -> list[str]:
    links = shown(client.get(address)).xpath("//tbody//th/a/text()")
    return [str(link) for link in links]


def wrote(part: Part, action: Action, role: Role, **detail: bool) -> None:
    note_event(part, action, role, VISITOR, "x", **detail)


def test_each_part_is_in_the_lists_where_it_is_looked_for(
    cbs: Desk, signed: Callable[[Actor], Client]
) -> None:
    today = timezone.localdate()
    new = cbs.received(due=today + timedelta(days=60))
    back = cbs.received("review", due=today + timedelta(days=3), name="Émile")
    wrote(back, Action.RETURN, Role.HANDLER)
    wrote(back, Action.SUBMIT, Role.REQUESTER, again=True)
    late = cbs.received("review", due=today - timedelta(days=1), handler=cbs.handler.person)
    returned = cbs.received("returned")
    decided = cbs.received("decided", email="grace@lab.example")
    draft = cbs.received("draft")
    wrote(late, Action.MESSAGE, Role.REQUESTER)
    wrote(late, Action.MESSAGE, Role.HANDLER)
    taken = cbs.received("review", due=today + timedelta(days=90))
    wrote(taken, Action.SUBMIT, Role.REQUESTER, again=False)
    wrote(decided, Action.MESSAGE, Role.HANDLER)
    wrote(decided, Action.MESSAGE, Role.REQUESTER)
    elsewhere = desk("other")
    elsewhere.received()
    client = signed(cbs.handler)

    def of(name: str) -> list[str]:
        return references(client, f"{cbs.address}?list={name}")

    assert of("to-do") == references(client, cbs.address)
    assert of("to-do") == [one.reference for one in (back, new, decided)]
    assert of("review") == [late.reference, back.reference, taken.reference]
    assert of("late") == [late.reference]
    assert of("soon") == [back.reference]
    assert of("waiting") == [returned.reference]
    assert of("decided") == [decided.reference]
    assert of("all") == [one.reference for one in (taken, decided, returned, late, back, new)]
    page = words(client.get(cbs.address))
    for said in ("To do (3)", "Late (1)", "New", "Came back, changed", "A message waits"):
        assert said in page

    assert references(client, f"{cbs.address}?q={new.reference.lower()}") == [new.reference]
    assert references(client, f"{cbs.address}?q=GRACE") == [decided.reference]
    assert len(references(client, f"{cbs.address}?list=all&q=about+CBS-wages")) == 6
    assert references(client, f"{cbs.address}?q={draft.reference}") == []
    assert "No request in this list matches" in words(client.get(f"{cbs.address}?q=%00%27nobody"))
    for broken in ("?after=x", "?after=2026-01-01", "?list=none", "?after=9999-12-31.999999999999999999999"):
        assert client.get(cbs.address + broken).status_code == 200


def test_who_answers_nothing_at_a_desk_finds_none(cbs: Desk, signed: Callable[[Actor], Client]) -> None:
    asked, other = cbs.received("review"), cbs.received()
    assert cbs.office.actor("reader").person
    review = Review.objects.create(part=asked, person=cbs.office.people["reader"])
    reviewer = signed(cbs.office.actor("reader"))
    assert references(reviewer, cbs.address) == [asked.reference]
    assert f'href="{cbs.address}"' in reviewer.get("/owners/").content.decode()
    assert reviewer.get(f"{cbs.address}{asked.reference}/").status_code == 200
    assert reviewer.get(f"{cbs.address}{other.reference}/").status_code == 404
    strangers = [cbs.office.actor("admin"), cbs.office.actor("editor"), desk("other").handler]
    for who in (*strangers, operator(), person("ada@uni.example")):
        for address in (cbs.address, f"{cbs.address}{asked.reference}/"):
            assert signed(who).get(address).status_code == 404
            assert signed(who).post(address, {"act": "take"}).status_code in (404, 405)
    assert "/account/login/" in Client().get(cbs.address)["Location"]
    review.ended = timezone.now()
    review.save()
    assert reviewer.get(cbs.address).status_code == 404


def test_a_long_list_is_paged_by_key_and_asks_little(
    cbs: Desk, signed: Callable[[Actor], Client], django_assert_max_num_queries: Any
) -> None:
    number, today = 130, timezone.localdate()
    requests = AccessRequest.objects.bulk_create(AccessRequest(name=f"N{n}") for n in range(number))
    parts = Part.objects.bulk_create(
        Part(
            request=one,
            body=cbs.body,
            reference=f"B{n:05}",
            state="received",
            due=today + timedelta(days=n % 7) if n % 3 else None,
            received=timezone.now(),
            handler=cbs.handler.person,
        )
        for n, one in enumerate(requests)
    )
    one = cbs.data_sets[0]
    Wanted.objects.bulk_create(
        Wanted(request=part.request, part=part, data_set=one, iri=one.iri, title={"en": "Wages"})
        for part in parts
    )
    client = signed(cbs.handler)
    for name in ("to-do", "all"):
        seen: list[str] = []
        address = f"{cbs.address}?list={name}"
        while address:
            with django_assert_max_num_queries(15):
                page = shown(client.get(address))
            seen += [str(link) for link in page.xpath("//tbody//th/a/text()")]
            further = page.xpath("//a[@rel='next']/@href")
            address = f"{cbs.address}{further[0]}" if further else ""
        assert len(seen) == len(set(seen)) == number
