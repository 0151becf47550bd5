"""A catalogue that goes to another owner takes its deliveries along."""

import pytest

from erpd.accounts.actions import transfers
from erpd.submit.actions import change, deliver
from erpd.submit.models import Delivery
from erpd.submit.refusals import Refusal

from .owners import agree, office, record

pytestmark = pytest.mark.django_db


def test_deliveries_go_with_their_catalogue():
    ours, theirs = office("cbs"), office("knmi")
    agree(ours)
    moved = deliver(who=ours.actor(), catalogue=ours.catalogues["protected"], record=record(), publish=True)
    stays = deliver(who=ours.actor(), catalogue=ours.catalogues["test"], record=record())
    theirs.owner.acceptances.create(
        agreement=ours.owner.acceptances.get().agreement, person=theirs.people["admin"], language="en"
    )
    key = ours.key()
    offer = transfers.give_catalogue(
        who=ours.actor("admin"), catalogue=ours.catalogues["protected"], to=theirs.owner
    )
    transfers.accept(who=theirs.actor("admin"), transfer=offer)
    after = Delivery.objects.get(pk=moved.pk)
    assert (after.owner, after.identifier, after.iri, after.edition, after.state) == (
        theirs.owner,
        moved.identifier,
        moved.iri,
        moved.edition,
        "published",
    )
    assert after.data_set_id == moved.data_set_id
    stays.refresh_from_db()
    assert stays.owner == ours.owner
    key.refresh_from_db()
    assert key.revoked
    newer = record(title="Newer")
    with pytest.raises((Refusal, transfers.Http404)):
        change(who=ours.actor(), delivery=after, record=newer)
    assert change(who=theirs.actor(), delivery=after, record=newer).edition == moved.edition + 1
