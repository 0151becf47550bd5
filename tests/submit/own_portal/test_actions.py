"""A portal of an owner: proposed, looked at, sent, approved or refused, harvested, paused, ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions import owners, transfers
from erpd.accounts.may import COMMAND_LINE, VISITOR, Actor
from erpd.accounts.models import Deed, Mail, Owner
from erpd.accounts.refusal import Refusal
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.removing import remove
from erpd.harvest.rules import read_rules
from erpd.harvest.worker import due
from erpd.metadata.profile import load_profile
from erpd.register.models import DataSet, Source
from erpd.submit import actions as deliveries
from erpd.submit.models import Portal
from erpd.submit.own_portal import actions
from erpd.submit.own_portal.previews import look_due
from erpd.submit.own_portal.refusals import Code
from erpd.submit.own_portal.wishes import Wish
from tests.harvest.national import Point, address_of, bins, good, many, run
from tests.submit.own_portal.conftest import approved, looked_at, now
from tests.submit.owners import office, record

pytestmark = pytest.mark.django_db

NIGHT = timezone.now().replace(hour=22)


def refused(code: Code | str, act: Any, **given: Any) -> None:
    """It is refused for this reason, and nothing has changed."""
    before = list(Portal.objects.order_by("pk").values())
    with pytest.raises(Refusal) as caught:
        act(**given)
    assert [one.code for one in caught.value.hindrances] == [code]
    assert str(caught.value)
    assert list(Portal.objects.order_by("pk").values()) == before


def test_from_the_address_to_the_register(cbs, desk, point, seen):
    assert (seen.preview, seen.protocol) == ("done", "oai-pmh")
    assert (seen.seen["fit"], seen.seen["looked_at"]) == (3, 4)
    assert not Source.objects.filter(slug="cbs-portal").exists()
    sent = actions.submit(who=cbs.actor("admin"), portal=seen, edition=seen.edition, message="Please.")
    assert not due(NIGHT)
    actions.approve(who=desk, portal=sent, edition=sent.edition, reason="Welcome.")
    portal = now(seen)
    assert portal.source
    settings = portal.source.settings
    assert (portal.source.slug, portal.source.policy, portal.source.catalogue.slug) == (
        "cbs-portal",
        "strict",
        "cbs",
    )
    assert (settings.url, settings.local) == (point.url, False)
    assert [one.settings.pk for one in due(NIGHT)] == [settings.pk]
    assert bins(run(settings)) == {"new": 3, "rejected": 1}
    assert DataSet.objects.filter(catalogue=cbs.catalogues["protected"]).count() == 3
    verbs = Deed.objects.filter(thing="portal").order_by("pk").values_list("verb", "owner__slug", "name")
    assert list(verbs) == [(verb, "cbs", seen.url) for verb in ("propose", "submit", "approve")]
    mails = Mail.objects.order_by("pk").values_list("template", "to")
    assert list(mails) == [
        ("portal-submitted", "operator@portal.example"),
        ("portal-approved", "admin@cbs.example"),
    ]


def test_who_may_what(cbs, desk, seen):
    knmi, wish = office("knmi"), Wish("https://data.example/")
    catalogue = cbs.catalogues["protected"]
    may_see = [cbs.actor("editor"), cbs.actor("reader"), desk]
    for who, wrong in [
        *((one, PermissionDenied) for one in may_see),
        (knmi.actor("admin"), Http404),
        (VISITOR, Http404),
        (Actor(key=cbs.key(role="admin")), Http404),
    ]:
        for act, given in (
            (actions.propose, {"catalogue": catalogue, "wish": wish}),
            (actions.change, {"portal": seen, "edition": 1, "wish": wish}),
            (actions.look_again, {"portal": seen, "edition": 1}),
            (actions.submit, {"portal": seen, "edition": 1}),
            (actions.cancel, {"portal": seen, "edition": 1}),
            (actions.pause, {"portal": seen}),
            (actions.resume, {"portal": seen}),
            (actions.end, {"portal": seen, "withdraw": True}),
            (actions.withdraw, {"portal": seen}),
        ):
            with pytest.raises(wrong):
                act(who=who, **given)
    sent = actions.submit(who=cbs.actor("admin"), portal=seen, edition=1)
    for who in (*may_see[:2], cbs.actor("admin")):
        with pytest.raises(PermissionDenied):
            actions.approve(who=who, portal=sent, edition=sent.edition)
        with pytest.raises(PermissionDenied):
            actions.refuse(who=who, portal=sent, edition=sent.edition, reason="No.")
    with pytest.raises(Http404):
        actions.approve(who=knmi.actor("admin"), portal=sent, edition=sent.edition)


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("url", Wish("file:///etc/passwd")),
        ("url", Wish("/etc/passwd")),
        ("url", Wish("ftp://data.example/")),
        ("url", Wish("https://me:secret@data.example/")),
        ("url", Wish("https://data.example/?apikey=0123456789abcdef")),
        ("url", Wish("https://data.example/\nHost: x")),
        ("url", Wish("")),
        ("url", Wish("http://[")),
        ("url", Wish("http://[::1")),
        ("url", Wish("https://x.example]/")),
        ("url", Wish("https:///oai")),
        ("url", Wish("https://x.example:99999/")),
        ("url", Wish(f"https://x.example/{'x' * 1000}")),
        ("protocol", Wish("https://data.example/", "gopher")),
        ("set", Wish("https://data.example/", "ckan", set="x")),
        ("query", Wish("https://data.example/", query="x")),
        ("theme", Wish("https://data.example/", where={"theme": ["NO"]})),
        (
            "keyword",
            Wish("https://data.example/", where={"keyword": ["x"] * 3 + list("abcdefghijklmnopqrstuv")}),
        ),
        ("publisher", Wish("https://data.example/", where={"publisher": ["x" * 201]})),
        ("every", Wish("https://data.example/", every=0)),
    ],
)
def test_what_is_unfit_is_said_at_its_field(cbs, field, wish):
    with pytest.raises(ValidationError) as caught:
        actions.propose(who=cbs.actor("admin"), catalogue=cbs.catalogues["open"], wish=wish)
    assert list(caught.value.message_dict) == [field]
    assert not Portal.objects.exists()


def test_any_filter_makes_rules_that_are_read_as_meant(cbs):
    odd = ['"]\n[schedule]\nevery = 1 #', "\\", "\x7f", "😀", "a*b[c]", "é"]
    wish = Wish("https://data.example/", where={"publisher": odd, "theme": ["health"]}, every=14)
    made = actions.propose(who=cbs.actor("admin"), catalogue=cbs.catalogues["open"], wish=wish)
    rules = read_rules(actions.rules_of(made), load_profile("erpd"))
    assert (list(rules.where.publisher), rules.where.theme, rules.schedule.every) == (odd, ("HEAL",), 14)


def test_a_portal_is_sent_only_as_it_was_seen(cbs, desk, point):
    who = cbs.actor("admin")
    made = actions.propose(who=who, catalogue=cbs.catalogues["protected"], wish=Wish(point.url))
    refused(Code.NOT_LOOKED_AT, actions.submit, who=who, portal=made, edition=1)
    look_due()
    seen = now(made)
    none = Wish(point.url, seen.protocol, where={"publisher": ["Nobody"]})
    actions.change(who=who, portal=seen, edition=1, wish=none)
    refused(Code.CHANGED_MEANWHILE, actions.submit, who=who, portal=seen, edition=1)
    refused(Code.NOT_LOOKED_AT, actions.submit, who=who, portal=seen, edition=2)
    look_due()
    refused(Code.NOTHING_THERE, actions.submit, who=who, portal=seen, edition=2)
    actions.change(who=who, portal=seen, edition=2, wish=Wish("http://127.0.0.1:1/"))
    look_due()
    assert (now(seen).preview, now(seen).seen["error"]["rule"]) == ("failed", "unreachable")
    refused(Code.NOT_LOOKED_AT, actions.submit, who=who, portal=seen, edition=3)


def test_what_the_operator_has_seen_is_what_is_approved(cbs, desk, seen):
    who = cbs.actor("admin")
    sent = actions.submit(who=who, portal=seen, edition=1)
    actions.change(who=who, portal=sent, edition=2, wish=Wish("https://evil.example/", "ckan"))
    refused(Code.WRONG_STATE, actions.approve, who=desk, portal=sent, edition=2)
    actions.change(who=who, portal=sent, edition=3, wish=Wish(seen.url))
    look_due()
    again = actions.submit(who=who, portal=now(sent), edition=4)
    refused(Code.CHANGED_MEANWHILE, actions.approve, who=desk, portal=sent, edition=2)
    actions.approve(who=desk, portal=again, edition=5)
    refused(Code.WRONG_STATE, actions.change, who=who, portal=sent, edition=5, wish=Wish(seen.url))
    refused(Code.WRONG_STATE, actions.refuse, who=desk, portal=sent, edition=6, reason="Late.")
    assert SourceSettings.objects.count() == 1


def test_two_administrators_at_once(cbs, seen):
    who = cbs.actor("admin")
    actions.change(who=who, portal=seen, edition=1, wish=Wish(seen.url, every=14))
    refused(Code.CHANGED_MEANWHILE, actions.change, who=who, portal=seen, edition=1, wish=Wish(seen.url))
    refused(Code.CHANGED_MEANWHILE, actions.cancel, who=who, portal=seen, edition=1)


def test_a_refusal_has_a_reason(cbs, desk, seen):
    sent = actions.submit(who=cbs.actor("admin"), portal=seen, edition=1)
    refused("reason_missing", actions.refuse, who=desk, portal=sent, edition=2, reason=" ")
    actions.refuse(who=desk, portal=sent, edition=2, reason="Not yours.")
    assert (now(seen).state, now(seen).reason) == ("refused", "Not yours.")
    assert Mail.objects.get(template="portal-refused").context["reason"] == "Not yours."
    assert not SourceSettings.objects.exists()


def test_what_is_in_a_test_catalogue_is_only_previewed(cbs, point):
    seen = looked_at(cbs, point.url, "test")
    assert (seen.preview, seen.seen["fit"]) == ("done", 3)
    refused(Code.TEST, actions.submit, who=cbs.actor("admin"), portal=seen, edition=1)


def test_an_owner_that_may_not_publish_is_not_harvested(cbs, desk, seen):
    portal = approved(cbs, desk, seen)
    assert due(NIGHT)
    Owner.objects.update(confirmed=timezone.now() - timedelta(days=400))
    assert not due(NIGHT)
    Owner.objects.update(confirmed=timezone.now())
    owners.close(who=desk, owner=cbs.owner, reason="Merged.")
    assert not due(NIGHT)
    with pytest.raises(PermissionDenied):
        actions.pause(who=cbs.actor("admin"), portal=portal)
    owners.approve(who=desk, owner=cbs.owner)
    assert due(NIGHT)


def test_a_closed_owner_neither_proposes_nor_is_looked_at_nor_approved(cbs, desk, seen):
    who = cbs.actor("admin")
    sent = actions.submit(who=who, portal=seen, edition=1)
    waiting = actions.propose(who=who, catalogue=cbs.catalogues["open"], wish=Wish(seen.url))
    owners.close(who=desk, owner=cbs.owner, reason="Merged.")
    refused("owner_closed", actions.approve, who=desk, portal=sent, edition=2)
    look_due()
    assert now(waiting).seen["error"]["rule"] == "owner"
    for code, state in (("owner_closed", "closed"), ("owner_waiting", "requested")):
        Owner.objects.update(state=state)
        given = {"catalogue": cbs.catalogues["open"], "wish": Wish(seen.url)}
        refused(code, actions.propose, who=COMMAND_LINE, **given)


def test_paused_resumed_ended(cbs, desk, seen):
    portal, who = approved(cbs, desk, seen), cbs.actor("admin")
    run(portal.source.settings)
    actions.pause(who=who, portal=portal)
    actions.pause(who=who, portal=portal)
    assert not due(NIGHT + timedelta(days=30))
    actions.resume(who=who, portal=portal)
    assert due(NIGHT + timedelta(days=30))
    actions.propose(who=who, catalogue=portal.catalogue, wish=Wish(seen.url), changes=portal)
    assert actions.end(who=who, portal=portal, withdraw=False) == 3
    assert not due(NIGHT + timedelta(days=30))
    assert DataSet.objects.filter(deleted=False).count() == 3
    assert Portal.objects.filter(state="cancelled").count() == 1
    for act in (actions.pause, actions.resume):
        refused(Code.ENDED, act, who=who, portal=portal)
    assert list(Deed.objects.filter(thing="portal").order_by("pk").values_list("verb", flat=True))[3:] == [
        "pause",
        "resume",
        "propose",
        "end",
    ]


def test_one_that_was_never_harvested_leaves_nothing(cbs, desk, seen):
    portal = approved(cbs, desk, seen)
    assert actions.end(who=cbs.actor("admin"), portal=portal, withdraw=True) == 0
    assert not SourceSettings.objects.exists()
    assert now(portal).source is None
    refused(Code.ENDED, actions.resume, who=cbs.actor("admin"), portal=portal)


def test_a_portal_that_moves_keeps_its_data_sets(cbs, desk, seen):
    portal, who = approved(cbs, desk, seen), cbs.actor("admin")
    run(portal.source.settings)
    before = set(DataSet.objects.values_list("pk", flat=True))
    with Point([*many(2), good("e")]) as moved:
        wish = Wish(moved.url, where={"publisher": ["Agency"]})
        change = actions.propose(who=who, catalogue=portal.catalogue, wish=wish, changes=portal)
        given = {"catalogue": portal.catalogue, "wish": wish, "changes": portal}
        refused(Code.CHANGE_PENDING, actions.propose, who=who, **given)
        look_due()
        assert now(change).seen["bins"] == {"new": 3}, "what is its own already is no duplicate"
        other = approved(cbs, desk, now(change))
        assert (other.source, now(portal).state) == (portal.source, "replaced")
        report = run(other.source.settings)
    assert bins(report) == {"unchanged": 2, "new": 1}
    assert report.ledger["held"] == 1, "a third of the data sets would go: a person decides"
    assert before < set(DataSet.objects.values_list("pk", flat=True))


def test_a_portal_that_is_being_harvested_is_not_changed_or_ended(cbs, desk, seen):
    portal, who = approved(cbs, desk, seen), cbs.actor("admin")
    wish = Wish(seen.url, every=14)
    change = actions.propose(who=who, catalogue=portal.catalogue, wish=wish, changes=portal)
    look_due()
    sent = actions.submit(who=who, portal=now(change), edition=1)
    Run.objects.create(settings=portal.source.settings, holder="x 1 y z", started=timezone.now())
    refused(Code.BUSY, actions.approve, who=desk, portal=sent, edition=2)
    refused(Code.BUSY, actions.end, who=who, portal=portal, withdraw=True)
    assert not Deed.objects.filter(verb="end").exists()


def test_one_address_fills_one_catalogue(cbs, desk, seen):
    approved(cbs, desk, seen)
    knmi = office("knmi")
    theirs = looked_at(knmi, seen.url)
    assert theirs.seen["bins"] == {"new": 3, "rejected": 1}
    sent = actions.submit(who=knmi.actor("admin"), portal=theirs, edition=1)
    refused(Code.TAKEN, actions.approve, who=desk, portal=sent, edition=2)
    for spelling in (f"{seen.url}#x", f"{seen.url}?", seen.url.replace("http", "HTTP", 1), f"{seen.url}/./"):
        theirs = looked_at(knmi, spelling, "open", protocol="oai-pmh")
        Portal.objects.filter(pk=theirs.pk).update(preview="done", seen={"fit": 1})
        sent = actions.submit(who=knmi.actor("admin"), portal=theirs, edition=1)
        refused(Code.TAKEN, actions.approve, who=desk, portal=sent, edition=2)
        actions.cancel(who=knmi.actor("admin"), portal=sent, edition=2)
    ours = looked_at(cbs, seen.url, "open")
    sent = actions.submit(who=cbs.actor("admin"), portal=ours, edition=1)
    refused(Code.TAKEN, actions.approve, who=desk, portal=sent, edition=2)
    narrow = looked_at(cbs, seen.url, "open", where={"identifier": ["d0001"]})
    assert approved(cbs, desk, narrow).source.slug == "cbs-open-portal"


def test_what_the_owner_has_registered_itself_keeps_its_place(cbs, desk, point):
    iri = address_of("d0001")
    own = deliveries.deliver(
        who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=record("own", iri=iri), publish=True
    )
    seen = looked_at(cbs, point.url)
    assert seen.seen["bins"] == {"new": 2, "duplicate": 1, "rejected": 1}
    portal = approved(cbs, desk, seen)
    assert bins(run(portal.source.settings)) == {"new": 2, "duplicate": 1, "rejected": 1}
    assert DataSet.objects.get(iri=iri).pk == own.pk


def test_nobody_else_may_describe_what_is_harvested(cbs, desk, seen):
    """As if it were harvested by the operator: a delivery claims nothing below it."""
    run(approved(cbs, desk, seen).source.settings)
    knmi = office("knmi")
    with pytest.raises(Refusal, match="lies below another data set"):
        deliveries.deliver(
            who=knmi.actor(),
            catalogue=knmi.catalogues["protected"],
            record=record("x", iri=f"{address_of('d0001')}/part"),
            publish=True,
        )


def test_portals_go_with_their_catalogue_and_rest(cbs, desk, seen):
    portal, who = approved(cbs, desk, seen), cbs.actor("admin")
    draft = actions.propose(who=who, catalogue=portal.catalogue, wish=Wish("https://data.example/"))
    knmi = office("knmi")
    offer = transfers.give_catalogue(who=who, catalogue=portal.catalogue, to=knmi.owner)
    transfers.accept(who=knmi.actor("admin"), transfer=offer)
    assert now(draft).state == "cancelled"
    assert not due(NIGHT)
    with pytest.raises(Http404):
        actions.resume(who=who, portal=portal)
    actions.resume(who=knmi.actor("admin"), portal=portal)
    assert due(NIGHT)


def test_an_owner_cannot_have_others_asked_without_end(cbs, monkeypatch):
    who, wish = cbs.actor("admin"), Wish("https://data.example/")
    for _ in range(actions.MOST_OPEN):
        made = actions.propose(who=who, catalogue=cbs.catalogues["open"], wish=wish)
    refused(Code.TOO_MANY, actions.propose, who=who, catalogue=cbs.catalogues["open"], wish=wish)
    monkeypatch.setattr(actions, "MOST_PREVIEWS", actions.MOST_OPEN)
    refused(Code.TOO_MANY_PREVIEWS, actions.look_again, who=who, portal=made, edition=1)
    refused(Code.TOO_MANY_PREVIEWS, actions.change, who=who, portal=made, edition=1, wish=wish)
    refused(Code.TOO_MANY_PREVIEWS, actions.propose, who=who, catalogue=cbs.catalogues["test"], wish=wish)


def test_the_operator_may_remove_it_on_the_command_line(cbs, desk, seen):
    portal = approved(cbs, desk, seen)
    run(portal.source.settings)
    remove(portal.source.settings, withdraw=True)
    refused(Code.ENDED, actions.resume, who=cbs.actor("admin"), portal=portal)
    again = actions.propose(
        who=cbs.actor("admin"), catalogue=portal.catalogue, wish=Wish(seen.url), changes=portal
    )
    look_due()
    other = approved(cbs, desk, now(again))
    assert bins(run(other.source.settings)) == {"changed": 3, "rejected": 1}, "revived"
