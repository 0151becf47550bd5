"""Publishers are told what to put right in their own data sets, rarely, and only if their source agreed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.models import Mail
from erpd.accounts.outbox.carriers import message
from erpd.harvest.as_files.exporting import facts_of
from erpd.harvest.doubts import put_back
from erpd.harvest.models import Run, SourceSettings
from erpd.operate.models import PublisherNotice, PublishersTold, PublisherStop
from erpd.operate.publishers import telling
from erpd.operate.publishers.stopping import forget
from tests.harvest.national import Point, good, source

pytestmark = pytest.mark.django_db
_VCARD = 'xmlns:v="http://www.w3.org/2006/vcard/ns#"'


def asks(name: str, address: str, title: str = "Hospital discharges", **facts: bool) -> str:
    """A record whose contact has this address."""
    contact = (
        f'<dcat:contactPoint><v:Kind {_VCARD}><v:hasEmail rdf:resource="mailto:{address}"/></v:Kind>'
        "</dcat:contactPoint></dcat:Dataset>"
    )
    return good(name, title, **facts).replace("</dcat:Dataset>", contact)


def agreed(point: Point) -> SourceSettings:
    settings = source(point.url, policy="strict")
    SourceSettings.objects.filter(pk=settings.pk).update(tell_publishers=True)
    return settings


def harvested(point: Point, **options: str) -> Run:
    """The run, after which the worker has told the publishers."""
    run = point.harvested(**options).run
    telling.tell_due()
    return run


def mails() -> dict[str, str]:
    """Address -> text of the mails so far, which are then forgotten."""
    found = {one.to: str(message(one).body) for one in Mail.objects.filter(template="publisher-notice")}
    Mail.objects.all().delete()
    return found


def a_week_later() -> None:
    PublisherNotice.objects.update(at=timezone.now() - timedelta(days=7))


def test_each_is_told_of_its_own_data_sets_once(desk: Client) -> None:
    first = [asks("a", "a@one.example"), asks("b", "b@two.example"), asks("c", "c@three.example")]
    with Point([*first, asks("new", "N@one.example", "Never here", valid=False)]) as point:
        settings = source(point.url)
        harvested(point)
        assert not mails()  # nobody has agreed
        agreed(point)
        point.lists([asks("a", "a@one.example", "Mine, A", valid=False), *first[1:]])
        harvested(point)
        [(to, text)] = mails().items()
        assert to == "a@one.example"
        assert "Mine, A (a): refused; the version before is still shown" in text
        assert "Access rights is mandatory but missing (G4.1). Please add it." in text
        assert "two.example" not in text
        assert "(b)" not in text
        assert (
            "After the last run: 1 address was told."
            in desk.get(f"/desk/sources/{settings.source.slug}/").content.decode()
        )
        a_week_later()
        harvested(point)
        assert not mails()  # it lasts: it was told
        point.lists(
            [asks("a", "a@one.example", valid=False), asks("new", "N@one.example", "New", valid=False)]
        )
        harvested(point)
        assert set(mails()) == {"n@one.example"}  # and it says so in another way, of a record never here
        point.lists(first)
        harvested(point)
        assert not mails()
        point.lists(
            [asks("a", "a@one.example", "A: https://me:s3cret@one.example/", valid=False), *first[1:]]
        )
        harvested(point)
        text = mails()["a@one.example"]  # wrong again
        assert "s3cret" not in text
        point.lists(
            [asks("a", "a@one.example", "Other", valid=False), asks("b", "A@one.example", valid=False)]
        )
        harvested(point)
        assert not mails()  # lately
        stop = re.findall(r"https?://[^/\s]+(/publishers/stop/\S+)", text)[0]
        assert Client().get(stop[:-2] + "AA").status_code == 404
        assert Client().get(stop).status_code == 200
        assert not PublisherStop.objects.exists()
        assert Client(enforce_csrf_checks=True).post(stop).status_code == 200
        a_week_later()
        point.lists([asks("a", "a+other@one.example", "Other", valid=False), *first[1:]])
        harvested(point)
        assert not mails()  # not at another name of the mailbox either
        forget()
        PublisherNotice.objects.update(at=timezone.now() - timedelta(days=366))
        forget()
        assert not PublisherNotice.objects.exists()
        assert PublisherStop.objects.count() == 1


def test_only_what_is_new_is_told_and_what_came_too_soon_waits() -> None:
    def listed(*wrong: str) -> list[str]:
        return [
            asks(name, "a@one.example", f"T{name}: https://x.example", valid=name not in wrong)
            for name in "abc"
        ]

    with Point(listed()) as point:
        agreed(point)
        harvested(point)
        point.lists(listed("a", "b"))
        harvested(point)
        [text] = mails().values()
        assert "(a): refused" in text
        assert "(b): refused" in text
        assert "Ta: https[:]//x.example" in text
        a_week_later()
        point.lists(listed("b"))
        harvested(point)
        assert not mails()  # one was put right, the other lasts
        point.lists(listed("a", "b", "c"))
        harvested(point)
        [text] = mails().values()
        assert "(b)" not in text
        assert "(a): refused" in text  # wrong again
        assert "(c): refused" in text


def test_what_got_worse_within_a_week_of_a_mail_is_told_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(*wrong: str) -> list[str]:
        return [asks(name, "a@one.example", f"T{name}", valid=name not in wrong) for name in "ab"]

    with Point(listed()) as point:
        settings = agreed(point)
        settings.source.policy = "lenient"
        settings.source.save()
        for wrong in ("", "a", "ab", "ab"):
            point.lists(listed(*wrong))
            harvested(point, policy="lenient")
        [text] = mails().values()
        assert "(a): worse than before" in text
        assert "(b)" not in text
        a_week_later()
        monkeypatch.setattr(telling, "MOST_A_DAY", 0)
        harvested(point, policy="lenient")
        assert not mails()
        assert PublishersTold.objects.latest("run").left == 1
        monkeypatch.undo()
        harvested(point, policy="lenient")
        [text] = mails().values()
        assert "(b): worse than before" in text
        assert "(a)" not in text
        a_week_later()
        harvested(point, policy="lenient")
        assert not mails()


def test_worse_is_what_the_version_before_did_not_lack() -> None:
    with Point([asks("a", "a@one.example"), asks("b", "b@two.example", valid=False)]) as point:
        settings = agreed(point)
        settings.source.policy = "lenient"
        settings.source.save()
        harvested(point, policy="lenient")
        assert not mails()  # new ones are taken as they are
        point.lists([asks("a", "a@one.example", valid=False), asks("b", "b@two.example", "B", valid=False)])
        harvested(point, policy="lenient")
        [(to, text)] = mails().items()
        assert to == "a@one.example"
        assert "Hospital discharges (a): worse than before" in text


def test_addresses_of_strangers_are_few_and_real(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = [
        "a@one.example?bcc=all@two.example",
        "a@one.example%0d%0aBcc:%20all@two.example",
        "&quot;a&#x9;b&quot;@one.example",
        "root@localhost",
        "a@[127.0.0.1]",
        "a@one.example,b@two.example",
    ]
    records = [asks(f"h{n}", address, valid=False) for n, address in enumerate(hostile)]
    victims = [asks(f"v{n}", f"v{n}@victim.example", valid=False) for n in range(5)]
    long = [asks(f"l{n:02}", "many@one.example", "http://spam.example/ " * 9, valid=False) for n in range(20)]
    monkeypatch.setattr(telling, "MOST_TOLD", 3)
    with Point([*records, *long, *victims], 40) as point:
        agreed(point)
        harvested(point)
        told = mails()
        assert set(told) == {"many@one.example", "v0@victim.example", "v1@victim.example"}
        text = told["many@one.example"]
        listed = text.count(": refused, so it is not shown")
        assert 1 < listed < 20
        assert f"And {20 - listed} more data sets." in text
        assert len(text) < 4_000
        counted = PublishersTold.objects.get()
        assert (counted.told, counted.left, counted.nobody) == (3, 3, len(hostile))
        harvested(point)  # the others, whom one run had no room for
        assert set(mails()) == {"v2@victim.example", "v3@victim.example", "v4@victim.example"}
        monkeypatch.setattr(telling, "MOST_LOOKED_AT", 4)
        harvested(point)
        assert PublishersTold.objects.latest("run").is_cut


def test_the_answer_is_a_setting(point: Point) -> None:
    assert "tell_publishers" not in facts_of(agreed(point))
    assert facts_of(SourceSettings.objects.get())["tell_publishers"] is True


def test_a_mailbox_is_told_once_however_it_is_written() -> None:
    def wrong(*titles: str) -> list[str]:
        return [
            asks(name, f"info+{name}@one.example", title, valid=False)
            for name, title in zip("ab", titles, strict=True)
        ]

    with Point(wrong("First", "Second")) as point:
        agreed(point)
        harvested(point)
        [text] = mails().values()
        assert "First" in text
        assert "Second" in text
        for _ in range(2):
            a_week_later()
            harvested(point)
            assert not mails()


def test_they_are_told_after_the_end_of_the_run_once_whatever_happens_to_the_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def dying(error: BaseException) -> None:
        told: list[str] = []

        def tell(to: str, *given: Any, **named: Any) -> None:
            told.append(to)
            if len(told) > 1:
                raise error
            original(to, *given, **named)

        monkeypatch.setattr(telling, "tell", tell)

    original, wrong = telling.tell, [asks(name, f"{name}@one.example", valid=False) for name in "ab"]
    with Point(wrong) as point:
        agreed(point)
        assert point.harvested().run.state == Run.State.DONE
        assert not mails()
        dying(KeyboardInterrupt())  # between two of its mails
        with pytest.raises(KeyboardInterrupt):
            telling.tell_due()
        assert not mails()
        monkeypatch.undo()
        assert telling.tell_due() == 1
        assert set(mails()) == {"a@one.example", "b@one.example"}
        assert telling.tell_due() == 0
        PublisherNotice.objects.all().delete()
        point.harvested()
        dying(ValueError("a fault of ours"))
        assert telling.tell_due() == 1
        assert "could not be told" in caplog.text
        monkeypatch.undo()
        assert telling.tell_due() == 0  # it keeps no other run from being told
        assert not mails()
        run = point.harvested().run
        put_back(run, lambda: None, lambda _: None)  # undone
        telling.tell_due()
        assert not mails()
        assert harvested(point).state == Run.State.DONE
        assert set(mails()) == {"a@one.example", "b@one.example"}
