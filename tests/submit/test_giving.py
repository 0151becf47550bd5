"""A data set goes to another owner, which accepts it: the same identifier, another catalogue, other keys."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from erpd.accounts.actions import transfers
from erpd.accounts.deeds import deeds
from erpd.accounts.may import Actor
from erpd.accounts.models import Agreement, Holding, Mail, Transfer
from erpd.accounts.refusal import Code, Refusal
from erpd.register.models import DataSet, Version
from erpd.register.scope import scope
from erpd.submit.actions import change, deliver, publish, publish_for_real, withdraw
from erpd.submit.giving import give_data_set
from erpd.submit.models import Delivery
from erpd.submit.refusals import IdentifierTaken
from tests.accounts.test_owners import refused
from tests.submit.owners import Office, agree, office, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def cbs() -> Office:
    return office("cbs")


@pytest.fixture
def knmi() -> Office:
    return office("knmi")


def offered(cbs: Office, knmi: Office, kind: str = "protected", **more) -> tuple[Delivery, Transfer]:
    mine = deliver(who=cbs.actor(), catalogue=cbs.catalogues[kind], record=record(), **more)
    return mine, give_data_set(who=cbs.actor("admin"), delivery=mine, to=knmi.owner, comment="Yours.")


def test_a_published_data_set_goes_with_its_identifier_its_iri_and_no_key(cbs, knmi):
    agree(cbs)
    mine, offer = offered(cbs, knmi, publish=True)
    before = DataSet.objects.get()
    assert (offer.title, offer.catalogue) == ("Discharges", knmi.catalogues["protected"])
    for wrong in (cbs.actor("admin"), knmi.actor(), cbs.actor()):
        with pytest.raises(Http404):
            transfers.accept(who=wrong, transfer=offer)
    with pytest.raises(Refusal, match="has not been accepted"):  # the agreement, by the receiver
        transfers.accept(who=knmi.actor("admin"), transfer=offer)
    newest = Agreement.objects.get()
    knmi.owner.acceptances.create(agreement=newest, person=knmi.people["admin"], language="en")
    old, new = cbs.key(), knmi.key()
    transfers.accept(who=knmi.actor("admin"), transfer=offer)

    theirs = Delivery.objects.get()
    assert (theirs.pk, theirs.identifier, theirs.iri, theirs.edition) == (
        mine.pk,
        mine.identifier,
        mine.iri,
        mine.edition,
    )
    assert (theirs.owner, theirs.catalogue) == (knmi.owner, knmi.catalogues["protected"])
    after = DataSet.objects.get()
    assert (after.key, after.iri, after.source, after.digest) == (
        before.key,
        before.iri,
        before.source,
        before.digest,
    )
    assert after.catalogue == knmi.catalogues["protected"]
    assert after.change > before.change  # so search, triples and harvesters follow
    assert bytes(Version.objects.get(change=after.change).content) == bytes(
        Version.objects.get(change=before.change).content
    )
    assert [one.key for one in scope("knmi").data_sets()] == [mine.pk]
    assert not scope("cbs").data_sets().exists()

    newer = record(title="Newer")
    for who in (cbs.actor("admin"), Actor(key=old)):
        with pytest.raises(Http404):
            change(who=who, delivery=theirs, record=newer)
    done = change(who=Actor(key=new), delivery=theirs, record=newer)
    assert done.edition == mine.edition + 1
    assert DataSet.objects.get().catalogue == knmi.catalogues["protected"]
    with pytest.raises(IdentifierTaken):  # the identity is not free again
        deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=record())
    withdraw(who=Actor(key=new), delivery=done)
    back = deliver(who=Actor(key=new), catalogue=knmi.catalogues["protected"], record=record(), publish=True)
    assert (back.pk, back.state) == (mine.pk, "published")
    for owner in (cbs.owner, knmi.owner):
        done = [(deed.verb, deed.name) for deed in deeds(owner=owner)]
        assert ("accept transfer", str(mine.pk)) in done
    sent = [(mail.to, mail.template, mail.context["name"]) for mail in Mail.objects.order_by("pk")]
    assert sent == [
        ("admin@knmi.example", "transfer-offered", "Discharges"),
        ("admin@cbs.example", "transfer-accepted", "Discharges"),
    ]


def test_a_draft_and_a_withdrawn_data_set_go_too(cbs, knmi):
    draft, offer = offered(cbs, knmi)
    transfers.accept(who=knmi.actor("admin"), transfer=offer)
    assert publish(who=knmi.actor(), delivery=draft).catalogue == knmi.catalogues["protected"]
    assert DataSet.objects.get().catalogue == knmi.catalogues["protected"]
    gone = withdraw(who=knmi.actor(), delivery=draft)
    offer = give_data_set(who=knmi.actor("admin"), delivery=gone, to=cbs.owner)
    transfers.accept(who=cbs.actor("admin"), transfer=offer)
    assert DataSet.objects.get().deleted
    assert scope("cbs").history().exists()
    assert publish(who=cbs.actor(), delivery=gone).owner == cbs.owner


def test_it_goes_into_a_catalogue_of_its_kind_that_has_no_other_of_its_name(cbs, knmi):
    mine, offer = offered(cbs, knmi)
    for wrong in (knmi.catalogues["open"], cbs.catalogues["protected"], knmi.catalogues["test"]):
        with refused(Code.CATALOGUE_UNFIT):
            transfers.accept(who=knmi.actor("admin"), transfer=offer, catalogue=wrong)
    deliver(who=knmi.actor(), catalogue=knmi.catalogues["protected"], record=record(iri=""))
    with refused(Code.IDENTIFIER_THERE):
        transfers.accept(who=knmi.actor("admin"), transfer=offer)
    assert Delivery.objects.get(pk=mine.pk).owner == cbs.owner
    Holding.objects.filter(catalogue=cbs.catalogues["open"]).update(owner=knmi.owner)
    # What was named is theirs no longer.
    Holding.objects.filter(catalogue=knmi.catalogues["protected"]).update(owner=cbs.owner)
    with refused(Code.CATALOGUE_UNFIT):
        transfers.accept(who=knmi.actor("admin"), transfer=offer)


def test_who_may_offer_and_what_became_of_it_meanwhile(cbs, knmi):
    mine = deliver(who=cbs.actor(), catalogue=cbs.catalogues["test"], record=record(), publish=True)
    for who, error in (
        (cbs.actor(), PermissionDenied),
        (knmi.actor("admin"), Http404),
        (Actor(key=cbs.key("test", "admin")), PermissionDenied),
    ):
        with pytest.raises(error):
            give_data_set(who=who, delivery=mine, to=knmi.owner)
    with refused(Code.TRANSFER_TO_ITSELF):
        give_data_set(who=cbs.actor("admin"), delivery=mine, to=cbs.owner)
    offer = give_data_set(who=cbs.actor("admin"), delivery=mine, to=knmi.owner)
    with refused(Code.TRANSFER_PENDING):
        give_data_set(who=cbs.actor("admin"), delivery=mine, to=knmi.owner)
    transfers.accept(who=knmi.actor("admin"), transfer=offer)
    assert Delivery.objects.get().catalogue == knmi.catalogues["test"]
    assert not DataSet.objects.exists()
    real = publish_for_real(
        who=knmi.actor(), delivery=Delivery.objects.get(), catalogue=knmi.catalogues["protected"]
    )
    offer = give_data_set(who=knmi.actor("admin"), delivery=real, to=cbs.owner)
    Delivery.objects.filter(pk=real.pk).update(owner=cbs.owner, catalogue=cbs.catalogues["protected"])
    with refused(Code.NOTHING_TO_TRANSFER):
        transfers.accept(who=cbs.actor("admin"), transfer=offer)
