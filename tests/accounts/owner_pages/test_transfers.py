"""Transfers by pages: offered, cancelled, refused, accepted; and the audit log that tells of them."""

import pytest

from erpd.accounts.models import Membership, Transfer
from erpd.register.models import Catalogue
from tests.accounts.owner_pages.conftest import shown, told, words
from tests.accounts.people import EDITOR, member, person, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def test_a_catalogue_goes_to_another_owner(as_):
    anna, zoe = person("anna@first.example"), person("zoe@second.example")
    first, second = ready(anna, "First"), ready(zoe, "Second <b>")
    giver, taker, address = as_(anna), as_(zoe), "/owners/first/transfers/"
    facts = {"act": "catalogue", "catalogue": "first", "to": second.slug, "comment": "<script>1</script>"}
    for bad in ({"to": "none"}, {"to": "<b>"}, {"catalogue": second.slug}):
        words(giver.post(address, {**facts, **bad}), 400)
    assert "already belongs there" in words(giver.post(address, {**facts, "to": "first"}), 409)
    told(giver, giver.post(address, {**facts, "state": "accepted", "from_owner": second.pk}))
    offer = Transfer.objects.get()
    assert (offer.state, offer.from_owner) == ("pending", first)
    assert "already pending" in words(giver.post(address, facts), 409)
    page = f"/owners/transfers/{offer.pk}/"
    assert page in shown(taker.get("/owners/")).xpath("//a/@href")
    assert page in shown(taker.get(f"/owners/{second.slug}/transfers/")).xpath("//a/@href")
    assert "<script>1</script>" in words(taker.get(page))
    for wrong in (giver, as_(member(second, "ed@second.example", EDITOR)), as_(person("eve@evil.example"))):
        words(wrong.get(page), 404)
        words(wrong.post(page, {"act": "accept"}), 404)
    words(taker.post(page, {"act": "refuse"}), 400)
    told(taker, taker.post(page, {"act": "refuse", "comment": "Not ours."}))
    assert "Not ours." in words(giver.get(address))
    told(giver, giver.post(address, facts))
    told(giver, giver.post(address, {"act": "cancel", "id": Transfer.objects.latest("pk").pk}))
    told(giver, giver.post(address, facts))
    offer = Transfer.objects.latest("pk")
    told(taker, taker.post(f"/owners/transfers/{offer.pk}/", {"act": "accept"}))
    assert Catalogue.objects.get(slug="first").holding.owner == second
    words(taker.post(f"/owners/transfers/{offer.pk}/", {"act": "accept"}), 404)
    for browser, slug in ((giver, "first"), (taker, second.slug)):
        assert "Accepted a catalogue: first" in words(browser.get(f"/owners/{slug}/audit/"))


def test_the_ownership_goes_to_a_successor(as_):
    anna, bert = person("anna@first.example"), person("bert@first.example")
    owner = ready(anna, "First")
    giver, taker, address = as_(anna), as_(bert), "/owners/first/transfers/"
    told(giver, giver.post(address, {"act": "ownership", "successor": bert.name}))
    page = f"/owners/transfers/{Transfer.objects.get().pk}/"
    assert "You become an administrator" in words(taker.get(page))
    told(taker, taker.post(page, {"act": "accept"}))
    assert list(Membership.objects.filter(owner=owner).values_list("person__email", "role")) == [
        (bert.name, "admin")
    ]
    words(giver.get(address), 404)


def test_the_audit_log_is_paged(as_):
    anna = person("anna@first.example")
    owner = ready(anna, "First")
    for number in range(60):
        owner.deeds.create(by=f"<b>{number}", verb="try", thing="owner", name="<i>", detail={"a": "<u>"})
    browser, address = as_(anna), "/owners/first/audit/"
    first = browser.get(address)
    assert "<b>" not in first.content.decode()
    (further,) = shown(first).xpath("//a[@rel='next']/@href")
    last = shown(browser.get(address + further))
    seen = [*shown(first).xpath("//tbody/tr"), *last.xpath("//tbody/tr")]
    assert len(seen) == owner.deeds.count()
    assert not last.xpath("//a[@rel='next']")
    words(browser.get(address, {"after": "x"}))
    words(as_(member(owner, "ed@first.example", EDITOR)).get(address), 404)
