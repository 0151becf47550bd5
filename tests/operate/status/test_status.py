"""The public status page tells how sources are, adds up with the database, and says nothing private."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from erpd.accounts.models import Holding, Owner
from erpd.harvest.ledger import ledger_of
from erpd.harvest.models import Run, SourceSettings
from erpd.operate.status.facts import statuses
from erpd.operate.status.words import End, end_of
from erpd.register.models import Catalogue, DataSet
from erpd.sources.errors import Reason
from tests.harvest.national import Point, broken, good, many, source

pytestmark = pytest.mark.django_db


def everything(slug: str) -> str:
    """What everybody can read about a source."""
    answers = [Client().get(path) for path in ("/status", f"/status/{slug}", "/status.json")]
    answers.append(Client().get(f"/status/{slug}.json"))
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(answer.content.decode() for answer in answers)


def test_it_adds_up_with_the_run(point: Point) -> None:
    run = point.harvested().run
    slug = source(point.url).source.slug
    told = Client().get(f"/status/{slug}.json").json()
    counts = {name: told["last"][name] for name in ("received", "new", "rejected", "gone")}
    assert counts == {name: ledger_of(run)[name] for name in counts}
    assert counts == {"received": 12, "new": 10, "rejected": 2, "gone": 0}
    assert (told["last"]["result"], told["dataSets"], told["running"]) == ("complete", 10, False)
    assert sum(one["times"] for one in told["findings"] if one["severity"] == "error") == 2
    assert told["next"] > told["last"]["ended"]
    assert Client().get("/status.json").json()["dataSets"] == {"protected": 10, "open": 0}
    page = Client().get(f"/status/{slug}").content.decode()
    assert "Everything was read." in page
    assert page.count("/findings#") == len(told["findings"])


def test_nothing_private_is_there(point: Point) -> None:
    point.lists([*many(3), good("refused-id", "Refused title", valid=False), broken("Broken title")])
    point.harvested()
    settings = source(point.url)
    private = {
        "address": "server-of-theirs.example",
        "user": "me-of-theirs",
        "password": "pw-of-theirs",
        "set": "set-of-theirs",
        "error": "Errno of theirs",
        "holder": "host-of-ours",
        "rules": "rule-of-ours",
    }
    Run.objects.update(
        state=Run.State.FAILED,
        holder=private["holder"],
        error={
            "rule": Reason.SERVER_ERROR,
            "message": private["error"],
            "advice": private["error"],
            "url": private["address"],
        },
    )
    SourceSettings.objects.update(
        url=f"https://{private['user']}:{private['password']}@{private['address']}/oai?key=1",
        set=private["set"],
        rules=f"# {private['rules']}",
    )
    said = everything(settings.source.slug)
    assert "The source could not be reached." in said
    private |= {"refused": "refused-id", "refused title": "Refused title", "broken": "Broken title"}
    assert [name for name, text in private.items() if text in said] == []


def test_some_sources_are_nobodys_business(point: Point) -> None:
    settings = source(point.url)
    slug = settings.source.slug

    def is_shown() -> bool:
        listed = slug in Client().get("/status.json").content.decode()
        pages = [Client().get(f"/status/{slug}{suffix}").status_code for suffix in ("", ".json")]
        assert pages == [200 if listed else 404] * 2
        assert listed == (slug in Client().get("/status").content.decode())
        return listed

    assert not is_shown()  # nothing has come yet
    point.harvested()
    assert is_shown()
    SourceSettings.objects.update(active=False)
    assert is_shown()  # its data sets are here
    DataSet.objects.update(deleted=True)
    assert not is_shown()  # a trial that was given up
    SourceSettings.objects.update(active=True)
    assert is_shown()
    SourceSettings.objects.update(removed=timezone.now())
    assert not is_shown()
    SourceSettings.objects.update(removed=None)
    Catalogue.objects.filter(sources=settings.source).update(kind=Catalogue.Kind.TEST)
    assert not is_shown()
    Catalogue.objects.filter(sources=settings.source).update(kind=Catalogue.Kind.PROTECTED)
    assert is_shown()
    owner = Owner.objects.create(slug="agency", contact="data@agency.example")
    Holding.objects.create(catalogue=settings.source.catalogue, owner=owner)
    assert not is_shown()  # an owner's portal


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_words(reason: Reason) -> None:
    assert end_of(Run(state=Run.State.FAILED, error={"rule": reason})).label
    assert not end_of(Run(state=Run.State.FAILED, error={"rule": reason})).is_well
    assert end_of(Run(state=Run.State.DONE)) == End.INCOMPLETE


def test_many_sources_cost_no_more_queries(
    point: Point, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    point.harvested()
    first = source(point.url)
    run = Run.objects.get()
    for number in range(5):
        settings = source(f"{point.url}?{number}", country="BE")
        DataSet.objects.filter(identifier=f"d{number:04}").update(source=settings.source)
        run.pk, run.settings = None, settings
        run.save()
    statuses(timezone.now())  # counts the data sets
    with django_assert_num_queries(4):
        assert len(statuses(timezone.now())) == 6
    with django_assert_num_queries(4):
        assert len(statuses(timezone.now(), first.source.slug)) == 1
