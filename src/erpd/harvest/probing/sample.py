"""Reads the beginning of a source twice: what came, how it was paged, and what would become of it."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from django.conf import settings as django_settings

from erpd.formats.reading import Reading
from erpd.harvest.children.looking import Look, shortened
from erpd.harvest.children.sampling import Sample, Sampling
from erpd.harvest.discovering import Allowance, Found, found, sets
from erpd.harvest.models import SourceSettings
from erpd.harvest.opening import preparation_for
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Unread
from erpd.register.arrival import Bin
from erpd.sources.children.child import Child
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client
from erpd.sources.page import Page

RECORDS = 100  # looked at
MOST_PAGES = 5
_MOST_STEPS = 40  # with pages that have no record
ENOUGH_PAGES = 3  # to see how it pages


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as it came: enough to recognise it."""

    identifier: str
    digest: bytes
    datestamp: str = ""
    deleted: bool = False


@dataclass(slots=True)
class Pass:
    """The pages read from the start of the list once."""

    pages: list[list[Seen]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    """What each page announces."""
    ended: bool = False
    """Whether the end mark was seen."""
    anew: bool = False
    """Whether the source had to be read in another way than it offers."""
    empty: int = 0
    """Pages without a record, though the list went on."""
    error: SourceError | None = None
    seconds: float = 0.0

    @property
    def records(self) -> list[Seen]:
        return [record for page in self.pages for record in page]


@dataclass(slots=True)
class Sampled:
    """All that was seen."""

    protocol: str
    url: str
    first: Pass = field(default_factory=Pass)
    second: Pass = field(default_factory=Pass)
    samples: list[Sample] = field(default_factory=list)
    formats: dict[str, int] = field(default_factory=dict)
    """Media type in which they came -> how many of the records looked at."""
    looking: float = 0.0
    """Seconds that it took to look at them."""
    sets: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    """What the server says about itself."""


def sample(
    settings: SourceSettings, client: Client, allowance: Allowance, languages: tuple[str, ...]
) -> Sampled:
    """Read the beginning of a source twice. ``settings`` and its source need not be saved.

    Raises SourceError if no record can be read at all; CannotStart.
    """
    with ExitStack() as stack:
        at = found(settings, client, allowance, stack)
        seen = Sampled(at.protocol, at.url)
        readings = _read(at.pages, seen.first, allowance, ENOUGH_PAGES)
        sampling = Sampling(preparation_for(settings), django_settings.HOME / "vocabularies", languages)
        with Child(sampling, at.url, allowance.bounds()) as child:
            _look(seen, child, readings, allowance)
    if seen.first.error and not seen.samples:
        raise seen.first.error
    begun = time.monotonic()
    with Child(at.source, at.url, allowance.bounds()) as child:
        pages = child.each("pages", None)
        for _ in _read(pages, seen.second, allowance, len(seen.first.pages) or 1):
            pass
    seen.second.seconds = time.monotonic() - begun
    seen.sets = sets(at.source, at.url, allowance)
    seen.about = _about(at, allowance)
    return seen


def _read(pages: Iterator[Page], one: Pass, allowance: Allowance, least: int) -> Iterator[Reading]:
    """Note what comes, and yield it. Ends with what is enough; an error is noted, too."""
    received = steps = 0
    while steps < _MOST_STEPS and not allowance.over:
        try:
            page = next(pages, None)
        except SourceError as error:
            one.error = error
            return
        if page is None:
            return
        if page.anew:
            one.pages, one.totals, one.anew, one.empty = [], [], True, 0
        if page.total is not None:
            one.totals.append(page.total)
        if page.readings:
            one.pages.append([_seen(reading) for reading in page.readings])
        elif not page.last:
            one.empty += 1
        one.ended = page.last
        received, steps = received + len(page.readings), steps + 1
        yield from page.readings
        number = len(one.pages)
        if page.last or number >= max(MOST_PAGES, least) or (received >= RECORDS and number >= least):
            return


def _seen(reading: Reading) -> Seen:
    digest = hashlib.sha256(reading.content).digest()
    return Seen(reading.identifier, digest, reading.datestamp, reading.deleted)


def _look(seen: Sampled, child: Child, readings: Iterator[Reading], allowance: Allowance) -> None:
    for reading in readings:
        if len(seen.samples) >= RECORDS or allowance.over:
            continue
        begun = time.monotonic()
        seen.samples.append(_sampled(child, reading))
        seen.looking += time.monotonic() - begun
        if not (reading.deleted or reading.fault):
            media_type = (reading.came or reading.media_type).partition(";")[0].strip().lower()
            seen.formats[media_type] = seen.formats.get(media_type, 0) + 1


def _sampled(child: Child, reading: Reading) -> Sample:
    try:
        one: Sample = child.one("sample", reading)
        return one
    except SourceError:  # it has ended the child, or takes too long
        name = shortened(reading.identifier)
        unsafe = Finding(Unread.UNSAFE_RECORD, Severity.ERROR, "", name)
        return Sample(Look(name, Bin.UNREADABLE, findings=[unsafe]))


def _about(at: Found, allowance: Allowance) -> dict[str, str]:
    """What an OAI-PMH server says about itself; empty for others, and where it says nothing."""
    if at.protocol != "oai-pmh":
        return {}
    with suppress(SourceError), Child(at.source, at.url, allowance.bounds()) as child:
        identity = child.one("identify")
        said = {
            "name": identity.name,
            "deleted": identity.deleted,
            "granularity": identity.granularity,
            "earliest": identity.earliest,
            "formats": ", ".join(child.one("formats")),
        }
        return {name: shortened(text) for name, text in said.items() if text}
    return {}
