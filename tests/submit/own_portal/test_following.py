"""What an owner hears of its portal's runs, and how a portal ends: its data sets are kept or withdrawn."""

from typing import Any

import pytest

from erpd.accounts.models import Deed, Mail
from erpd.accounts.outbox.letters import write
from erpd.harvest import ending, removing
from erpd.harvest.doubts import put_back
from erpd.harvest.models import Run
from erpd.harvest.removing import withdraw_due
from erpd.register.models import DataSet, Version
from erpd.submit.own_portal import actions
from erpd.submit.own_portal.previews import look_due
from erpd.submit.own_portal.refusals import Code
from erpd.submit.own_portal.wishes import Wish
from tests.harvest.killing import Killed, killed_at
from tests.harvest.national import Point, bins, good, many, run
from tests.proofs import length
from tests.submit.own_portal.conftest import approved, looked_at, now
from tests.submit.own_portal.test_actions import refused
from tests.submit.own_portal.test_pages import ROOT, as_, text_of
from tests.submit.owners import office

__all__ = ["as_"]
pytestmark = pytest.mark.django_db


def told() -> list[str]:
    """The letters about runs, oldest first."""
    wanted = ("portal-failed", "portal-works")
    return list(Mail.objects.filter(template__in=wanted).order_by("pk").values_list("template", flat=True))


def alive() -> int:
    return DataSet.objects.filter(deleted=False).count()


def test_a_streak_of_failures_is_told_once_and_that_it_works_again(cbs, desk, point, seen):
    portal = approved(cbs, desk, seen)
    settings, works = portal.source.settings, point.handle

    def broken(*_: Any) -> Any:
        return 404, {}, b""

    run(settings)
    assert told() == []
    point.handle = broken
    run(settings, dry_run=True)
    assert told() == [], "a rehearsal tells nobody"
    for _ in range(3):
        assert run(settings).failed
    assert told() == ["portal-failed"]
    mail = Mail.objects.get(template="portal-failed")
    assert mail.to == cbs.actor("admin").person.email
    text = write(mail.template, "en", mail.context).text
    for said in (
        f"We could not harvest {portal.url} for Office cbs",
        "There is nothing at this address. ",
        "Check the address.",
        f"{ROOT}{portal.pk}/",
    ):
        assert said.strip() in text, said
    point.handle = works
    good_run = run(settings).run
    run(settings)
    assert told() == ["portal-failed", "portal-works"]
    put_back(good_run)
    run(settings)
    assert len(told()) == 2, "what a person undid did not fail"


def test_a_portal_that_was_changed_is_told_of_anew(cbs, desk, point, seen):
    portal, who = approved(cbs, desk, seen), cbs.actor("admin")
    works = point.handle
    point.handle = lambda *_: (404, {}, b"")
    run(portal.source.settings)
    point.handle = works
    wish = Wish(seen.url, every=14)
    change = actions.propose(who=who, catalogue=portal.catalogue, wish=wish, changes=portal)
    look_due()
    portal = approved(cbs, desk, now(change))
    point.handle = lambda *_: (404, {}, b"")
    run(portal.source.settings)
    assert told() == ["portal-failed", "portal-failed"]


def test_the_operators_own_sources_tell_no_owner(cbs, point, monkeypatch):
    def fails(_: Run) -> None:
        list(DataSet.objects.raw("SELECT nothing"))

    monkeypatch.setattr(ending, "TOLD", [*ending.TOLD, fails])  # a fault in telling keeps no run from ending
    point.handle = lambda *_: (404, {}, b"")
    assert point.harvested().run.state == Run.State.FAILED
    assert told() == []


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_goes_on_in_the_worker_whoever_is_killed(cbs, desk, as_, monkeypatch):
    monkeypatch.setattr(removing, "_BATCH", 3)
    with Point([*many(8)], size=8) as large:
        portal = approved(cbs, desk, looked_at(cbs, large.url))
        run(portal.source.settings)
    admin, page = as_(), f"{ROOT}{portal.pk}/"
    assert "They are withdrawn (8 now)" in text_of(admin.get(page))
    assert admin.post(page, {"act": "end"}).status_code == 400, "the person chooses"
    assert admin.post(page, {"act": "end", "data_sets": "withdraw"}).status_code == 302
    assert alive() == 8
    shown = admin.get(page)
    assert "being withdrawn: 0 of 8 so far" in text_of(shown)
    assert shown["Refresh"] == "5"
    assert 'value="withdraw"' not in shown.content.decode()
    refused(Code.ENDED, actions.end, who=cbs.actor("admin"), portal=portal, withdraw=True)

    withdrawal, statement = removing.withdrawals().get(), 0
    while True:
        try:
            with killed_at(statement):
                assert withdraw_due() == 1
            break
        except Killed:
            withdrawal.refresh_from_db()
            gone = Version.objects.filter(origin=str(withdrawal)).count()
            assert withdrawal.gone == gone == 8 - alive()
            statement += length(5, 1)
    withdrawal.refresh_from_db()
    assert (withdrawal.gone, alive(), withdraw_due()) == (8, 0, 0)
    assert withdrawal.finished
    assert DataSet.objects.filter(deleted=True).count() == 8, "tombstones"
    shown = admin.get(page)
    assert "None of its data sets is in the register any more" in text_of(shown)
    assert "Refresh" not in shown
    assert "withdrawn: 8" in text_of(shown)
    assert Deed.objects.filter(thing="portal", verb="end").get().detail["withdraw"] is True


def test_what_was_kept_is_withdrawn_later_or_harvested_again(cbs, desk, point, seen, as_):
    portal, who = approved(cbs, desk, seen), cbs.actor("admin")
    run(portal.source.settings)
    refused(Code.NOTHING_TO_WITHDRAW, actions.withdraw, who=who, portal=portal)
    admin, page = as_(), f"{ROOT}{portal.pk}/"
    assert admin.post(page, {"act": "end", "data_sets": "keep"}).status_code == 302
    assert (alive(), withdraw_due()) == (3, 0)
    shown = admin.get(page)
    assert "3 data sets stay as they are" in text_of(shown)
    assert "Have it harvested again" in text_of(shown)
    assert admin.post(page, {"act": "withdraw"}).status_code == 302
    assert "being withdrawn: 0 of 3" in text_of(admin.get(page))
    withdraw_due()
    assert alive() == 0
    refused(Code.NOTHING_TO_WITHDRAW, actions.withdraw, who=who, portal=portal)
    again = actions.propose(who=who, catalogue=portal.catalogue, wish=Wish(seen.url), changes=portal)
    look_due()
    again = approved(cbs, desk, now(again))
    assert again.source == portal.source
    assert bins(run(again.source.settings)) == {"changed": 3, "rejected": 1}


def test_what_is_undone_or_harvested_again_meanwhile_stays(cbs, desk, seen, monkeypatch):
    monkeypatch.setattr(removing, "_BATCH", 2)
    portal, who = approved(cbs, desk, seen), cbs.actor("admin")
    run(portal.source.settings)
    actions.end(who=who, portal=portal, withdraw=True)
    begun = removing.withdrawals().get()
    assert removing._withdraw_some(begun)
    assert alive() == 1
    put_back(begun)
    assert (alive(), withdraw_due()) == (3, 0)
    actions.withdraw(who=who, portal=portal)
    again = actions.propose(who=who, catalogue=portal.catalogue, wish=Wish(seen.url), changes=portal)
    look_due()
    approved(cbs, desk, now(again))
    assert (withdraw_due(), withdraw_due(), alive()) == (1, 0, 3)


def test_a_query_that_means_nothing_is_pointed_out(cbs, desk, point, seen, as_):
    portal = approved(cbs, desk, seen)
    knmi = office("knmi")
    with Point([good("e")]) as elsewhere:
        other = looked_at(knmi, elsewhere.url)
    theirs = looked_at(knmi, f"{seen.url}?x=1")
    page = "/owners/knmi/catalogues/knmi/portals"
    admin, operator = as_("admin", knmi), as_(desk)
    said = "Another address on the same server and path is harvested already"
    assert said in text_of(admin.get(f"{page}/{theirs.pk}/"))
    assert portal.source.slug not in text_of(admin.get(f"{page}/{theirs.pk}/"))
    assert said not in text_of(admin.get(f"{page}/{other.pk}/"))
    at_desk = text_of(operator.get(f"/desk/portals/{theirs.pk}/"))
    assert f"Other sources on the same server and path {portal.source.slug}" in at_desk
    assert "on the same server and path" not in text_of(operator.get(f"/desk/portals/{portal.pk}/"))
    actions.end(who=cbs.actor("admin"), portal=portal, withdraw=False)
    actions.cancel(who=knmi.actor("admin"), portal=theirs, edition=theirs.edition)
