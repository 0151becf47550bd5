"""What a register has beside its sources and runs, for `bench.loading`: as much as grows in some years."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from bench.batches import store

WEEKS = 53
VALUES = 500  # of each source that no map covers: the most that are kept
SHARED = 300  # of those, which other sources say, too
REQUESTS, REHEARSALS = 300, 500
ORGANISATIONS, PEOPLE, WAITING = 5_000, 1_000, 60
MAILS, FAILED = 20_000, 40
DEEDS = 200_000


def load_beside(now: Any) -> None:
    """Quality, values without a map, people, owners, mails, audit lines, what points and suppliers asked."""
    _quality(now.date())
    _values()
    _people(now)
    _asked(now)


def _quality(today: Any) -> None:
    from erpd.register.models import Catalogue, DataSet, QualityPosition, QualityScore  # noqa: PLC0415
    from erpd.register.models import QualityWeek as Week  # noqa: PLC0415
    from erpd.register.quality import sums  # noqa: PLC0415
    from erpd.register.quality.method import method  # noqa: PLC0415
    from erpd.register.quality.scores import score_of  # noqa: PLC0415

    marks: dict[tuple[str, int], Any] = {}

    def rows() -> Iterator[Any]:
        found = DataSet.objects.select_related("catalogue").defer("findings").order_by("change")
        for one in found.iterator(5_000):
            kind, variety = one.catalogue.kind, int(one.identifier[1:]) % 8
            mark = marks.get((kind, variety))
            if mark is None:
                content = one.versions.latest("change").content
                mark = marks[kind, variety] = score_of(one, content)
            share = mark.share(is_open=kind == Catalogue.Kind.OPEN)
            facts = {"change": one.change, "catalogue_id": one.catalogue_id, "share": share}
            yield QualityScore(data_set_id=one.key, **facts, **mark._asdict())

    store(rows())
    sums.write(sums.counted())
    last = DataSet.objects.latest("change").change
    QualityPosition.objects.update_or_create(pk=1, defaults={"change": last, "method": method()})
    sums.write_week(today)
    weeks = [
        Week(catalogue_id=one.catalogue_id, monday=one.monday - timedelta(weeks=ago), **_figures(one))
        for one in Week.objects.all()
        for ago in range(1, WEEKS)
    ]
    Week.objects.bulk_create(weeks)


def _figures(week: Any) -> dict[str, int]:
    return {name: getattr(week, name) for name in ("data_sets", "mqa", "protected", "protected_of")}


def _values() -> None:
    from erpd.harvest.models import SourceSettings, Uncovered  # noqa: PLC0415

    chance = Random(1)  # noqa: S311
    properties = ("dct:format", "dcat:theme", "dct:accessRights", "dct:language", "dct:accrualPeriodicity")
    rows = (
        Uncovered(
            settings=settings,
            property=properties[number % len(properties)],
            folded=(text := f"value {number}" if number < SHARED else f"value {number} of {settings.pk}"),
            value=text.title(),
            rule="vocabulary",
            records=chance.randint(1, 2_000),
            examples=[f"d{place}" for place in range(20)],
        )
        for settings in SourceSettings.objects.exclude(source__slug__startswith="owner-")
        for number in range(VALUES)
    )
    store(rows)


def _people(now: Any) -> None:
    from erpd.accounts.may import Kind  # noqa: PLC0415
    from erpd.accounts.models import (  # noqa: PLC0415
        Deed,
        Holding,
        Mail,
        Membership,
        Organisation,
        Owner,
        Person,
    )
    from erpd.register.models import Catalogue  # noqa: PLC0415

    Organisation.objects.bulk_create(
        Organisation(
            iri=f"https://organisations.example/{number}",
            title={"en": f"Office {number}", "nl": f"Dienst {number}"},
            domains=[f"office{number}.example"],
            words=f"office {number}\ndienst {number}\noffice{number}.example",
        )
        for number in range(ORGANISATIONS)
    )
    people = Person.objects.bulk_create(
        Person(email=f"person{number}@office.example", name=f"Person {number}", password="!")  # noqa: S106
        for number in range(PEOPLE)
    )
    catalogues = list(Catalogue.objects.filter(slug__startswith="owner-").order_by("pk"))
    owners = Owner.objects.bulk_create(
        Owner(
            slug=f"office-{number}",
            title={"en": f"Office {number}"},
            contact=f"office{number}@office.example",
            state=Owner.State.APPROVED if number < len(catalogues) else Owner.State.REQUESTED,
            words=f"office-{number}",
        )
        for number in range(len(catalogues) + WAITING)
    )
    Holding.objects.bulk_create(
        Holding(catalogue=one, owner=owner) for one, owner in zip(catalogues, owners, strict=False)
    )
    Membership.objects.bulk_create(
        Membership(owner=owners[number % len(owners)], person=one, role=Membership.Role.ADMIN)
        for number, one in enumerate(people)
    )
    mails = (
        Mail(
            to=f"person{number % PEOPLE}@office.example",
            language="en",
            template="run-notice",
            context={"result": "source-1: 312 in"},
            message_id=f"<{number}@bench.example>",
            state=Mail.State.FAILED if number % (MAILS // FAILED) == 0 else Mail.State.SENT,
            error="550 No such mailbox" if number % (MAILS // FAILED) == 0 else "",
            sent=now,
            created=now - timedelta(minutes=MAILS - number),
        )
        for number in range(MAILS)
    )
    store(mails)
    deeds = (
        Deed(
            at=now - timedelta(minutes=DEEDS - number),
            person=people[number % PEOPLE],
            by=people[number % PEOPLE].email,
            owner=owners[number % len(owners)] if number % 2 else None,
            verb="invite" if number % 2 else "ask for a run",
            thing=Kind.MEMBER if number % 2 else Kind.SOURCE,
            name=f"source-{number % 60}",
        )
        for number in range(DEEDS)
    )
    store(deeds)


def _asked(now: Any) -> None:
    from erpd.harvest.models import SourceSettings  # noqa: PLC0415
    from erpd.operate.models import HarvestingRequest, Rehearsal, Subscription, Trial  # noqa: PLC0415

    states = [str(one) for one in HarvestingRequest.State]
    HarvestingRequest.objects.bulk_create(
        HarvestingRequest(
            email=f"who{number}@point.example",
            language="en",
            answers=_ANSWERS,
            state=states[number % len(states)],
            steps=[{"state": "received", "at": now.isoformat(), "text": ""}],
        )
        for number in range(REQUESTS)
    )
    Rehearsal.objects.bulk_create(
        Rehearsal(key=f"bench-{number}", url="https://point.example/oai", state="done", seen=_SEEN)
        for number in range(REHEARSALS)
    )
    settings = list(SourceSettings.objects.filter(source__slug__startswith="source-"))
    Subscription.objects.bulk_create(
        Subscription(settings=one, email=f"to{number}@point.example", language="en", confirmed=now)
        for one in settings
        for number in range(50)
    )
    Trial.objects.bulk_create(Trial(settings=one, state="done", ended=now, seen={}) for one in settings)


_ANSWERS = {
    "country": "NL",
    "metadata": "yes",
    "language": "nl",
    "standard": "dcat-ap",
    "representation": "RDF/XML",
    "protocol": "oai-pmh",
    "url": "https://point.example/oai",
    "authentication": "no",
    "dates": "yes",
    "every": "14",
    "not_when": "Mondays",
    "not_on": [],
    "publisher": "NSIP",
    "publisher_email": "p@point.example",
    "homepage": "https://point.example/",
    "tell_publishers": "no",
    "email": "who@point.example",
    "maps": {},
}

_SEEN = {
    "protocol": "oai-pmh",
    "url": "https://point.example/oai",
    "total": 500,
    "received": 50,
    "fine": 49,
    "faulty": 1,
    "bins": {"new": 49, "rejected": 1},
    "sets": [],
    "about": {},
    "aspects": [],
    "findings": [],
    "error": None,
}
