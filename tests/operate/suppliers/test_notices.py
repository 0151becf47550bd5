"""Notices by mail: confirmed by a link, ended by another; each says in its subject what a run brought."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts import visitors
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Deed, Mail
from erpd.accounts.outbox.carriers import message
from erpd.harvest.models import Run
from erpd.operate.models import Refusal, Subscription
from erpd.operate.suppliers import subscribing
from erpd.operate.suppliers.actions import make_link, revoke_link
from erpd.operate.suppliers.subscribing import forget
from erpd.operate.suppliers.telling import tell_of_run
from erpd.register.models import DataSet
from tests.harvest.national import Point, good, many, source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    visitors.OF_ASKERS._filled.clear()


def last_mail(template: str = "run-notice") -> tuple[dict[str, str], str]:
    """The headers and the text of the last mail that waits."""
    sent = message(Mail.objects.filter(template=template).latest("pk"))
    return {"Subject": sent.subject, **sent.extra_headers}, str(sent.body)


def address_in(text: str, place: str) -> str:
    [found] = re.findall(rf"https?://[^/\s]+(/suppliers/{place}/\S+)", text)
    return str(found)


def subscribed(point: Point, wants: str = "changes") -> Subscription:
    """Ask on the page, and follow the link."""
    page = f"/suppliers/{make_link(who=COMMAND_LINE, settings=source(point.url))}"
    Client().post(page, {"act": "subscribe", "wants": wants, "email": "data@point.example"})
    Client().post(address_in(last_mail("notices-to-confirm")[1], "confirm"))
    return Subscription.objects.get(confirmed__isnull=False)


def test_an_address_is_told_only_once_its_link_is_followed(point: Point) -> None:
    point.harvested()
    page = f"/suppliers/{make_link(who=COMMAND_LINE, settings=source(point.url))}"
    sent = {"act": "subscribe", "wants": "changes", "email": "data@point.example"}
    assert Client().post(page, {**sent, "email": "nobody"}).status_code == 400
    for _ in range(5):  # a mailbox gets three links a day; the answer is the same
        assert Client().post(page, sent).status_code == 302
    assert Mail.objects.count() == 3
    point.lists(many(12))
    point.harvested()
    assert not Mail.objects.filter(template="run-notice").exists()
    link = address_in(last_mail("notices-to-confirm")[1], "confirm")
    assert "Receive notices" in Client().get(link).content.decode()
    assert not Subscription.objects.exclude(confirmed=None).exists()  # programs open every link
    assert Client().post(link).status_code == 200
    assert Client().post(link).status_code == 404
    assert Subscription.objects.count() == 1
    Client().post(page, {**sent, "email": "late@point.example"})
    late = address_in(last_mail("notices-to-confirm")[1], "confirm")
    Subscription.objects.filter(confirmed=None).update(asked=timezone.now() - timedelta(hours=25))
    assert Client().post(late).status_code == 404
    forget()
    assert Subscription.objects.count() == 1


def test_a_notice_says_the_result_first_what_is_deleted(point: Point) -> None:
    point.harvested()
    subscribed(point)
    point.lists([*many(9), good("bad", valid=False), good("new", "A new one")])
    run = point.harvested().run
    headers, text = last_mail()
    country = run.settings.source.catalogue.country
    assert headers["Subject"] == f"{country}: 10 in, 1 refused, 1 deleted - action needed"
    assert text.index("1 data set has left the source") < text.index("What was found")
    assert "(d0009)" in text
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http")
    page = Client().get(address_in(text, "notices"))
    said = page.content.decode()
    assert "<code>d0009</code>" in said
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    csv = Client().get(address_in(text, "notices") + "/failures.csv")
    assert b"bad" in b"".join(csv)
    tell_of_run(run)  # again
    assert Mail.objects.filter(template="run-notice").count() == 1


def test_deletions_are_held_from_the_mail_without_an_account(
    point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    point.harvested()
    subscribed(point, "trouble")
    point.lists(many(4))
    run = point.harvested().run
    headers, text = last_mail()
    assert headers["Subject"].endswith(": 4 in, 0 refused, 0 deleted, 6 deletions wait - action needed")
    page = address_in(text, "notices")
    assert Client().post(page, {"act": "hold", "run": run.pk - 1, "reason": "Another run"}).status_code == 404
    assert "This is wrong: keep them" in Client().get(page).content.decode()
    assert not Refusal.objects.exists()
    Client().post(page, {"act": "hold", "run": run.pk, "reason": "The server was down."})
    assert Refusal.objects.get().by_supplier
    assert "You said that this is wrong: The server was down." in Client().get(page).content.decode()
    assert DataSet.objects.filter(deleted=False).count() == 10
    other = page[:-1] + ("A" if page[-1] != "A" else "B")
    assert Client().get(other).status_code == 404
    assert Client().get(page.replace("/notices/", "/stop/")).status_code == 404
    monkeypatch.setattr(subscribing, "NOTICE_VALID", timedelta(seconds=-1))
    assert Client().get(page).status_code == 404


@pytest.mark.parametrize(
    ("wants", "told"), [("changes", [1, 1, 1, 0, 1, 1]), ("trouble", [0, 1, 1, 0, 1, 0])]
)
def test_only_news_is_told(wants: str, told: list[int]) -> None:
    with Point(many(10)) as point:
        point.harvested()
        subscribed(point, wants)
        counted = []

        def harvest() -> None:
            before = Mail.objects.filter(template="run-notice").count()
            point.harvested()
            counted.append(Mail.objects.filter(template="run-notice").count() - before)

        point.lists(many(11))
        harvest()  # one came
        point.lists(many(10))
        harvest()  # one left
        point.lists([*many(10), good("bad", valid=False)])
        harvest()  # one is refused
        harvest()  # and still is
        point.lists(many(10))
        harvest()  # it is no longer
        point.lists(many(11, "Of another"))
        harvest()  # changed
        assert counted == told
        Run.objects.update(error={"rule": "undone"}, state=Run.State.FAILED)
        before = Mail.objects.count()
        Subscription.objects.update(told=0)
        tell_of_run(Run.objects.latest("pk"))  # by a person
        assert Mail.objects.count() == before


def test_notices_end_by_the_header_the_link_and_the_operator(point: Point, desk: Client) -> None:
    point.harvested()
    subscription = subscribed(point)
    point.lists(many(11))
    point.harvested()
    headers, text = last_mail()
    stop, notice = address_in(text, "stop"), address_in(text, "notices")
    assert headers["List-Unsubscribe"].endswith(f"{stop}>")
    assert Client().get(stop).status_code == 200
    assert Subscription.objects.exists()
    strict = Client(enforce_csrf_checks=True)  # a program that has seen no page of ours
    assert strict.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert strict.post(stop).status_code == 200
    assert Client().get(notice).status_code == 404
    subscription.save(force_insert=True)
    page = f"/desk/sources/{source(point.url).source.slug}/supplier/"
    assert "data@point.example" in desk.get(page).content.decode()
    desk.post(page, {"act": "remove", "id": subscription.pk})
    assert Deed.objects.latest("pk").verb == "end notices"
    assert not Subscription.objects.exists()
    subscription.save(force_insert=True)
    revoke_link(who=COMMAND_LINE, settings=source(point.url))
    assert not Subscription.objects.exists()


def test_a_new_link_ends_the_notices_that_the_old_one_began(point: Point) -> None:
    point.harvested()
    subscribed(point)
    point.lists([*many(10), good("bad", valid=False)])
    run = point.harvested().run
    page = address_in(last_mail()[1], "notices")
    assert Client().get(page).status_code == 200
    make_link(who=COMMAND_LINE, settings=run.settings)
    assert not Subscription.objects.exists()
    assert Client().get(page).status_code == 404
    told = Mail.objects.filter(template="run-notice").count()
    point.lists(many(9))
    point.harvested()
    assert Mail.objects.filter(template="run-notice").count() == told
