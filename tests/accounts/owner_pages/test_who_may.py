"""Who may do what at the pages of owners, as TABLE says: each role x verb x kind, and what is foreign."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client

from erpd.accounts import keys
from erpd.accounts.actions import invitations, transfers
from erpd.accounts.may import TABLE, Actor, Kind, Role, Verb
from erpd.accounts.models import Deed, Key, Mail, Membership, Owner, Person, Transfer
from erpd.accounts.readiness import newest
from erpd.register.models import Catalogue
from tests.accounts.owner_pages.conftest import shown
from tests.accounts.people import ADMIN, EDITOR, READER, member, operator, person, ready, sign_in
from tests.accounts.test_members import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]

HELD = {Role.READER: READER, Role.EDITOR: EDITOR, Role.ADMIN: ADMIN}

# At the desk, and at the pages of catalogues and data sets.
ELSEWHERE = {
    (Kind.OWNER, Verb.DECIDE),
    (Kind.CATALOGUE, Verb.SEE),
    (Kind.CATALOGUE, Verb.EMPTY),
    (Kind.QUESTION, Verb.SEE),
    *(
        (kind, verb)
        for kind, verb in TABLE
        if kind in (Kind.DATA_SET, Kind.DESK_KEY, Kind.PORTAL, Kind.BODY, Kind.SOURCE, Kind.NODE)
    ),
}


class Ask(NamedTuple):
    """A request for a row of the table. ``{slug}`` and numbers are those of an owner."""

    kind: Kind
    verb: Verb
    address: str
    data: dict[str, Any] | None = None
    of_oneself: bool = False


def asks(owner: Owner, of: Actor) -> Iterator[Ask]:
    """What can be asked at the pages of ``owner``, about the member, the key and the invitation of ``of``."""
    base = f"/owners/{owner.slug}/"
    theirs = owner.memberships.get(person=of.person).pk
    key = Key.objects.get(owner=owner, person=of.person)
    invitation = owner.invitations.get().pk
    version = newest()
    assert version
    agree = {"act": "accept", "version": version.version, "language": "en", "read": "on"}
    yield Ask(Kind.OWNER, Verb.SEE, base)
    yield Ask(Kind.OWNER, Verb.SEE, f"{base}agreement/")
    yield Ask(Kind.OWNER, Verb.SEE, f"{base}transfers/")
    yield Ask(Kind.OWNER, Verb.SEE, f"{base}keys/")
    yield Ask(Kind.OWNER, Verb.CHANGE, base, {"act": "contact", "contact": "new@ours.example"})
    yield Ask(Kind.OWNER, Verb.CHANGE, base, {"act": "again"})
    yield Ask(Kind.OWNER, Verb.CHANGE, base, {"act": "about", "about": "We count.", "language": "en"})
    yield Ask(Kind.OWNER, Verb.AGREE, f"{base}agreement/", agree)
    hand_over = {"act": "ownership", "successor": "heir@ours.example"}
    yield Ask(Kind.OWNER, Verb.TRANSFER, f"{base}transfers/", hand_over)
    offered = owner.transfers_out.get().pk
    yield Ask(Kind.OWNER, Verb.TRANSFER, f"{base}transfers/", {"act": "cancel", "id": offered})
    give = {"act": "catalogue", "catalogue": f"{owner.slug}-open", "to": "third"}
    yield Ask(Kind.CATALOGUE, Verb.TRANSFER, f"{base}transfers/", give)
    yield Ask(Kind.MEMBER, Verb.SEE, f"{base}members/")
    invite = {"act": "invite", "email": "x@ours.example", "role": "reader", "language": "en"}
    yield Ask(Kind.MEMBER, Verb.CREATE, f"{base}members/", invite)
    yield Ask(Kind.MEMBER, Verb.CREATE, f"{base}members/", {"act": "again", "id": invitation})
    yield Ask(Kind.MEMBER, Verb.CREATE, f"{base}members/", {"act": "cancel", "id": invitation})
    role = {"act": "role", "id": theirs, "role": "reader"}
    yield Ask(Kind.MEMBER, Verb.CHANGE, f"{base}members/", role)
    yield Ask(Kind.MEMBER, Verb.ERASE, f"{base}members/", {"act": "remove", "id": theirs})
    yield Ask(Kind.MEMBER, Verb.LEAVE, f"{base}members/", {"act": "leave"}, of_oneself=True)
    make = {"act": "make", "catalogue": owner.slug, "days": "1", "once": "x"}
    yield Ask(Kind.KEY, Verb.CREATE, f"{base}keys/", make, of_oneself=True)
    yield Ask(Kind.KEY, Verb.ERASE, f"{base}keys/", {"act": "revoke", "id": key.pk})
    yield Ask(Kind.AUDIT, Verb.SEE, f"{base}audit/")


class World:
    """Two owners with all that pages show, and everybody who may ask."""

    def __init__(self) -> None:
        first, other = person("first@ours.example"), person("first@theirs.example")
        self.ours, self.theirs = ready(first, "Ours"), ready(other, "Theirs")
        ready(person("third@third.example"), "Third")
        for who, owner in ((first, self.ours), (other, self.theirs)):
            keys.make(who=who, catalogue=Catalogue.objects.get(slug=owner.slug))
            invitations.invite(who=who, owner=owner, email=f"new@{owner.slug}.example", role=READER)
            catalogue = Catalogue.objects.get(slug=f"{owner.slug}-test")
            transfers.give_catalogue(who=who, catalogue=catalogue, to=Owner.objects.get(slug="third"))
        self.people = {
            Role.PERSON: person("somebody@else.example"),
            Role.REVIEWER: person("reviewer@portal.example", office=Person.Office.REVIEWER),
            Role.OPERATOR: operator(),
            **{role: member(self.ours, f"{role}@ours.example", kind) for role, kind in HELD.items()},
        }
        self.about = {self.ours.slug: first, self.theirs.slug: other}

    def asks(self, owner: Owner) -> list[Ask]:
        return list(asks(owner, self.about[owner.slug]))


@pytest.fixture
def world() -> World:
    return World()


def send(browser: Client, ask: Ask) -> Any:
    """The answer; whatever it did is undone."""
    with transaction.atomic():
        answer = browser.get(ask.address) if ask.data is None else browser.post(ask.address, ask.data)
        transaction.set_rollback(True)
    return answer


def expected(ask: Ask, role: Role) -> tuple[int, ...]:
    """What the table says of somebody: done, forbidden, or not to be known of."""
    held = {Role.PERSON, role} | ({Role.SELF} if ask.of_oneself else set())
    if TABLE[ask.kind, ask.verb] & held and (ask.verb is not Verb.LEAVE or role in HELD):
        return (200, 302)
    if ask.data and ask.data["act"] == "cancel" and ask.verb is Verb.TRANSFER:
        return (404,)  # one who may not decide about an offer is not told of it
    sees_page = TABLE[Kind.OWNER, Verb.SEE] & held
    sees = TABLE.get((ask.kind, Verb.SEE), frozenset()) & held
    return (403,) if sees and sees_page and ask.verb is not Verb.LEAVE else (404,)


def test_every_row_of_the_table_is_kept(world: World, as_: Callable[[Actor], Client]) -> None:
    asked = world.asks(world.ours)
    own = {(Kind.OWNER, Verb.CREATE), (Kind.KEY, Verb.SEE)}  # in tests of their own
    assert {(ask.kind, ask.verb) for ask in asked} | own | ELSEWHERE == set(TABLE)
    for role, who in world.people.items():
        browser = as_(who)
        for ask in asked:
            answer = send(browser, ask)
            assert answer.status_code in expected(ask, role), (role, ask)
    visitor = Client()
    for ask in asked:
        assert send(visitor, ask)["Location"].startswith("/account/login/"), ask


def test_whose_keys_are_shown(world: World, as_: Callable[[Actor], Client]) -> None:
    key = Key.objects.get(owner=world.ours)
    for role, who in world.people.items():
        page = as_(who).get("/owners/ours/keys/").content.decode()
        assert (key.prefix in page) == bool(TABLE[Kind.KEY, Verb.SEE] & {role}), role
    assert key.prefix in as_(world.about["ours"]).get("/owners/ours/keys/").content.decode()


def test_everybody_who_is_signed_in_may_ask_for_an_owner(
    world: World, as_: Callable[[Actor], Client]
) -> None:
    asked = {"act": "apply", "contact": "a@b.example", "title_text": "A", "language": "en", "reason": "B"}
    for who in world.people.values():
        assert send(as_(who), Ask(Kind.OWNER, Verb.CREATE, "/owners/apply/?new", asked)).status_code == 302


def test_what_is_foreign_answers_as_what_is_unknown(world: World, as_: Callable[[Actor], Client]) -> None:
    for role in HELD:
        browser = as_(world.people[role])
        for ask in world.asks(world.theirs):
            foreign = send(browser, ask)
            unknown = send(browser, ask._replace(address=ask.address.replace("theirs", "nobody")))
            assert foreign.status_code == unknown.status_code == 404, (role, ask)
            assert foreign.content == unknown.content.replace(b"nobody", b"theirs"), (role, ask)


def test_foreign_numbers_at_ones_own_pages_answer_as_unknown_ones(
    world: World, as_: Callable[[Actor], Client]
) -> None:
    browser = as_(world.people[Role.ADMIN])
    for ask in world.asks(world.theirs):
        if not ask.data or "id" not in ask.data:
            continue
        mine = ask._replace(address=ask.address.replace("theirs", "ours"))
        foreign, unknown = send(browser, mine), send(browser, mine._replace(data={**ask.data, "id": 10**9}))
        assert (foreign.status_code, foreign.content) == (404, unknown.content), ask
    token = Mail.objects.filter(template="invited").latest("pk").context["token"]
    transfer = Transfer.objects.get(from_owner=world.theirs).pk
    for known, made_up in (
        (f"/owners/invitations/{token}/", "/owners/invitations/none/"),
        (f"/owners/transfers/{transfer}/", f"/owners/transfers/{10**9}/"),
    ):
        foreign, unknown = browser.get(known), browser.get(made_up)
        assert foreign.status_code == unknown.status_code == 404
        assert shown(foreign, 404).text_content() == shown(unknown, 404).text_content()


def test_nothing_is_done_without_a_token_against_forgery_or_by_an_address(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, world.people[Role.ADMIN], second_factor="totp")
    before = (Deed.objects.count(), Membership.objects.count(), Key.objects.count())
    for ask in world.asks(world.ours):
        if ask.data:
            assert browser.post(ask.address, ask.data).status_code == 403, ask
            browser.get(ask.address, ask.data)
    assert (Deed.objects.count(), Membership.objects.count(), Key.objects.count()) == before


@pytest.mark.usefixtures("shared")
@pytest.mark.django_db(transaction=True)
def test_of_those_who_send_at_once_one_wins() -> None:
    anna = person("anna@office.example")
    owner = ready(anna)
    new = person("new@office.example")
    invitation = invitations.invite(who=anna, owner=owner, email=new.name, role=EDITOR)

    def sent(who: Actor, address: str, data: dict[str, Any]) -> list[int]:
        statuses: list[int] = []
        browsers = [Client() for _ in range(3)]
        for browser in browsers:
            sign_in(browser, who, second_factor="totp")

        def post(browser: Client) -> None:
            statuses.append(browser.post(address, data).status_code)

        at_once(*(lambda browser=browser: post(browser) for browser in browsers))
        return sorted(statuses)

    assert sent(new, "/owners/", {"act": "accept", "id": invitation.pk}) == [302, 409, 409]
    make = {"act": "make", "catalogue": owner.slug, "days": "1", "once": "the same form"}
    assert sent(new, f"/owners/{owner.slug}/keys/", make) == [200, 409, 409]
    key = Key.objects.get()
    rotate = {"act": "rotate", "id": key.pk}
    assert sent(new, f"/owners/{owner.slug}/keys/", rotate) == [200, 409, 409]
    assert Key.objects.count() == 2
