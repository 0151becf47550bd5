"""Keys: what opens, for how long, and what whoever guesses is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from erpd.accounts.credentials import credentials, has_key
from erpd.accounts.keys import about, digest_of, find, make, make_for_desk, revoke, rotate
from erpd.accounts.may import COMMAND_LINE, TABLE, Actor, Thing, may
from erpd.accounts.models import Agreement, Deed, Key, Membership
from erpd.accounts.rates import OF_STRANGERS, Buckets
from erpd.accounts.refusal import Refusal
from tests.submit.owners import Office, agree, office


@pytest.fixture
def cbs(db: None) -> Office:
    return office("cbs")


def made(cbs: Office, kind: str = "protected", role: str = "editor", **more) -> tuple[Key, str]:
    return make(who=cbs.actor(role), catalogue=cbs.catalogues[kind], **more)


def past(key: Key, **days: int) -> None:
    Key.objects.filter(pk=key.pk).update(
        **{name: timezone.now() - timedelta(days=number) for name, number in days.items()}
    )


def test_a_key_is_shown_once_and_kept_as_a_digest(cbs):
    key, text = made(cbs, name="laptop")
    assert text.startswith(f"erpd_{key.prefix}_")
    assert len(text) == len("erpd_12345678_") + 43
    stored = Key.objects.values().get()
    assert stored["digest"] == digest_of(text)
    assert not any(text[14:] in str(value) for value in (*stored.values(), *Deed.objects.values_list()))
    assert find(text) == key
    assert (key.expires - timezone.now()).days in (364, 365)
    deed = Deed.objects.get()
    assert (deed.verb, deed.thing, deed.name) == ("create", "key", key.prefix)


def test_what_is_not_a_valid_key_opens_nothing(cbs):
    _, text = made(cbs)
    assert find(f" {text}\n")
    wrong = f"{text[:-1]}{'a' if text[-1] != 'a' else 'b'}"
    for guess in (
        "",
        "x",
        wrong,
        text[5:],
        text.upper(),
        f"{text}x",
        "erpd_aaaaaaaa_" + "a" * 43,
        "\0",
        "ü" * 50,
    ):
        assert find(guess) is None
    for facts in ({"expires": 1}, {"revoked": 1}):
        with_facts, its_text = made(cbs)
        past(with_facts, **facts)
        assert find(its_text) is None
    cbs.people["editor"].is_active = False
    cbs.people["editor"].save()
    assert find(text) is None
    cbs.people["editor"].is_active = True
    cbs.people["editor"].save()
    cbs.owner.state = "closed"
    cbs.owner.save()
    assert find(text) is None


def test_who_may_make_one(cbs):
    other = office("rivm")
    for who, error in (
        (cbs.actor("reader"), PermissionDenied),
        (other.actor("admin"), Http404),
        (Actor(), Http404),
        (Actor(key=cbs.key()), Http404),  # a key makes no keys
    ):
        with pytest.raises(error):
            make(who=who, catalogue=cbs.catalogues["open"])
    with pytest.raises(PermissionDenied):  # nobody acts in another's name
        make(who=cbs.actor("admin"), catalogue=cbs.catalogues["open"], person=cbs.people["editor"])
    for days in (0, 366, -1):
        with pytest.raises(Refusal, match="1 to 365 days"):
            made(cbs, days=days)
    Agreement.objects.create(version=1)
    with pytest.raises(Refusal, match="agreement"):
        made(cbs)


def test_the_operator_sets_how_long_a_key_is_valid(cbs, settings):
    from dataclasses import replace

    settings.NODE = replace(settings.NODE, key_days=30)
    with pytest.raises(Refusal, match="1 to 30 days"):
        made(cbs, days=31)
    key, _ = made(cbs)
    assert (key.expires - timezone.now()).days in (29, 30)


def test_a_key_that_is_rotated_stays_valid_for_two_weeks(cbs):
    agree(cbs)
    key, text = made(cbs, name="nightly")
    newer, its_text = rotate(who=cbs.actor(), key=key)
    assert (newer.replaces, newer.name, newer.catalogue) == (key, "nightly", key.catalogue)
    assert find(text)
    assert find(its_text)
    key.refresh_from_db()
    assert (key.expires - timezone.now()).days in (13, 14)
    with pytest.raises(Refusal, match="already been replaced"):
        rotate(who=cbs.actor(), key=key)
    with pytest.raises(PermissionDenied):
        rotate(who=cbs.actor("admin"), key=newer)
    revoke(who=cbs.actor(), key=newer)
    assert find(its_text) is None
    with pytest.raises(Refusal, match="no longer valid"):
        rotate(who=cbs.actor(), key=newer)


def test_who_may_revoke_one(cbs):
    key, text = made(cbs)
    for who in (office("rivm").actor("admin"), cbs.actor("reader"), Actor(key=key)):
        with pytest.raises((Http404, PermissionDenied)):
            revoke(who=who, key=key)
    assert find(text)
    revoke(who=cbs.actor("admin"), key=key)
    assert find(text) is None
    revoke(who=cbs.actor("admin"), key=key)
    assert Deed.objects.filter(verb="revoke").count() == 1


def test_its_last_use_is_written_once_a_minute(cbs, django_assert_num_queries):
    _, text = made(cbs)
    with django_assert_num_queries(2):
        find(text, "192.0.2.1")
    with django_assert_num_queries(1):
        assert find(text, "192.0.2.2").used_from == "192.0.2.1"
    Key.objects.update(used=timezone.now() - timedelta(seconds=61))
    find(text, "2001:db8::1")
    assert Key.objects.get().used_from == "2001:db8::1"


def test_what_is_said_about_it_follows_its_person(cbs):
    key, _ = made(cbs, "test")
    said = about(key)
    assert (said["account"], said["owner"], said["catalogue"]) == ("editor@cbs.example", "cbs", "cbs-test")
    assert said["may"] == ["see", "create", "change", "publish", "withdraw", "erase"]
    assert said["test"]
    Membership.objects.filter(person=cbs.people["editor"]).update(role="reader")
    assert about(key)["may"] == ["see"]


def test_a_bucket_holds_so_many_and_fills_again():
    now = [0.0]
    buckets = Buckets(3, 0.5, most=2, clock=lambda: now[0])
    assert [buckets.take("a").remaining for _ in range(3)] == [2, 1, 0]
    rest = buckets.take("a")
    assert rest.headers() == {
        "RateLimit-Limit": "3",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "6",
        "Retry-After": "2",
    }
    now[0] = 2.0
    assert buckets.look("a").remaining == 1
    assert buckets.take("a").wait == 0
    for name in range(1_000):
        buckets.take(name)
    assert len(buckets._filled) == 2


def test_headers_of_all_clients(cbs, rf: RequestFactory):
    key, text = made(cbs)
    for headers in (
        {"Authorization": text},
        {"Authorization": f"Bearer {text}"},
        {"Authorization": f"bearer  {text}"},
        {"X-CKAN-API-Key": text},
        {"X-CKAN-API-Key": text, "Authorization": text},
        {"X-CKAN-API-Key": text, "Authorization": "Basic Zm9vOmJhcg=="},  # for a proxy before us
    ):
        request = rf.get("/", headers=headers)
        assert has_key(request)
        assert credentials(request).key == key
    for headers in (
        {},
        {"Authorization": "Basic Zm9vOmJhcg=="},
        {"Authorization": "Bearer "},
        {"Cookie": text},
    ):
        request = rf.get(f"/?key={text}", headers=headers)
        assert not has_key(request)
        assert credentials(request).key is None


def test_whoever_guesses_is_slowed_down_and_keeps_nobody_else_out(cbs, rf: RequestFactory):
    _, text = made(cbs)
    request = rf.get("/", headers={"Authorization": "guess"}, REMOTE_ADDR="192.0.2.99")
    tried = [credentials(request).too_many for _ in range(OF_STRANGERS.size + 1)]
    assert (tried[0], tried[-1]) == (False, True)
    beside = rf.get("/", headers={"Authorization": text}, REMOTE_ADDR="192.0.2.99")
    assert credentials(beside).key
    assert not credentials(beside).too_many


@pytest.mark.django_db(transaction=True)
def test_rotated_twice_at_once_it_has_one_successor(shared):
    cbs = office("cbs")
    key, _ = made(cbs)

    def one(_: int) -> bool:
        try:
            return bool(rotate(who=cbs.actor(), key=key))
        except Refusal:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(4))) == 1
    assert Key.objects.count() == 2


def test_keys_of_desks_and_of_data_sets_do_not_open_each_others_doors(cbs, rf: RequestFactory):
    person = cbs.people["reader"]
    with pytest.raises(PermissionDenied):
        make_for_desk(who=cbs.actor("editor"), owner=cbs.owner)
    Membership.objects.filter(person=person).update(handles=True)
    with pytest.raises(Http404):
        make_for_desk(who=cbs.actor("reader"), owner=office("other").owner)
    desk, text = make_for_desk(who=cbs.actor("reader"), owner=cbs.owner, name="cases")
    assert (desk.desk, desk.catalogue, desk.person) == (True, None, person)
    assert find(text) is None
    assert find(text, desk=True) == desk
    assert credentials(rf.get("/", headers={"Authorization": text})).key is None
    for kind, verb in TABLE:  # whatever its person may
        for catalogue in (None, cbs.catalogues["protected"].pk):
            assert not may(Actor(key=desk), verb, Thing(kind, cbs.owner.pk, catalogue, person.pk))
    _, of_data_sets = made(cbs)
    assert find(of_data_sets)
    assert find(of_data_sets, desk=True) is None
    assert about(desk)["may"] == []
    for other in (COMMAND_LINE, cbs.actor("admin")):
        with pytest.raises(PermissionDenied):
            rotate(who=other, key=desk)
    again, _ = rotate(who=cbs.actor("reader"), key=desk)
    assert (again.desk, again.replaces) == (True, desk)
    revoke(who=cbs.actor("admin"), key=again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Key.objects.filter(pk=desk.pk).update(catalogue=cbs.catalogues["open"])
