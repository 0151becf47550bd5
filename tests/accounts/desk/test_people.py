"""Offices are given and taken in sudo mode; an account ends at once; the last operator stays."""

from typing import Any

import pytest
from django.test import Client

from erpd.accounts import keys
from erpd.accounts.actions import invitations, people
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail, Owner, Person
from erpd.accounts.refusal import Code, Refusal
from tests.accounts.desk.conftest import EVIL
from tests.accounts.people import ADMIN, operator, person, sign_in
from tests.accounts.test_members import at_once

pytestmark = pytest.mark.django_db

OPERATOR = Person.Office.OPERATOR


def page_of(who: Any) -> str:
    return f"/desk/people/{who.person.pk}/"


def test_an_office_is_given_and_taken(at_desk: Any) -> None:
    client, anna = at_desk(), person("anna@stat.example", name=EVIL)
    for office in ("reviewer", "operator", ""):
        assert client.post(page_of(anna), {"act": "office", "office": office}).status_code == 302
        assert Person.objects.get(pk=anna.person.pk).office == office
        assert EVIL not in client.get(page_of(anna)).content.decode()
    assert deeds(size=1)[0].detail == {"office": "", "before": "operator"}
    assert client.post(page_of(anna), {"act": "office", "office": "king"}).status_code == 400
    assert client.post(page_of(anna), {"act": "office", "office": "", "is_active": "0", "email": "x"})
    kept = Person.objects.get(pk=anna.person.pk)
    assert (kept.is_active, kept.email) == (True, "anna@stat.example")


def test_without_a_sign_in_lately_it_asks_again(at_desk: Any) -> None:
    anna = person("anna@stat.example")
    operator().person.set_password("x")  # type: ignore[union-attr]
    client = at_desk(ago=16 * 60)
    assert client.get(page_of(anna)).status_code == 200
    for facts in ({"act": "office", "office": "operator"}, {"act": "end", "reason": "x"}):
        answer = client.post(page_of(anna), facts)
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
    kept = Person.objects.get(pk=anna.person.pk)
    assert (kept.office, kept.is_active) == ("", True)


def test_deciding_about_an_owner_asks_again_too(at_desk: Any, waiting: Owner, publishing: Owner) -> None:
    operator().person.set_password("x")  # type: ignore[union-attr]
    client = at_desk(ago=16 * 60)
    for one, facts in (
        (waiting, {"act": "approve", "slug": "", "organisation": ""}),
        (waiting, {"act": "refuse", "reason": "x"}),
        (publishing, {"act": "close", "reason": "x"}),
        (publishing, {"act": "confirm"}),
    ):
        assert client.get(f"/desk/owners/{one.slug}/").status_code == 200
        answer = client.post(f"/desk/owners/{one.slug}/", facts)
        assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)
    assert sorted(Owner.objects.values_list("state", flat=True)) == ["approved", "requested"]


def test_nobody_takes_the_last_operator_away(at_desk: Any) -> None:
    client, own = at_desk(), operator()
    assert own.person
    Person.objects.create_user("ended@portal.example", office=OPERATOR, is_active=False)
    for facts in ({"act": "office", "office": "reviewer"}, {"act": "end", "reason": "x"}):
        answer = client.post(page_of(own), facts)
        assert answer.status_code == 409
        assert "Make somebody else an operator first." in answer.content.decode()
    for action in (
        lambda: people.give_office(who=COMMAND_LINE, person=own.person, office=Person.Office.NONE),
        lambda: people.end(who=COMMAND_LINE, person=own.person),
    ):
        with pytest.raises(Refusal) as refused:
            action()
        assert refused.value.hindrances[0].code is Code.LAST_OPERATOR
    second = person("second@portal.example", office=OPERATOR)
    assert client.post(page_of(own), {"act": "office", "office": ""}).status_code == 302
    assert client.get("/desk/").status_code == 404, "an office that is taken opens nothing more"
    client = at_desk(second)
    assert client.post(page_of(second), {"act": "end", "reason": "x"}).status_code == 409


@pytest.mark.usefixtures("shared")
@pytest.mark.django_db(transaction=True)
def test_of_two_operators_who_take_each_other_away_one_stays() -> None:
    first, second = operator(), person("second@portal.example", office=OPERATOR)
    assert first.person
    assert second.person
    one, other = first.person, second.person
    ended = at_once(lambda: people.end(who=first, person=other), lambda: people.end(who=second, person=one))
    assert ended == ["", "last_operator"]
    assert Person.objects.filter(office=OPERATOR, is_active=True).count() == 1


def test_an_account_ends_with_its_sessions_and_keys(at_desk: Any, publishing: Owner) -> None:
    bert = person("bert@land.example")
    assert bert.person
    _, text = keys.make(who=bert, catalogue=publishing.holdings.first().catalogue)  # type: ignore[union-attr]
    theirs = Client()
    sign_in(theirs, bert, second_factor="totp")
    bert.person.emailaddress_set.create(email="stranger@evil.example", verified=True)
    assert theirs.get("/account/email/").status_code == 200
    client = at_desk()
    offered = invitations.invite(who=bert, owner=publishing, email="friend@evil.example", role=ADMIN)
    page = client.get(page_of(bert)).content.decode()
    assert "friend@evil.example" in page
    assert "These data owners have no other administrator:</span>" in page or "land-registry" in page
    assert client.post(page_of(bert), {"act": "end", "reason": "stolen"}).status_code == 302
    assert theirs.get("/account/email/").status_code == 302
    assert keys.find(text) is None
    ended = Person.objects.get(pk=bert.person.pk)
    assert (ended.is_active, ended.has_usable_password()) == (False, False)
    assert not ended.emailaddress_set.filter(email="stranger@evil.example").exists()
    assert not ended.authenticator_set.exists()
    detail = deeds(size=1)[0].detail
    assert (detail["reason"], detail["keys"], detail["offers"]) == ("stolen", 1, 1)
    offered.refresh_from_db()
    assert offered.state == "cancelled"
    assert "friend@evil.example" not in client.get(page_of(bert)).content.decode()
    assert client.post(page_of(bert), {"act": "open"}).status_code == 302
    assert Person.objects.get(pk=bert.person.pk).is_active
    assert Mail.objects.filter(template="account-made", to="bert@land.example").exists()
    assert theirs.get("/account/email/").status_code == 302
    assert keys.find(text) is None


def test_people_are_looked_for_and_turned_by_their_address(at_desk: Any) -> None:
    client = at_desk()
    Person.objects.bulk_create(Person(email=f"p{number:03}@x.example") for number in range(120))
    first = client.get("/desk/people/?q=X.example")
    second = client.get("/desk/people/" + first.context["page"].further)
    emails = [one["person"].email for page in (first, second) for one in page.context["people"]]
    assert emails == [f"p{number:03}@x.example" for number in range(100)]
    found = client.get("/desk/people/?office=operator").context["people"]
    assert [one["person"].email for one in found] == ["operator@portal.example"]
    assert client.get("/desk/people/", {"q": "\0%_'", "after": "\0"}).status_code == 200
