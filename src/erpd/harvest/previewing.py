"""The first records of a source that nobody has approved yet: bounded in everything, nothing is stored."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import chain

from django.conf import settings as django_settings

from erpd.formats.reading import Reading
from erpd.harvest.children.looking import Look, Looking, shortened
from erpd.harvest.models import SourceSettings
from erpd.harvest.opening import preparation_for
from erpd.harvest.recognising import candidates
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Intake, Unread
from erpd.register.arrival import Bin
from erpd.register.identity import can_name
from erpd.register.models import DataSet
from erpd.sources import SOURCES
from erpd.sources.children.child import Bounds, Child
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.page import Page, Source

RECORDS = 20  # shown
MOST_LOOKED_AT = 400  # where a filter leaves many out
MOST_PAGES = 10
SECONDS = 300.0  # for all of it
MOST_SETS = 200
MOST_CHOICES = 50  # publishers, themes, keywords
LIMITS = Limits(
    connect=10,
    read=20,
    total=45,
    max_bytes=32 * 2**20,
    download_total=120,
    max_download=256 * 2**20,
    retries=1,
    longest_pause=5,
)
_MEMORY = 2**30
_PROCESSOR = 60.0  # seconds for one page
# With these, whatever else is tried at the same host fails, too.
_OF_THE_HOST = (
    Reason.BAD_ADDRESS,
    Reason.CERTIFICATE,
    Reason.FORBIDDEN_ADDRESS,
    Reason.FORBIDDEN_SCHEME,
    Reason.FTP,
    Reason.UNREACHABLE,
)

# These say more than that a protocol was not found.
_TELLING = (Reason.EMPTY_LIST, Reason.NO_FORMAT, Reason.UNAUTHORISED)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first records are, and what would become of them."""

    protocol: str
    url: str
    """Where they were found: perhaps below the address that was given."""
    total: int | None
    """How many records the source announces."""
    looks: list[Look]
    """Up to RECORDS that pass the filter, and as many that do not."""
    bins: Counter[Bin]
    """What would become of all that were looked at."""
    sets: list[str] = field(default_factory=list)
    """Of OAI-PMH."""
    publishers: list[str] = field(default_factory=list)
    """What may be asked for in a filter, the most frequent first."""
    themes: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)


def preview(settings: SourceSettings, client: Client, *languages: str) -> Preview:
    """Look at a source. ``settings`` and its source need not be saved; without a protocol, one is looked for.

    Raises SourceError if nothing can be read; CannotStart.
    """
    until = time.monotonic() + SECONDS
    with ExitStack() as stack:
        found = _found(settings, client, until, stack)
        looks, total = _look(settings, found, languages, until)
    _mark_taken(settings, looks)
    publishers, themes, keywords = (
        [name for name, _ in Counter(filter(None, names)).most_common(MOST_CHOICES)]
        for names in (
            (look.publisher for look in looks),
            (theme for look in looks for theme in look.themes),
            (word for look in looks for word in look.keywords),
        )
    )
    return Preview(
        found.protocol,
        found.url,
        total,
        _shown(looks),
        Counter(look.bin for look in looks),
        _sets(found.source, found.url, until),
        publishers,
        themes,
        keywords,
    )


def _source(settings: SourceSettings, protocol: str, url: str, client: Client) -> Source:
    """Raises SourceError where a setting is no good."""
    options = SOURCES[protocol].options
    given = {option.setting: getattr(settings, option.setting) for option in options}
    try:
        return SOURCES[protocol].open(url, client, given)
    except ValueError as error:
        raise SourceError(Reason.BAD_SETTING, str(error), "Change the setting.", url=url) from error


def _bounds(until: float) -> Bounds:
    left = max(1.0, until - time.monotonic())
    return Bounds(_MEMORY, _PROCESSOR, wall=left, total=left)


@dataclass(frozen=True, slots=True)
class _Found:
    protocol: str
    url: str
    source: Source
    pages: Iterator[Page]


def _found(settings: SourceSettings, client: Client, until: float, stack: ExitStack) -> _Found:
    """Where records are, open until the end of ``stack``; otherwise an empty list. Raises SourceError."""
    tried = [(settings.protocol, settings.url)] if settings.protocol else candidates(settings.url)
    empty: _Found | None = None
    why: SourceError | None = None
    for protocol, url in tried:
        if time.monotonic() > until:
            break
        source = _source(settings, protocol, url, client)
        child = Child(source, url, _bounds(until))
        try:
            pages = child.each("pages", None)
            first = next(pages, None)
        except SourceError as error:
            child.close()
            if error.rule in _OF_THE_HOST:
                raise
            if why is None or (error.rule in _TELLING and why.rule not in _TELLING):
                why = error
            continue
        if first and (first.readings or not first.last):
            stack.callback(child.close)
            return _Found(protocol, url, source, chain([first], pages))
        child.close()
        empty = empty or _Found(protocol, url, source, iter(()))
    if empty:
        return empty
    if why and (settings.protocol or why.rule in _TELLING):
        raise why
    raise SourceError(
        Reason.NO_PROTOCOL,
        "None of the protocols that we know was found at this address",
        "Enter the address of the interface itself, and choose its protocol.",
        url=settings.url,
    )


def _look(
    settings: SourceSettings, found: _Found, languages: tuple[str, ...], until: float
) -> tuple[list[Look], int | None]:
    """What was seen, until there is enough. What came before the source failed counts."""
    preparation = preparation_for(settings)
    looking = Looking(preparation, django_settings.HOME / "vocabularies", languages)
    looks: list[Look] = []
    total: int | None = None
    wanted = 0
    with Child(looking, found.url, _bounds(until)) as child, suppress(_Enough):
        for _ in range(MOST_PAGES):
            try:
                page = next(found.pages, None)
            except SourceError:
                if not looks:
                    raise
                break
            if page is None:
                break
            total = page.total if page.total is not None else total
            for reading in page.readings:
                look = _looked_at(child, reading)
                looks.append(look)
                wanted += look.bin not in (Bin.FILTERED, Bin.DELETED)
                if wanted >= RECORDS or len(looks) >= MOST_LOOKED_AT or time.monotonic() > until:
                    raise _Enough
    return looks, total


class _Enough(Exception):
    pass


def _looked_at(child: Child, reading: Reading) -> Look:
    try:
        look: Look = child.one("look", reading)
        return look
    except SourceError:  # it has ended the child, or takes too long
        name = shortened(reading.identifier)
        unsafe = Finding(Unread.UNSAFE_RECORD, Severity.ERROR, "", name)
        return Look(name, Bin.UNREADABLE, findings=[unsafe])


def _mark_taken(settings: SourceSettings, looks: list[Look]) -> None:
    """Say of which records another source has the data set already (G3.4.3)."""
    iris = [look.iri for look in looks if look.iri and can_name(look.iri)]
    held = DataSet.objects.filter(iri__in=iris, deleted=False).exclude(source__slug=settings.source.slug)
    taken = set(held.values_list("iri", flat=True))
    for place, look in enumerate(looks):
        if look.bin is Bin.NEW and look.iri in taken:
            finding = Finding(Intake.IRI_TAKEN, Severity.ERROR, "@id", look.iri, "G3.4.3")
            looks[place] = replace(look, bin=Bin.DUPLICATE, findings=[*look.findings, finding])


def _shown(looks: list[Look]) -> list[Look]:
    wanted = [look for look in looks if look.bin not in (Bin.FILTERED, Bin.DELETED)]
    others = [look for look in looks if look.bin is Bin.FILTERED]
    return [*wanted[:RECORDS], *others[:RECORDS]]


def _sets(source: Source, url: str, until: float) -> list[str]:
    """The sets that a source names; none if it has none, or does not say."""
    if not hasattr(source, "sets"):
        return []
    with suppress(SourceError), Child(source, url, _bounds(until)) as child:
        return [shortened(name) for name in child.one("sets")[:MOST_SETS] if len(name) <= 200]
    return []
