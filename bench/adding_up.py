"""What the pages say beside what the database has, counted row by row."""

import csv
from collections.abc import Iterator
from typing import Any


def wrong(client: Any) -> list[str]:
    """Each figure that a page gives otherwise."""
    return [*_status(client), *_quality(client), *_first_page(client), *_run(client)]


def _status(client: Any) -> Iterator[str]:
    from django.db.models import Count  # noqa: PLC0415

    from erpd.harvest.models import Entry, Run  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415

    said = client.get("/status.json").json()
    each = {one["source"]: one for one in said["sources"]}
    if sum(said["dataSets"].values()) != DataSet.objects.filter(deleted=False).count():
        yield "/status: all data sets"
    rows = DataSet.objects.exclude(source__settings=None).filter(deleted=False)
    for slug, number in rows.values_list("source__slug").annotate(Count("pk")):
        run = Run.objects.filter(settings__source__slug=slug).latest("pk")
        bins = dict(Entry.objects.filter(run=run).values_list("bin").annotate(Count("pk")))
        told = each.get(slug)
        if (
            told is None
            or told["dataSets"] != number
            or told["last"]["received"] != sum(bins.values())
            or any(told["last"][name] != many for name, many in bins.items())
        ):
            yield f"/status: {slug}"


def _quality(client: Any) -> Iterator[str]:
    from django.db.models import Count  # noqa: PLC0415

    from erpd.register.models import DataSet, QualityScore  # noqa: PLC0415
    from erpd.register.quality import sums  # noqa: PLC0415

    here = dict(DataSet.objects.filter(deleted=False).values_list("catalogue__slug").annotate(Count("pk")))
    scored = dict(QualityScore.objects.values_list("catalogue__slug").annotate(Count("pk")))
    lines = list(csv.DictReader(_text(client.get("/quality/catalogues.csv")).splitlines()))
    said = {one["catalogue"]: (int(one["data_sets"]), int(one["scored"])) for one in lines}
    if said != {slug: (number, scored.get(slug, 0)) for slug, number in here.items()}:
        yield "/quality/catalogues.csv: data sets"
    counted = sums.counted()
    for of in ("mqa", "protected"):
        if sum(int(one[f"{of}_points"]) for one in lines) != sum(one[of] for one in counted.values()):
            yield f"/quality/catalogues.csv: points of {of}"
    metrics = csv.DictReader(_text(client.get("/quality.csv")).splitlines())
    for one in metrics:
        met = sum(sums_of[f"mqa.met.{one['metric']}"] for sums_of in counted.values())
        if one["mqa_met"] and int(one["mqa_met"]) != met:
            yield f"/quality.csv: {one['metric']}"


def _first_page(client: Any) -> Iterator[str]:
    from django.urls import reverse  # noqa: PLC0415

    from erpd.accounts.models import Mail, Organisation, Owner, Person  # noqa: PLC0415
    from erpd.harvest.models import SourceSettings, Uncovered  # noqa: PLC0415
    from erpd.operate.models import HarvestingRequest  # noqa: PLC0415

    said = client.get("/desk/").context
    figures = {
        "organisations": Organisation.objects.count(),
        "accounts": Person.objects.filter(is_active=True).count(),
        "mails_failed": Mail.objects.filter(state="failed").count(),
        "more": max(0, Owner.objects.filter(state="requested").count() - len(said["waiting"])),
    }
    yield from (f"/desk/: {name}" for name, number in figures.items() if said[name] != number)
    listed = {one.address: one.number for one in said["others"]}
    values = Uncovered.objects.filter(covered=False, settings__removed=None)
    asked = HarvestingRequest.objects.filter(state__in=("received", "assessed", "test"))
    waiting = {"operate:values": len(set(values.values_list("property", "folded")))}
    waiting["operate:requests"] = asked.count()
    yield from (
        f"/desk/: {name}" for name, number in waiting.items() if listed.get(reverse(name), 0) != number
    )
    sources = client.get("/desk/sources/").context
    if sources["number"] != len(sources["rows"]) or sources["number"] != SourceSettings.objects.count():
        yield "/desk/sources/"
    yield from _values(client)


def _values(client: Any) -> Iterator[str]:
    """The whole list of values, page by page, beside the table."""
    from django.db.models import Count, Sum  # noqa: PLC0415

    from erpd.harvest.models import Uncovered  # noqa: PLC0415

    rows = Uncovered.objects.filter(covered=False).values_list("property", "folded")
    there = {
        (name, key): (records, number)
        for name, key, records, number in rows.annotate(Sum("records"), Count("pk"))
    }
    said, address = {}, ""
    while True:
        facts = client.get(f"/desk/sources/+values/{address}").context
        listed = [row["value"] for row in facts["rows"]]
        said |= {(one.property, one.folded): (one.records, one.sources) for one in listed}
        address = facts["page"].further
        if not address or len(said) > 2_000:
            break
    if any(there.get(key) != figures for key, figures in said.items()):
        yield "/desk/sources/+values/"
    if not address and len(said) != len(there):
        yield "/desk/sources/+values/: how many"


def _run(client: Any) -> Iterator[str]:
    from django.db.models import Count  # noqa: PLC0415

    from erpd.harvest.models import Entry, Run  # noqa: PLC0415

    run = Run.objects.filter(settings__source__slug="source-0").latest("pk")
    bins = dict(Entry.objects.filter(run=run).values_list("bin").annotate(Count("pk")))
    said = client.get(f"/desk/sources/source-0/runs/{run.pk}/difference/").context
    figures = {str(kind): amount for kind, _text, amount in said["kinds"]}
    if figures["changed"] != bins.get("changed", 0) or figures["refused"] != bins.get("rejected", 0):
        yield f"/desk/sources/source-0/runs/{run.pk}/difference/"


def _text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")
