"""A register with many sources, written straight into the tables: minutes where harvests would take hours."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.batches import batches, store
from bench.beside import load_beside
from bench.data_sets import data_set
from bench.links import load_links
from bench.rdf_xml import rdf_xml
from bench.served import RDF_XML as _MEDIA_TYPE

SOURCES = 60
RUNS = 12
_LOADED = "bench_loaded"
OWNERS = 540  # catalogues of data owners, each with a few data sets
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_COUNTRIES = ("NL", "DE", "FR", "BE", "AT", "PL", "ES", "IT", "SE", "FI")
_REFUSED = 50  # one record in so many is refused by each last run
_CHANGED = 40  # and so many change a data set
_HELD = 3  # the number of the source whose deletions wait
_FAILED = 5  # and of the one whose last run failed
_RENAMED = 7  # and of the one that changed its identifiers
_ON_A_PAGE = 250  # records of a recording
_SOMETIMES = (  # one data set in two says the first, and so on: their quality differs
    '<http://www.w3.org/ns/dcat#keyword> "cost"@en',
    "<http://www.w3.org/ns/dcat#theme> <http://publications.europa.eu/resource/authority/data-theme/HEAL>",
    '<http://purl.org/dc/terms/issued> "2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
)
_FINDING = {
    "rule": "title-missing",
    "severity": "error",
    "message": "The data set has no title.",
    "section": "G3.2",
    "value": "",
    "property": "dct:title",
}


def sizes(size: int) -> list[int]:
    """The data sets of each source: the first has a quarter of all, as the greatest portals do."""
    first, others = size // 4, SOURCES - 1
    rest, over = divmod(size - first, others)
    return [first, *(rest + (place < over) for place in range(others))]


def ensure_loaded(size: int) -> None:
    """Load, unless it was done. A load that was broken off, or of another size, raises SystemExit.

    The table that says how much was loaded is made at the very end.
    """
    from erpd.register.models import DataSet  # noqa: PLC0415

    with connection.cursor() as cursor:
        if _LOADED in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT size FROM {_LOADED}")  # noqa: S608
            [there] = cursor.fetchone()
            if there != size:
                raise SystemExit(f"This home holds {there} data sets, not {size}: name a fresh one.")
            return
    if DataSet.objects.exists():
        raise SystemExit("The load of this home was broken off: name a fresh one.")
    load(size)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {_LOADED} AS SELECT {size:d} AS size")


def load(size: int) -> None:
    """Sources, data sets, versions, runs and the entries of their first and last run; and what is beside."""
    from erpd.harvest.ledger import summarise  # noqa: PLC0415
    from erpd.harvest.models import Run, SourceSettings  # noqa: PLC0415
    from erpd.register.catalogues import country_catalogue  # noqa: PLC0415
    from erpd.register.models import ChangeCounter, Source  # noqa: PLC0415

    if connection.vendor == "sqlite":  # else a large transaction writes each page many times
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1000000")
    now = timezone.now()
    of_owners = max(1, size // 100_000)
    with transaction.atomic():
        change = _load_owners(of_owners, now)
    for number, many in enumerate(sizes(max(SOURCES, size - OWNERS * of_owners))):
        code = _COUNTRIES[number % len(_COUNTRIES)]
        catalogue = country_catalogue(code, open_data=number % 2 == 1, european=True)
        source = Source.objects.create(slug=f"source-{number}", catalogue=catalogue)
        address = f"https://portal{number}.example/oai"
        settings = SourceSettings.objects.create(source=source, protocol="oai-pmh", url=address)
        weeks = [now - timedelta(weeks=RUNS - place) + timedelta(days=6) for place in range(RUNS)]
        made = Run.objects.bulk_create(
            Run(
                settings=settings,
                state=Run.State.DONE,
                holder="bench",
                started=at,
                finished=at + timedelta(minutes=9),
                complete=True,
                pages=many // 250 + 1,
                before=many if place else 0,
                total=many,
                forgotten=0,
            )
            for place, at in enumerate(weeks)
        )
        for run in made[1:-1]:
            run.forgotten = many
        if number == _FAILED:
            made[-1].state, made[-1].complete = Run.State.FAILED, False
            made[-1].error = {"rule": "http", "message": "The server answered 500.", "advice": "Ask them."}
        if number == _RENAMED:
            made[-1].state, made[-1].complete = Run.State.FAILED, False
            made[-1].error = {"rule": "changed-ids", "message": "Other identifiers.", "advice": "Look."}
        with transaction.atomic():
            _fill(made, many, change, now, held=number == _HELD, renamed=number == _RENAMED)
        if number == 0:
            _record(made[-1], many)
        change += many
        for run in made:
            run.summary = summarise(run)
        Run.objects.bulk_update(
            made, ["summary", "forgotten", "state", "complete", "error", "held", "held_because"]
        )
    ChangeCounter.objects.update_or_create(pk=1, defaults={"last": change, "at": now})
    with transaction.atomic():
        load_beside(now)
    with connection.cursor() as cursor:  # as both do by themselves after a time
        cursor.execute("ANALYZE")


def _load_owners(each: int, now: Any) -> int:
    """Data owners' own catalogues, filled by form. Returns the last change."""
    from erpd.register.models import Catalogue, Source  # noqa: PLC0415

    change = 0
    for number in range(OWNERS):
        title = {"en": f"Catalogue {number}"}
        facts = {"slug": f"owner-{number}", "kind": Catalogue.Kind.OPEN, "title": title, "country": "NL"}
        catalogue = Catalogue.objects.create(**facts)
        source = Source.objects.create(slug=f"owner-{number}", catalogue=catalogue)
        data_sets = [_data_set(source, place, change + place + 1, now) for place in range(each)]
        store(data_sets)
        store(_versions(data_sets, "form", "form", now))
        change += each
    return change


def _record(run: Any, many: int) -> None:
    """What came in the run, page by page, as the flight recorder keeps it."""
    from erpd.formats.reading import Reading  # noqa: PLC0415
    from erpd.harvest.keeping import recording_of  # noqa: PLC0415
    from erpd.sources.page import Page  # noqa: PLC0415

    content = rdf_xml(data_set(1)).encode()
    for place, start in enumerate(range(0, many, _ON_A_PAGE), 1):
        numbers = range(start, min(start + _ON_A_PAGE, many))
        readings = [Reading(f"d{number}", content, _MEDIA_TYPE) for number in numbers]
        recording_of(run).keep(place, Page(readings, {}))


def _fill(runs: list[Any], many: int, change: int, now: Any, *, held: bool, renamed: bool) -> None:
    from erpd.harvest.models import Entry, Run  # noqa: PLC0415
    from erpd.register.arrival import Bin  # noqa: PLC0415

    first, last = runs[0], runs[-1]
    source = first.settings.source
    came = range(many - many // 3) if held else range(many)
    if held:
        last.held, last.held_because = many - len(came), Run.Held.TOO_MANY
    for numbers in batches(range(many)):
        data_sets = [_data_set(source, number, change + number + 1, now) for number in numbers]
        store(data_sets)
        store(_versions(data_sets, str(first), str(last), now))
        load_links(data_sets, now)
        store(Entry(run=first, attempt=1, identifier=one.identifier, bin=Bin.NEW) for one in data_sets)
        store(
            _new_name(last, one)
            if renamed
            else Entry(run=last, attempt=1, identifier=one.identifier, bin=_bin(number))
            for number, one in zip(numbers, data_sets, strict=True)
            if number in came
        )
    refused = (
        Entry(
            run=last,
            attempt=1,
            identifier=f"refused-{number}",
            bin=Bin.REJECTED,
            findings=[_FINDING],
            title=f"Register {number}",
            content=b"x\x9c\x03\x00\x00\x00\x00\x01",
        )
        for number in range(max(1, many // _REFUSED))
    )
    store(refused)


def _new_name(run: Any, one: Any) -> Any:
    """Under another identifier, with the IRI that a data set has already."""
    from erpd.harvest.models import Entry  # noqa: PLC0415

    finding = {"rule": "iri-taken", "severity": "error", "section": "G3.4.3", "value": one.iri}
    return Entry(run=run, attempt=1, identifier=f"n-{one.identifier}", bin="duplicate", findings=[finding])


def _bin(number: int) -> str:
    return "unchanged" if number % _CHANGED else "changed"


def _data_set(source: Any, number: int, change: int, now: Any) -> Any:
    from erpd.register.identity import key_of  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415

    name = f"d{number}"
    digest = hashlib.sha256(f"{source.slug}/{name}".encode()).hexdigest()
    return DataSet(
        key=key_of(source.slug, name),
        source=source,
        catalogue_id=source.catalogue_id,
        identifier=name,
        iri=f"https://{source.slug}.example/{name}",
        change=change,
        created=now,
        modified=now,
        digest=digest,
        received=digest,
    )


def _versions(data_sets: list[Any], first: str, last: str, now: Any) -> Iterator[Any]:
    from isal import isal_zlib  # noqa: PLC0415

    from erpd.register.models import Version  # noqa: PLC0415

    for one, word in zip(data_sets, cycle(("Water", "Health", "Wages", "Schools")), strict=False):
        number = int(one.identifier[1:])
        said = (line for place, line in enumerate(_SOMETIMES) if number >> place & 1)
        lines = "".join(f"<{one.iri}> {line} .\n" for line in said) + (
            f'<{one.iri}> <http://purl.org/dc/terms/description> "What {word} cost, by year"@en .\n'
            f'<{one.iri}> <http://purl.org/dc/terms/title> "{word} {one.identifier}"@en .\n'
            f"<{one.iri}> <{_TYPE}> <http://www.w3.org/ns/dcat#Dataset> .\n"
        )
        yield Version(
            change=one.change,
            data_set_id=one.key,
            at=now,
            origin=first if number % _CHANGED else last,
            iri=one.iri,
            digest=one.digest,
            received=one.received,
            content=isal_zlib.compress(lines.encode(), 1),
        )
