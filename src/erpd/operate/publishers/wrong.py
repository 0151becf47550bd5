"""The data sets of a run that were refused, or are worse than before, each with whom to tell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from erpd.harvest.ledger import entries_of
from erpd.harvest.models import Run
from erpd.metadata.findings import Severity, of_any
from erpd.register.among import named
from erpd.register.arrival import LONGEST_TITLE, Bin, contact_of
from erpd.register.content import records
from erpd.register.models import DataSet, Version
from erpd.register.rows import streamed

MOST_COMPARED = 5_000
"""Changed data sets that are compared with what they were, the last ones."""
_BATCH = 100

Facts = Mapping[str, str]
"""A finding, as the database stores it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A data set about which its publisher can do something."""

    identifier: str
    title: str
    contact: str
    """The mail address at which one asks about it, as its record says: nobody has checked it."""
    refused: bool
    here: bool
    """Whether a version of it is in the register."""
    findings: list[Facts]
    """Why it was refused, or what was not found in the version before; each kind at each property once."""


def wrong_in(run: Run, since: datetime) -> Iterator[Wrong]:
    """Those that the run refused come first, then what is worse than ``since``. Repairs are not faults."""
    yield from _refused(run)
    yield from _worse(run, since)


def kind(facts: Facts) -> tuple[str, str]:
    """Which fault this is, whatever the value: its rule, and the property."""
    return facts["rule"], of_any(facts.get("path", ""))


def _refused(run: Run) -> Iterator[Wrong]:
    rows = streamed(entries_of(run).filter(bin=Bin.REJECTED).defer("content").order_by("pk"), _BATCH)
    while batch := list(islice(rows, _BATCH)):
        there = DataSet.objects.filter(deleted=False)
        found = list(named(there, [one.identifier for one in batch], source_id=run.settings.source_id))
        here = {one.identifier for one in found}
        silent = {one.identifier for one in batch if not one.contact}
        before = {
            one.identifier: contact_of(record)
            for one, record in records([one for one in found if one.identifier in silent])
        }
        for one in batch:
            contact = one.contact or before.get(one.identifier, "")
            errors = _kinds(facts for facts in one.findings if facts["severity"] == Severity.ERROR)
            yield Wrong(one.identifier, one.title, contact, True, one.identifier in here, [*errors.values()])


def _worse(run: Run, since: datetime) -> Iterator[Wrong]:
    """Data sets of which runs have brought a version with faults that they did not have ``since`` then.

    Of one that came later, its first version counts.
    """
    runs = [str(each) for each in Run.objects.filter(settings=run.settings, started__gte=since)]
    mine = Version.objects.filter(origin__in=runs, data_set__change=F("change")).exclude(findings=[])
    known = mine.filter(data_set__created__lt=run.started).exclude(digest="")
    past = Version.objects.filter(data_set=OuterRef("data_set"), change__lt=OuterRef("change"))
    last = past.exclude(origin__in=runs).order_by("-change").values("change")[:1]
    first = past.order_by("change").values("change")[:1]
    rows = known.annotate(before=Coalesce(Subquery(last), Subquery(first))).order_by("-change")
    found = streamed(rows.values_list("data_set", "before", "findings")[:MOST_COMPARED], _BATCH)
    while batch := list(islice(found, _BATCH)):
        olds = Version.objects.filter(change__in=[old for _, old, _ in batch if old]).exclude(digest="")
        was = dict(olds.values_list("change", "findings"))
        worse = {key: new for key, old, facts in batch if old in was and (new := _more(was[old], facts))}
        for one, record in records(DataSet.objects.filter(pk__in=list(worse))):
            title = record.title.best("en")[0][:LONGEST_TITLE]
            yield Wrong(one.identifier, title, contact_of(record), False, True, worse[one.pk])


def _more(before: list[Facts], now: list[Facts]) -> list[Facts]:
    """The faults that were not there before."""
    known = {kind(facts) for facts in before}
    new = _kinds(facts for facts in now if facts["severity"] != Severity.REPAIR)
    return [facts for one, facts in new.items() if one not in known]


def _kinds(findings: Iterable[Facts]) -> dict[tuple[str, str], Facts]:
    """The first of each kind."""
    found: dict[tuple[str, str], Facts] = {}
    for facts in findings:
        found.setdefault(kind(facts), facts)
    return found
