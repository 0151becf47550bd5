"""A walk through a list whose pages name the next one: by a token (OAI-PMH) or by a link (OData)."""

from dataclasses import dataclass, field
from hashlib import blake2b

from erpd.formats.reading import Reading
from erpd.sources.answer import Answer
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page

_REMEMBERED = 128  # marks kept in a checkpoint; a run in one go remembers all of its own
_MOST_EMPTY_PAGES = 50  # in a row
# Some servers announce a page instead of the list; but a list without an end must end here too.
_MOST_UNANNOUNCED = 100_000
_LONGEST = 50_000_000  # records; no real list is so long


@dataclass(slots=True)
class LinkedAnswer(Answer):
    """``token`` is what the next page is asked for by: empty at the end of the list.

    ``errors``: error code -> what the server says about it.
    """

    token: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class TokenWalk:
    """How far a run has come, and whether the list still leads anywhere. ``called``: what messages call the
    token."""

    url: str
    token: str = ""
    count: int = 0
    total: int | None = None
    done: bool = False
    empty: int = 0
    marks: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    called: str = "resumption token"

    def checkpoint(self) -> dict[str, object]:
        return {
            "token": self.token,
            "count": self.count,
            "total": self.total,
            "done": self.done,
            "seen": self.marks,
        }

    def step(self, answer: LinkedAnswer) -> Page:
        """One page on. Where the page leads nowhere, ``answer.broken`` says why and the walk stands still:
        its checkpoint has the page read again.
        """
        if answer.total is not None:
            self.total = answer.total
        count = self.count + len(answer.readings)
        gist = _gist(answer.readings)
        if answer.broken is None:
            answer.broken = self._dead_end(answer, count, gist)
        if answer.broken is not None:
            return Page(answer.readings, self.checkpoint(), self.total)
        marks = [_mark(text) for text in (gist, answer.token) if text]
        self.seen.update(marks)
        self.marks = [*self.marks, *marks][-_REMEMBERED:]
        self.empty = 0 if answer.readings else self.empty + 1
        self.token, self.count, self.done = answer.token, count, not answer.token
        return Page(answer.readings, self.checkpoint(), self.total, last=self.done)

    def short(self, count: int) -> SourceError | None:
        """Why a list of ``count`` records is not whole; None where it is."""
        return cut_short(count, self.total, self.url)

    def resume(self, checkpoint: dict[str, object] | None) -> None:
        """To where ``checkpoint`` was; the start where there is none."""
        facts = checkpoint or {}
        seen, total, count = facts.get("seen"), facts.get("total"), facts.get("count")
        self.token = str(facts.get("token", ""))
        self.count = count if isinstance(count, int) else 0
        self.total = total if isinstance(total, int) else None
        self.done = facts.get("done") is True
        self.marks = [str(mark) for mark in seen] if isinstance(seen, list) else []
        self.seen = set(self.marks)

    def _dead_end(self, answer: LinkedAnswer, count: int, gist: str) -> SourceError | None:
        mend_tokens = f"Ask the source's operator to fix its {self.called}s."
        if gist and _mark(gist) in self.seen:
            answer.readings = []
            return SourceError(
                Reason.TOKEN_LOOP, "The server sent the same page again", mend_tokens, url=self.url
            )
        if answer.token and _mark(answer.token) in self.seen:
            message = f"The server repeated a {self.called}"
            return SourceError(Reason.TOKEN_LOOP, message, mend_tokens, url=self.url)
        if answer.token and self.empty >= _MOST_EMPTY_PAGES:
            message = f"The server sent more than {self.empty} pages in a row without a record"
            return SourceError(Reason.TOKEN_LOOP, message, mend_tokens, url=self.url)
        most = _LONGEST if self.total is None else min(_LONGEST, 10 * self.total + _MOST_UNANNOUNCED)
        if count > most:
            announced = "" if self.total is None else f" though only {self.total} were announced"
            message = f"The list goes on after {count} records{announced}"
            return SourceError(Reason.COUNT_MISMATCH, message, mend_tokens, url=self.url)
        return None if answer.token else self.short(count)


def cut_short(count: int, total: int | None, url: str) -> SourceError | None:
    """Why a list of ``count`` records is not whole where ``total`` were announced."""
    if total is None or count >= total:
        return None
    return SourceError(
        Reason.COUNT_MISMATCH,
        f"The list ended after {count} records although {total} were announced",
        "Harvest again. If it keeps happening, contact the source's operator. Nothing was treated as "
        "deleted.",
        url=url,
    )


def _mark(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _gist(readings: list[Reading]) -> str:
    """What tells one page from another: identifiers and datestamps; where there is none, the bytes."""
    return "\n".join(
        f"{reading.identifier} {reading.datestamp}" if reading.identifier else repr(reading.content)
        for reading in readings
    )
