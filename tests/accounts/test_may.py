"""Who may do what: every role x kind x verb, as TABLE says, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from itertools import product

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions import members, owners, transfers
from erpd.accounts.may import (
    COMMAND_LINE,
    TABLE,
    VISITOR,
    Actor,
    Kind,
    Role,
    Thing,
    Verb,
    demand,
    may,
    seen,
)
from erpd.accounts.models import Key, Owner, Person
from erpd.register.models import Catalogue
from tests.accounts.people import ADMIN, EDITOR, READER, member, operator, person, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]

MEMBERS = {Role.READER: READER, Role.EDITOR: EDITOR, Role.ADMIN: ADMIN}


class World:
    """Two owners with everything in them."""

    def __init__(self) -> None:
        self.ours = ready(person("first@ours.example"), "Ours")
        self.theirs = ready(person("first@theirs.example"), "Theirs")
        self.people = {
            role: member(self.ours, f"{role}@ours.example", kind) for role, kind in MEMBERS.items()
        }
        self.foreign = [member(self.theirs, f"{role}@theirs.example", kind) for role, kind in MEMBERS.items()]
        self.reader = person("reader@portal.example", office=Person.Office.READER)
        self.reviewer = person("reviewer@portal.example", office=Person.Office.REVIEWER)
        self.operator = operator()

    def catalogue(self, owner: Owner | None = None, kind: str = "protected") -> Catalogue:
        return Catalogue.objects.get(holding__owner=owner or self.ours, kind=kind)

    def thing(self, kind: Kind, owner: Owner | None = None, of: Actor | None = None) -> Thing:
        owner = owner or self.ours
        inside = kind in (Kind.KEY, Kind.CATALOGUE, Kind.DATA_SET, Kind.PORTAL)
        catalogue = self.catalogue(owner).pk if inside else None
        if kind is Kind.NODE:
            return Thing(kind)
        return Thing(kind, owner.pk, catalogue, of.person.pk if of and of.person else None)

    def key(self, who: Actor, owner: Owner | None = None, kind: str = "protected") -> Actor:
        assert who.person
        owner = owner or self.ours
        made = Key.objects.create(
            person=who.person,
            owner=owner,
            catalogue=self.catalogue(owner, kind),
            prefix=f"erpd_{Key.objects.count()}",
            expires=timezone.now() + timedelta(days=30),
        )
        return Actor(key=made)


@pytest.fixture
def world() -> World:
    return World()


def allowed(who: Actor, thing: Thing) -> set[tuple[Kind, Verb]]:
    """What ``may`` says of every verb."""
    return {(thing.kind, verb) for verb in Verb if may(who, verb, thing)}


def rows(kind: Kind, *held: Role) -> set[tuple[Kind, Verb]]:
    """What the table says."""
    return {(one, verb) for (one, verb), roles in TABLE.items() if one is kind and roles & set(held)}


def key_rows(kind: Kind, *held: Role) -> set[tuple[Kind, Verb]]:
    """A key may do what its row says, if its person may, too."""
    return rows(kind, Role.KEY) & rows(kind, *held)


def actors(world: World) -> Iterator[tuple[str, Actor, set[Role]]]:
    """A name, who it is, and what they are for our owner."""
    yield "visitor", VISITOR, {Role.VISITOR}
    yield "signed in", person("somebody@else.example"), {Role.PERSON}
    yield "reader of the desk", world.reader, {Role.PERSON, Role.DESK_READER}
    yield "reviewer", world.reviewer, {Role.PERSON, Role.REVIEWER}
    yield "operator", world.operator, {Role.PERSON, Role.OPERATOR}
    for role, who in world.people.items():
        yield role, who, {Role.PERSON, role}
    for number, who in enumerate(world.foreign):
        yield f"foreign {number}", who, {Role.PERSON}


def test_every_role_kind_and_verb(world):
    for (name, who, held), kind in product(actors(world), Kind):
        assert allowed(who, world.thing(kind)) == rows(kind, *held), (name, kind)
        own = world.thing(kind, of=who)
        if own.person:
            assert allowed(who, own) == rows(kind, *held, Role.SELF), (name, kind)


def test_who_may_not_see_a_thing_is_told_that_it_does_not_exist(world):
    data_set, reader, stranger = world.thing(Kind.DATA_SET), world.people[Role.READER], world.foreign[-1]
    seen(reader, data_set)
    demand(reader, Verb.SEE, data_set)
    for verb in set(Verb) - {Verb.SEE}:
        with pytest.raises(PermissionDenied):
            demand(reader, verb, data_set)
        with pytest.raises(Http404):
            demand(stranger, verb, data_set)
    with pytest.raises(Http404):
        seen(stranger, data_set)


def test_what_is_foreign_does_not_exist(world):
    for (role, who), kind in product(world.people.items(), Kind):
        if kind is Kind.NODE:
            continue
        assert allowed(who, world.thing(kind, world.theirs)) == rows(kind, Role.PERSON), (role, kind)
        crossed = Thing(kind, world.ours.pk, world.catalogue(world.theirs).pk)
        assert allowed(who, crossed) == rows(kind, Role.PERSON), "the catalogue is not the owner's"


def test_a_key_does_less_than_its_person_and_only_in_its_catalogue(world):
    first = person("first@ours.example")
    member(world.theirs, "editor@ours.example", ADMIN)  # administers the other owner, too
    for (role, who), kind in product(world.people.items(), Kind):
        held = {Role.PERSON, role}
        key = world.key(who)
        mine, elses = world.thing(kind, of=who), world.thing(kind, of=first)
        reached = key_rows(kind, *held, Role.SELF) if mine.catalogue else set()
        assert allowed(key, mine) == reached, (role, kind)
        assert allowed(key, elses) == (set() if kind is Kind.KEY else reached), (role, kind)
        for other in (world.key(who, kind="open"), world.key(who, kind="test"), world.key(who, world.theirs)):
            if kind is not Kind.KEY:
                assert allowed(other, mine) == set(), (role, kind)
            assert allowed(other, elses) == set(), (role, kind)
        assert allowed(key, world.thing(kind, world.theirs, of=who)) == set(), (role, kind)
    writing = {(Kind.DATA_SET, verb) for verb in (Verb.CREATE, Verb.CHANGE, Verb.PUBLISH, Verb.WITHDRAW)}
    assert writing < allowed(world.key(world.people[Role.EDITOR]), world.thing(Kind.DATA_SET))


def test_a_key_loses_what_its_person_loses(world):
    editor = world.people[Role.EDITOR]
    key, data_set = world.key(editor), world.thing(Kind.DATA_SET)
    assert editor.person
    members.change_role(who=COMMAND_LINE, owner=world.ours, person=editor.person, role=READER)
    assert allowed(key, data_set) == key_rows(Kind.DATA_SET, Role.READER)
    Person.objects.filter(pk=editor.person.pk).update(is_active=False)
    key.key.person.refresh_from_db()  # as each request reads it
    assert allowed(key, data_set) == set()
    Person.objects.filter(pk=editor.person.pk).update(is_active=True)
    members.remove(who=COMMAND_LINE, owner=world.ours, person=editor.person)
    assert Key.objects.get(pk=key.key.pk).revoked
    assert allowed(key, data_set) == set()


def test_somebody_who_may_not_sign_in_is_a_visitor(world):
    for who, kind in product([*world.people.values(), world.reader, world.reviewer, world.operator], Kind):
        who.person.is_active = False
        assert allowed(who, world.thing(kind, of=who)) == set(), (who, kind)


def test_members_of_a_closed_owner_can_only_look(world):
    editor = world.people[Role.EDITOR]
    key = world.key(editor)
    owners.close(who=world.operator, owner=world.ours, reason="Merged.")
    for (role, who), kind in product(world.people.items(), Kind):
        assert allowed(who, world.thing(kind)) == rows(kind, Role.PERSON, Role.READER), (role, kind)
    for kind in Kind:
        assert allowed(key, world.thing(kind)) <= key_rows(kind, Role.READER)
        assert allowed(world.operator, world.thing(kind)) == rows(kind, Role.PERSON, Role.OPERATOR)


def test_a_catalogue_that_was_transferred_is_foreign(world):
    editor = world.people[Role.EDITOR]
    key, data_set = world.key(editor), world.thing(Kind.DATA_SET)
    offer = transfers.give_catalogue(
        who=world.people[Role.ADMIN], catalogue=world.catalogue(), to=world.theirs
    )
    transfers.accept(who=person("first@theirs.example"), transfer=offer)
    assert allowed(editor, data_set) == allowed(key, data_set) == set()


def test_who_guards_does_not_edit(world):
    for who, kind in product((world.reader, world.reviewer, world.operator), (Kind.DATA_SET, Kind.CATALOGUE)):
        assert allowed(who, world.thing(kind)) <= {(kind, Verb.SEE)}
    assert not allowed(world.operator, world.thing(Kind.MEMBER)) - {(Kind.MEMBER, Verb.SEE)}


def test_the_command_line_does_what_exists(world):
    for kind in Kind:
        assert {(kind, verb) for verb in Verb if may(COMMAND_LINE, verb, world.thing(kind))} == {
            row for row in TABLE if row[0] is kind
        }


def test_who_was_a_reviewer_before_they_could_decide_becomes_a_reader(world):
    migration = import_module("erpd.accounts.migrations.0010_readers_of_the_desk")
    migration.reviewers_decided_nothing(apps, connection.schema_editor())
    held = dict(Person.objects.values_list("email", "office"))
    assert held["reviewer@portal.example"] == held["reader@portal.example"] == "reader"
    assert held[world.operator.name] == "operator"
    assert held["first@ours.example"] == ""
