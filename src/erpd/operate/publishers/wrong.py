"""The data sets of a run that were refused, or are worse than before, each with whom to tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import F, OuterRef, Subquery

from erpd.harvest.ledger import entries_of
from erpd.harvest.models import Run
from erpd.metadata.findings import Severity, of_any
from erpd.register.among import named
from erpd.register.arrival import LONGEST_TITLE, Bin, contact_of
from erpd.register.content import records
from erpd.register.models import DataSet, Version
from erpd.register.rows import streamed

MOST_COMPARED = 5_000
"""Changed data sets of a run that are compared with what they were."""
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
    """Why it was refused, or what was not found in the version before."""


def wrong_in(run: Run) -> Iterator[Wrong]:
    """Those that were refused come first. What only we repaired is not wrong."""
    yield from _refused(run)
    yield from _worse(run)


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
            errors = [facts for facts in one.findings if facts["severity"] == Severity.ERROR]
            yield Wrong(one.identifier, one.title, contact, True, one.identifier in here, errors)


def _worse(run: Run) -> Iterator[Wrong]:
    """Data sets that were here before the run, and of which it brought a version with other faults."""
    mine = Version.objects.filter(origin=str(run), data_set__change=F("change")).exclude(findings=[])
    known = mine.filter(data_set__created__lt=run.started).exclude(digest="")
    past = Version.objects.filter(data_set=OuterRef("data_set"), change__lt=OuterRef("change"))
    before = past.exclude(origin=str(run)).order_by("-change").values("change")[:1]
    rows = known.annotate(before=Subquery(before)).order_by("change")[:MOST_COMPARED]
    found = streamed(rows.values_list("data_set", "before", "findings"), _BATCH)
    while batch := list(islice(found, _BATCH)):
        olds = Version.objects.filter(change__in=[old for _, old, _ in batch if old]).exclude(digest="")
        was = dict(olds.values_list("change", "findings"))
        worse = {key: new for key, old, facts in batch if old in was and (new := _more(was[old], facts))}
        for one, record in records(DataSet.objects.filter(pk__in=list(worse))):
            title = record.title.best("en")[0][:LONGEST_TITLE]
            yield Wrong(one.identifier, title, contact_of(record), False, True, worse[one.pk])


def _more(before: list[Facts], now: list[Facts]) -> list[Facts]:
    """The faults that were not there before, each kind at each property once."""
    known = {_kind(facts) for facts in before}
    new = {_kind(facts): facts for facts in reversed(now) if facts["severity"] != Severity.REPAIR}
    return [facts for kind, facts in new.items() if kind not in known]


def _kind(facts: Facts) -> tuple[Any, ...]:
    return facts["rule"], of_any(facts.get("path", ""))
