"""Reads a list by dates, if the server forgets its tokens before the end.

Lists have no guaranteed order, so what we received before a token was refused proves nothing. We ask for
everything again, in slices. Each is a whole list, short enough for the life of a token (OAI-PMH 2.0, 3.5).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import TypeAlias

from erpd.formats.reading import Reading
from erpd.sources.errors import Reason, SourceError
from erpd.sources.oai_pmh.answer import Identity
from erpd.sources.oai_pmh.slices import Slices, slices_of
from erpd.sources.oai_pmh.walk import OaiWalk, cut_short
from erpd.sources.page import Page
from erpd.sources.tokens import LinkedAnswer

_TRIES = 3
# The token was refused, or the list changed while it was read.
_PASSING = frozenset({Reason.BAD_TOKEN, Reason.COUNT_MISMATCH})
# The server cannot select by dates, or ignores them.
_NOT_BY_DATES = _PASSING | {Reason.EMPTY_LIST, Reason.PROTOCOL_ERROR, Reason.TOKEN_LOOP}

# Returns the next answer of a walk; the dates apply to its first page.
_Ask: TypeAlias = Callable[[OaiWalk, Mapping[str, str]], LinkedAnswer]


def pages_by_dates(
    slices: Slices | None,
    walk: OaiWalk,
    selection: Mapping[str, str],
    ask: _Ask,
    identify: Callable[[], Identity],
) -> Iterator[Page]:
    """Yield each slice as one page; a slice that is too long and cannot be split comes page by page.

    ``slices`` says how far the run has come; it is None if the token of ``walk`` has only just been refused.
    ``ask(walk, dates)`` returns the next answer.

    Raises SourceError: ``bad-token`` if the server cannot be read by dates, or if a slice that cannot be
    split takes longer than its token lives.
    """
    anew = slices is None
    try:
        if slices is None:
            slices = slices_of(walk, selection, identify())
            walk = slices.begin(walk)
        yield from _pages(slices, walk, ask, identify, anew)
    except SourceError as error:
        why = error.message
        if slices is not None:
            if error.rule not in _NOT_BY_DATES:
                raise
            if error.rule == Reason.BAD_TOKEN:
                why = f"{slices.shown()} is too much for one token"
        raise SourceError(
            Reason.BAD_TOKEN,
            f"The resumption token has expired, and the list cannot be read by dates: {why}",
            "Ask the source's operator for longer-lived tokens.",
            url=walk.url,
        ) from error


def _pages(
    slices: Slices, walk: OaiWalk, ask: _Ask, identify: Callable[[], Identity], anew: bool
) -> Iterator[Page]:
    last = False
    while not last:
        for part, behind in _parts(slices, walk, ask, identify):
            walk = behind
            slices.given += len(part)
            last = walk.done and slices.end is None
            if last:
                walk.total = slices.total
                if short := cut_short(slices.given, slices.total, walk.url):
                    raise short
            elif walk.done:
                slices.advance(walk.count)
                walk = slices.begin(walk)
            checkpoint = {**walk.checkpoint(), "slices": asdict(slices)}
            yield Page(_latest(part), checkpoint, slices.total, last=last, anew=anew)
            anew = False


def _parts(
    slices: Slices, walk: OaiWalk, ask: _Ask, identify: Callable[[], Identity]
) -> Iterator[tuple[list[Reading], OaiWalk]]:
    """The records of the next slice that can be read, part by part, each with the walk after it."""
    partly, tries = bool(walk.token), 0
    kept: list[Reading] = []
    while not walk.done:
        try:
            answer = ask(walk, slices.dates())
            page = walk.step(answer)
            if answer.broken is not None:
                raise answer.broken
            kept += slices.inside(page.readings)
        except SourceError as error:
            if partly or error.rule not in _PASSING:
                raise
            if error.rule == Reason.BAD_TOKEN:
                slices.most = min(slices.most, walk.count or slices.most)
            tries += 1
            if not slices.cut(identify) and tries >= _TRIES:
                raise
            walk, kept = slices.begin(walk), []
            continue
        if not (partly or walk.done) and slices.too_long(kept, walk.total):
            if slices.cut(identify):
                walk, kept = slices.begin(walk), []
                continue
            partly = True
        if partly or walk.done:
            yield kept, walk
            kept = []


def _latest(readings: list[Reading]) -> list[Reading]:
    """The latest version of each record: one that is edited meanwhile comes twice in a slice."""
    ordered = sorted(readings, key=lambda reading: reading.datestamp)
    latest = {reading.identifier: reading.datestamp for reading in ordered}
    return [one for one in readings if one.fault or one.datestamp == latest[one.identifier]]
