"""Competent bodies: who keeps them, what everybody reads, and which decides about a data set."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from django.utils import timezone
from pyoxigraph import NamedNode

from erpd.access.bodies import actions
from erpd.access.bodies.actions import DecidesFor, Facts
from erpd.access.bodies.deciding import body_of, wanting
from erpd.access.models import Body
from erpd.accounts.may import COMMAND_LINE, TABLE, Actor, Kind, Role, Verb
from erpd.accounts.models import Deed, Person
from erpd.metadata.conditions import set_conditions
from erpd.metadata.terms import DCT
from erpd.submit.actions import deliver
from tests.accounts.people import operator, person, sign_in
from tests.metadata.conditions.records import EXAMPLE
from tests.submit.catalogue_pages.conftest import cbs, signed  # noqa: F401  # fixtures
from tests.submit.owners import Office, agree, office, record

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"
FACTS = Facts(
    title="Data access committee",
    country="NL",
    contact="committee@data.example",
    ask="https://data.example/ask",
    aim=30,
    redress="Administrative court",
    redress_address="Court square 1",
    redress_within="within six weeks",
    redress_language="nl",
    tariff=[("Extract up to 1 GB", "250 EUR"), ("Secure room, a day", "100 EUR")],
    discounts=[("SMEs", "Fewer than 250 people")],
    costs=["environment", "nothing"],
    method="The hours that were worked.",
    online=True,
)


@pytest.fixture(autouse=True)
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")


def test_an_owner_keeps_its_body_and_the_operator_every_other(cbs: Office) -> None:  # noqa: F811
    other = office("other")
    own = actions.create(who=cbs.actor("admin"), facts=FACTS, keeper=cbs.owner)
    assert list(own.owners.all()) == [cbs.owner]
    assert own.costs == ["environment"]
    with pytest.raises(ValidationError, match="one already"):
        actions.create(who=cbs.actor("admin"), facts=FACTS, keeper=cbs.owner)
    actions.change(who=cbs.actor("admin"), body=own, facts=replace(FACTS, title="Comité", language="fr"))
    assert Body.objects.get().title == {"en": "Data access committee", "fr": "Comité"}
    reviewer = person("reviewer@portal.example", office=Person.Office.REVIEWER)
    strangers: list[Actor] = [cbs.actor("editor"), cbs.actor("reader"), other.actor("admin"), reviewer]
    for who in [*strangers, person("else@x.example")]:
        for deed in (
            lambda who=who: actions.change(who=who, body=own, facts=FACTS),
            lambda who=who: actions.remove(who=who, body=own),
            lambda who=who: actions.create(who=who, facts=FACTS, keeper=cbs.owner),
            lambda who=who: actions.create(who=who, facts=FACTS),
        ):
            with pytest.raises((PermissionDenied, Http404)):
                deed()
    decides = DecidesFor(owners=[other.owner])
    with pytest.raises((PermissionDenied, Http404)):  # for whom it decides is for the operator to say
        actions.change(who=cbs.actor("admin"), body=own, facts=FACTS, decides=decides)
    every = actions.create(who=operator(), facts=FACTS, decides=DecidesFor(owners=[other.owner]))
    assert every.slug != own.slug
    actions.remove(who=operator(), body=own)
    told = list(Deed.objects.filter(thing=Kind.BODY).order_by("pk").values_list("verb", "name"))
    names = (own.slug, own.slug, every.slug, own.slug)
    assert told == list(zip(("create", "change", "create", "erase"), names, strict=True))


def test_the_body_of_a_data_set_is_found_by_owner_then_publisher_then_catalogue(cbs: Office) -> None:  # noqa: F811
    other, mine = office("other"), cbs.catalogues["protected"]
    said = record("x")
    publisher = "https://publisher.example/it"
    assert body_of(mine, said) is None
    by_catalogue = actions.create(who=COMMAND_LINE, facts=FACTS, decides=DecidesFor(catalogues=[mine]))
    found = body_of(mine, said)
    assert found
    assert (found.body, str(found.why)) == (by_catalogue, "It decides for this catalogue.")
    by_publisher = actions.create(who=COMMAND_LINE, facts=FACTS, decides=DecidesFor(publishers=[publisher]))
    said.graph.set(said.dataset, DCT.publisher, [NamedNode(publisher)])
    assert (found := body_of(mine, said))
    assert found.body == by_publisher
    by_owner = actions.create(who=cbs.actor("admin"), facts=FACTS, keeper=cbs.owner)
    assert (found := body_of(mine, said))
    assert found.body == by_owner
    assert (found := body_of(other.catalogues["protected"], said))
    assert found.body == by_publisher
    with pytest.raises(ValidationError, match="already decides"):
        actions.change(
            who=COMMAND_LINE, body=by_catalogue, facts=FACTS, decides=DecidesFor(publishers=[publisher])
        )


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, ask="javascript:alert(1)"),
        replace(FACTS, ask="ftp://x.example"),
        replace(FACTS, ask="https://x.example/<b>"),
        replace(FACTS, title="x" * 301),
        replace(FACTS, title=" "),
        replace(FACTS, tariff=[("a", "b")] * 51),
        replace(FACTS, tariff=[("a", "b" * 501)]),
        replace(FACTS, contact="nobody"),
        replace(FACTS, method="x" * 4001, redress="x" * 301),
    ],
)
def test_what_is_stored_is_bounded_and_links_lead_to_the_web(facts: Facts) -> None:
    with pytest.raises(ValidationError):
        actions.create(who=COMMAND_LINE, facts=facts)
    assert not Body.objects.exists()


def test_everybody_reads_fees_and_redress_and_no_text_is_markup(client: Client) -> None:
    evil = replace(
        FACTS, title=EVIL, tariff=[(EVIL, EVIL)], discounts=[(EVIL, "x\0y")], method=EVIL, redress=EVIL
    )
    one = actions.create(who=COMMAND_LINE, facts=evil)
    good = actions.create(who=COMMAND_LINE, facts=FACTS)
    for path in ("/bodies/", f"/bodies/{one.slug}/"):
        page = client.get(path)
        assert page.status_code == 200
        assert EVIL not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()
        assert "Set-Cookie" not in page.headers
    page = client.get(f"/bodies/{good.slug}/").content.decode()
    for text in ("250 EUR", "Fewer than 250 people", "Administrative court", "within six weeks", "30 days"):
        assert text in page
    assert "maintenance of the secure processing environment" in page
    assert client.get("/bodies/nobody/").status_code == 404
    copies = actions.create(who=COMMAND_LINE, facts=replace(FACTS, contact="ask?bcc=x@data.example"))
    assert (
        'href="mailto:ask%3Fbcc%3Dx@data.example"' in client.get(f"/bodies/{copies.slug}/").content.decode()
    )
    bare = actions.create(who=COMMAND_LINE, facts=Facts(title="Bare"))
    page = client.get(f"/bodies/{bare.slug}/").content.decode()
    for text in ("has not published a tariff", "does not say who reviews", "does not say where to ask"):
        assert text in page


TYPED = {
    "act": "save",
    "title": "Committee",
    "language": "en",
    "tariff": "Extract | 250 EUR\r\n\r\nRoom | 100 EUR",
    "online": "no",
    "costs": ["rights"],
}


def test_the_pages_do_what_the_table_says(cbs: Office, signed: Callable[..., Client]) -> None:  # noqa: F811
    address = f"/owners/{cbs.owner.slug}/body/"
    for role in ("reader", "editor", "admin"):
        may_change = Role(role if role != "admin" else "administrator") in TABLE[Kind.BODY, Verb.CREATE]
        client = signed(role)
        assert client.get(address).status_code == 200
        assert client.post(address, TYPED).status_code == (302 if may_change else 404)
    (one,) = Body.objects.all()
    assert (one.tariff, one.online, one.keeper) == (
        [["Extract", "250 EUR"], ["Room", "100 EUR"]],
        False,
        cbs.owner,
    )
    wrong = signed("admin").post(address, TYPED | {"tariff": "Extract", "ask": "javascript:x"})
    assert wrong.status_code == 400
    assert "has one side only" in wrong.content.decode()
    # An administrator cannot say that it decides for others.
    other = office("other")
    more = {"owners": [other.owner.pk], "publishers": "https://x.example/p"}
    assert signed("admin").post(address, TYPED | more).status_code == 302
    assert (list(one.owners.all()), one.publishers.count()) == ([cbs.owner], 0)
    assert signed("admin", of=other).get(address).status_code == 404


def test_the_operator_enters_changes_and_removes_bodies_at_the_desk(cbs: Office) -> None:  # noqa: F811
    client = Client()
    sign_in(client, operator(), second_factor="totp")
    more = {"owners": [cbs.owner.pk], "publishers": "https://x.example/p\nhttps://x.example/q"}
    made = client.post("/desk/bodies/new/", TYPED | more)
    (one,) = Body.objects.all()
    assert (made.status_code, made["Location"]) == (302, f"/desk/bodies/{one.slug}/change/")
    assert (list(one.owners.all()), one.publishers.count()) == ([cbs.owner], 2)
    assert b"https://x.example/q" in client.get(made["Location"]).content
    assert client.post(made["Location"], TYPED).status_code == 302
    assert (one.owners.count(), one.publishers.count()) == (0, 0)
    assert client.post(made["Location"], {"act": "remove"})["Location"] == "/desk/bodies/"
    assert not Body.objects.exists()
    assert client.get(made["Location"]).status_code == 404


def test_a_body_is_told_where_fees_are_due_and_it_has_no_tariff(
    cbs: Office,  # noqa: F811
    signed: Callable[..., Client],  # noqa: F811
) -> None:
    agree(cbs)
    with_fees = record("fees")
    set_conditions(with_fees.graph, with_fees.dataset, EXAMPLE)
    catalogue = cbs.catalogues["protected"]
    deliver(who=cbs.actor(), catalogue=catalogue, record=with_fees, publish=True)
    deliver(who=cbs.actor(), catalogue=catalogue, record=record("free"), publish=True)
    one = actions.create(who=cbs.actor("admin"), facts=replace(FACTS, tariff=()), keeper=cbs.owner)
    assert len(wanting(one)) == 1
    page = signed("admin").get(f"/owners/{cbs.owner.slug}/body/").content.decode()
    assert "The tariff is missing" in page
    one = actions.change(who=cbs.actor("admin"), body=one, facts=FACTS)
    assert wanting(one) == []
    assert one.changed <= timezone.now()
