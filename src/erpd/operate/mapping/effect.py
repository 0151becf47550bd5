"""What a map would do to real records: those of the last recordings, else those of the register."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.conf import settings as django_settings

from erpd.formats.reading import Reading
from erpd.harvest.children.looking import Look
from erpd.harvest.children.trying import Tried, Trying
from erpd.harvest.keeping import recording_of
from erpd.harvest.models import Uncovered
from erpd.harvest.opening import preparation_for
from erpd.harvest.recording import RUNS
from erpd.metadata.findings import Severity
from erpd.metadata.masking import masked
from erpd.operate.words import BINS, and_more
from erpd.pages.findings import remarks, summed
from erpd.register.among import named
from erpd.register.arrival import Bin
from erpd.register.content import VersionBroken, lines_of
from erpd.register.models import DataSet
from erpd.sources.children.child import Bounds, CannotStart, Child
from erpd.sources.errors import SourceError

MOST_RECORDS = 5  # of a source
MOST_SOURCES = 3
_MOST_REASONS = 10  # of a record
_SECONDS = 3.0  # to look for the records of a source
_BOUNDS = Bounds(memory=2**30, processor=60, wall=20, total=20)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a map would do to records of one source."""

    slug: str
    records: list[dict[str, Any]]
    """Empty if none of them is kept any more."""

    @property
    def is_none(self) -> bool:
        """Whether there were records to try it on, and it does nothing to any of them."""
        return bool(self.records) and not any(one["changes"] for one in self.records)


def effect(one: Uncovered, rules: str, languages: tuple[str, ...]) -> Effect:
    """Try other rules on some of the records that say a value. Nothing is saved."""
    settings = one.settings
    preparation, vocabularies = preparation_for(settings), django_settings.HOME / "vocabularies"
    trying = Trying(preparation, vocabularies, languages, rules, one.property)
    seen: list[dict[str, Any]] = []
    with Child(trying, settings.source.slug, _BOUNDS) as child:
        for reading in _readings(one):
            try:
                seen.append(_said(child.one("tried", reading)))
            except (SourceError, CannotStart):  # it takes too long; the others may not
                continue
    return Effect(settings.source.slug, seen)


def _readings(one: Uncovered) -> list[Reading]:
    until = monotonic() + _SECONDS
    names = set(one.examples)
    found: list[Reading] = []
    for run in one.settings.runs.order_by("-pk")[:RUNS]:
        if names and len(found) < MOST_RECORDS:
            came = recording_of(run).some(names, MOST_RECORDS - len(found), until)
            found += came
            names -= {reading.identifier for reading in came}
    return found or _stored(one)


def _stored(one: Uncovered) -> list[Reading]:
    """As the register has them: repaired, but with the value."""
    there = DataSet.objects.filter(deleted=False)
    found = []
    for data_set in named(there, one.examples[:MOST_RECORDS], source_id=one.settings.source_id):
        try:
            found.append(Reading(data_set.identifier, lines_of(data_set), "application/n-triples"))
        except VersionBroken:
            continue
    return found


def _said(tried: Tried) -> dict[str, Any]:
    return {
        "identifier": masked(tried.before.identifier),
        "title": masked(tried.before.title),
        "bin": str(BINS[tried.before.bin]),
        "becomes": str(BINS[tried.after.bin]),
        "is_other": tried.before.bin != tried.after.bin,
        **_why(tried.after),
        "changes": [(masked(one.before), masked(one.after)) for one in tried.changes],
    }


def _why(look: Look) -> dict[str, Any]:
    """Why a record is still not taken in, for pages/remarks.html."""
    if look.bin not in (Bin.REJECTED, Bin.UNREADABLE):
        return {"why": [], "more": ""}
    errors = [one.as_dict() for one in look.findings if one.severity is Severity.ERROR]
    found = summed([{name: masked(value) for name, value in one.items()} for one in errors])
    left = len(found) - _MOST_REASONS
    return {"why": remarks(found, 0, _MOST_REASONS), "more": and_more(left) if left > 0 else ""}
