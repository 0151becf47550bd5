"""Finds by which protocol an address answers, and opens it: bounded in everything, nothing is stored."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import chain

from erpd.harvest.children.looking import shortened
from erpd.harvest.models import SourceSettings
from erpd.harvest.recognising import candidates
from erpd.sources import SOURCES
from erpd.sources.children.child import Bounds, Child
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.page import Page, Source

MOST_SETS = 200
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
"""Of an address that nobody has approved."""
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


class Allowance:
    """What looking at a source may take: seconds for all of it, and for one step bytes and processor time."""

    def __init__(self, seconds: float, memory: int = 2**30, processor: float = 60.0) -> None:
        self.end = time.monotonic() + seconds
        self._memory = memory
        self._processor = processor

    @property
    def over(self) -> bool:
        return time.monotonic() > self.end

    def bounds(self) -> Bounds:
        left = max(1.0, self.end - time.monotonic())
        return Bounds(self._memory, self._processor, wall=left, total=left)


@dataclass(frozen=True, slots=True)
class Found:
    """Where records are."""

    protocol: str
    url: str
    """Perhaps below the address that was given."""
    source: Source
    pages: Iterator[Page]


def found(settings: SourceSettings, client: Client, allowance: Allowance, stack: ExitStack) -> Found:
    """Where records are, open until the end of ``stack``; otherwise an empty list.

    ``settings`` and its source need not be saved; without a protocol, one is looked for.
    Raises SourceError, CannotStart.
    """
    tried = [(settings.protocol, settings.url)] if settings.protocol else candidates(settings.url)
    empty: Found | None = None
    why: SourceError | None = None
    for protocol, url in tried:
        if allowance.over:
            break
        source = _source(settings, protocol, url, client)
        child = Child(source, url, allowance.bounds())
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
            return Found(protocol, url, source, chain([first], pages))
        child.close()
        empty = empty or Found(protocol, url, source, iter(()))
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


def sets(source: Source, url: str, allowance: Allowance) -> list[str]:
    """The sets that a source names; none if it has none, or does not say."""
    if not hasattr(source, "sets"):
        return []
    with suppress(SourceError), Child(source, url, allowance.bounds()) as child:
        return [shortened(name) for name in child.one("sets")[:MOST_SETS] if len(name) <= 200]
    return []


def _source(settings: SourceSettings, protocol: str, url: str, client: Client) -> Source:
    """Raises SourceError where a setting is no good."""
    options = SOURCES[protocol].options
    given = {option.setting: getattr(settings, option.setting) for option in options}
    try:
        return SOURCES[protocol].open(url, client, given, local=settings.local)
    except ValueError as error:
        raise SourceError(Reason.BAD_SETTING, str(error), "Change the setting.", url=url) from error
