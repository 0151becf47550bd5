"""What owners do with their data sets, and what each verb makes of delivery, register and audit log."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.http import Http404
from django.utils import timezone

from erpd.accounts.may import Actor
from erpd.accounts.models import Agreement, Deed
from erpd.register import changes
from erpd.register.identity import key_of
from erpd.register.models import Catalogue, DataSet, Version
from erpd.register.scope import scopes
from erpd.submit.actions import (
    change,
    deliver,
    dry_run,
    empty,
    erase,
    publish,
    publish_for_real,
    withdraw,
)
from erpd.submit.models import Delivery
from erpd.submit.refusals import (
    EditConflict,
    IdentifierTaken,
    NotAllowed,
    NotPublishable,
    NotReady,
    Refusal,
    Unnameable,
    WrongState,
)

from .owners import Office, agree, office, record


@pytest.fixture
def cbs(db: None) -> Office:
    return office("cbs")


def delivered(cbs: Office, identifier: str = "discharges", kind: str = "protected", **more) -> Delivery:
    options = {name: more.pop(name) for name in ("publish",) if name in more}
    made = record(identifier, **more)
    return deliver(who=cbs.actor(), catalogue=cbs.catalogues[kind], record=made, **options)


def visible() -> set[str]:
    return {data_set.identifier for within in scopes() for data_set in within.data_sets()}


def test_a_draft_may_be_incomplete_and_is_seen_by_no_door(cbs):
    draft = delivered(cbs, without="byteSize")
    assert (draft.state, draft.edition, draft.data_set_id) == ("draft", 1, None)
    assert "dcat:distribution[http://data.example/discharges/file]/dct:format" not in visible()
    assert not DataSet.objects.exists()
    assert {"mandatory-missing"} <= {finding["rule"] for finding in draft.findings}
    with pytest.raises(NotPublishable) as refused:
        publish(who=cbs.actor(), delivery=draft)
    assert any(error.path.endswith("dcat:byteSize") for error in refused.value.findings)
    draft.refresh_from_db()
    assert (draft.state, draft.edition, changes.last()) == ("draft", 1, 0)


def test_what_is_published_has_the_key_of_its_identity_and_is_logged(cbs):
    agree(cbs)
    done = delivered(cbs, publish=True)
    assert done.pk == done.data_set_id == key_of("cbs", "discharges")
    assert (done.state, visible()) == ("published", {"discharges"})
    assert Version.objects.get().origin == f"delivery {done.pk}"
    deed = Deed.objects.get()
    assert (deed.by, deed.verb, deed.name, deed.owner) == (
        "editor@cbs.example",
        "publish",
        "discharges",
        cbs.owner,
    )
    again = publish(who=cbs.actor(), delivery=done)
    assert (again.edition, Deed.objects.count(), changes.last()) == (1, 1, 1)


def test_a_change_that_breaks_a_mandatory_rule_changes_nothing(cbs):
    done = delivered(cbs, publish=True)
    for without in ("byteSize", "dct:format", "dct:publisher"):
        with pytest.raises(NotPublishable):
            change(who=cbs.actor(), delivery=done, record=record(title="Other", without=without))
    done.refresh_from_db()
    assert (done.edition, changes.last(), Deed.objects.count()) == (1, 1, 1)
    changed = change(who=cbs.actor(), delivery=done, record=record(title="Other"))
    assert (changed.edition, changes.last()) == (2, 2)


def test_an_identifier_is_never_used_for_other_data(cbs):
    first = delivered(cbs, publish=True)
    with pytest.raises(IdentifierTaken):
        delivered(cbs, title="Something else")
    withdraw(who=cbs.actor(), delivery=first)
    assert visible() == set()
    with pytest.raises(IdentifierTaken):
        delivered(cbs, iri="http://data.example/other")
    with pytest.raises(IdentifierTaken):
        change(who=cbs.actor(), delivery=first, record=record("other"))
    with pytest.raises(IdentifierTaken):
        change(who=cbs.actor(), delivery=first, record=record(iri="http://data.example/other"))
    back = delivered(cbs, publish=True)
    assert (back.pk, back.state, back.data_set.created) == (first.pk, "published", first.data_set.created)
    withdraw(who=cbs.actor(), delivery=back)
    assert publish(who=cbs.actor(), delivery=back).state == "published"


def test_a_record_without_identifier_or_iri_gets_them(cbs):
    made = delivered(cbs, identifier="", iri="", publish=True)
    assert made.identifier
    assert made.iri == f"http://testserver/datasets/{made.pk}" == DataSet.objects.get().iri
    with pytest.raises(IdentifierTaken):
        delivered(cbs, "thief", iri=made.iri)
    with pytest.raises(IdentifierTaken):
        delivered(cbs, "early", iri=f"http://testserver/datasets/{key_of('cbs', 'late')}")
    for identifier in ("null", "unknown", "x" * 601):
        with pytest.raises(Unnameable):
            delivered(cbs, identifier, iri="http://data.example/x")


def test_an_iri_that_another_source_has_is_refused(cbs):
    delivered(cbs, publish=True)
    other = office("rivm")
    with pytest.raises(NotPublishable) as refused:
        deliver(who=other.actor(), catalogue=other.catalogues["open"], record=record(), publish=True)
    assert "iri-taken" in {error.rule for error in refused.value.findings}
    assert not Delivery.objects.filter(owner=other.owner).exists()


def test_who_may_not_see_it_is_told_that_it_does_not_exist(cbs):
    stranger, done = office("rivm"), delivered(cbs)
    reader = cbs.actor("reader")
    for who, error in ((stranger.actor("admin"), Http404), (Actor(), Http404), (reader, NotAllowed)):
        for act in (publish, withdraw, erase):
            with pytest.raises(error):
                act(who=who, delivery=done)
        with pytest.raises(error):
            change(who=who, delivery=done, record=record(title="Mine"))
        with pytest.raises(error):
            deliver(who=who, catalogue=cbs.catalogues["protected"], record=record("new"))
        with pytest.raises(error):
            empty(who=who, catalogue=cbs.catalogues["test"])
    key = Actor(key=cbs.key("open"))
    with pytest.raises(Http404):
        publish(who=key, delivery=done)
    with pytest.raises(Http404):  # a catalogue of nobody
        deliver(
            who=key,
            catalogue=Catalogue.objects.create(slug="nl", kind="protected"),
            record=record(),
        )
    assert publish(who=Actor(key=cbs.key()), delivery=done).by == cbs.people["editor"]


def test_an_owner_publishes_only_while_it_is_ready(cbs):
    draft = delivered(cbs)
    agree(cbs)
    newest = Agreement.objects.create(version=2)
    with pytest.raises(NotReady, match="agreement"):
        publish(who=cbs.actor(), delivery=draft)
    cbs.owner.acceptances.create(agreement=newest, person=cbs.people["admin"], language="en")
    for facts, said in (
        ({"confirmed": timezone.now() - timedelta(days=366)}, "confirmed"),
        ({"confirmed": timezone.now(), "state": "requested"}, "approved"),
    ):
        type(cbs.owner).objects.filter(pk=cbs.owner.pk).update(**facts)
        with pytest.raises(NotReady, match=said):
            publish(who=cbs.actor(), delivery=draft)
    type(cbs.owner).objects.filter(pk=cbs.owner.pk).update(state="closed")
    with pytest.raises(NotAllowed):
        publish(who=cbs.actor(), delivery=draft)


def test_drafts_are_erased_what_was_published_is_withdrawn(cbs):
    draft, done = delivered(cbs, "draft"), delivered(cbs, "done", publish=True)
    with pytest.raises(WrongState):
        withdraw(who=cbs.actor(), delivery=draft)
    with pytest.raises(WrongState):
        erase(who=cbs.actor(), delivery=done)
    erase(who=cbs.actor(), delivery=draft)
    withdraw(who=cbs.actor(), delivery=done)
    with pytest.raises(WrongState):
        erase(who=cbs.actor(), delivery=done)
    assert [*Delivery.objects.values_list("identifier", "state")] == [("done", "withdrawn")]
    with pytest.raises(Http404):
        publish(who=cbs.actor(), delivery=draft)


def test_a_test_catalogue_is_seen_by_no_door_until_it_is_published_for_real(cbs):
    tried = delivered(cbs, kind="test", iri="", publish=True)
    with pytest.raises(NotPublishable):
        delivered(cbs, "bad", kind="test", without="byteSize", publish=True)
    assert (tried.state, visible(), DataSet.objects.count()) == ("published", set(), 0)
    real = publish_for_real(who=cbs.actor(), delivery=tried, catalogue=cbs.catalogues["protected"])
    assert real.pk == key_of("cbs", "discharges")
    assert real.iri == f"http://testserver/datasets/{real.pk}"
    change(who=cbs.actor(), delivery=tried, record=record(title="Better", iri=""))
    tried.refresh_from_db()
    again = publish_for_real(who=cbs.actor(), delivery=tried, catalogue=cbs.catalogues["protected"])
    assert (again.pk, again.edition, visible()) == (real.pk, 2, {"discharges"})
    with pytest.raises(WrongState):
        publish_for_real(who=cbs.actor(), delivery=real, catalogue=cbs.catalogues["open"])
    with pytest.raises(WrongState):
        empty(who=cbs.actor(), catalogue=cbs.catalogues["protected"])
    with pytest.raises(Http404):
        publish_for_real(who=cbs.actor(), delivery=tried, catalogue=office("rivm").catalogues["open"])
    assert empty(who=cbs.actor(), catalogue=cbs.catalogues["test"]) == 1
    assert visible() == {"discharges"}


def test_a_dry_run_says_the_same_and_does_nothing(cbs):
    with dry_run():
        assert delivered(cbs, publish=True).state == "published"
    with dry_run(), pytest.raises(NotPublishable):
        delivered(cbs, without="byteSize", publish=True)
    assert (Delivery.objects.count(), DataSet.objects.count(), Deed.objects.count(), changes.last()) == (
        0,
        0,
        0,
        0,
    )


def test_an_edition_is_changed_once(cbs):
    draft = delivered(cbs)
    change(who=cbs.actor(), delivery=draft, record=record(title="One"), edition=1)
    for act in (publish, withdraw, erase):
        with pytest.raises(EditConflict):
            act(who=cbs.actor(), delivery=draft, edition=1)
    with pytest.raises(EditConflict):
        change(who=cbs.actor(), delivery=draft, record=record(title="Two"), edition=1)
    draft.refresh_from_db()
    assert draft.edition == 2


@pytest.mark.django_db(transaction=True)
def test_of_writers_at_once_one_wins_and_the_others_are_told(shared):
    cbs = office("cbs")

    def create(number: int) -> Delivery:
        return delivered(cbs, title=f"By {number}", publish=number % 2 == 0)

    made = at_once(create)
    assert sum(isinstance(each, Delivery) for each in made) == 1
    assert {type(each) for each in made} == {Delivery, IdentifierTaken}
    (stored,) = Delivery.objects.all()
    assert DataSet.objects.filter(deleted=False).count() == (stored.state == "published")
    edited = at_once(
        lambda number: change(
            who=cbs.actor(), delivery=stored, record=record(title=f"Edit {number}"), edition=stored.edition
        )
    )
    assert sorted(type(each).__name__ for each in edited) == ["Delivery", *["EditConflict"] * 5]
    mixed = at_once(
        lambda number: (withdraw if number % 2 else publish)(who=cbs.actor(), delivery=Delivery.objects.get())
    )
    stored.refresh_from_db()
    there = DataSet.objects.filter(deleted=False).count()
    assert there == (stored.state == "published"), mixed


def at_once(act) -> list[Delivery | Refusal]:
    together = Barrier(6)

    def one(number: int):
        together.wait()
        try:
            return act(number)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(one, range(6)))
