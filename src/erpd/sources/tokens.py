"""A walk through a list whose pages name the next one: by a token (OAI-PMH) or by a link (OData)."""

from dataclasses import dataclass, field
from hashlib import blake2b

from erpd.formats.reading import Reading
from erpd.metadata.text import counted
from erpd.sources.answer import Answer, most_plausible
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page

_REMEMBERED = 128  # marks kept in a checkpoint; within one process, a run remembers all
_MOST_EMPTY_PAGES = 50  # in a row


@dataclass(slots=True)
class LinkedAnswer(Answer):
    """An answer that names the next page."""

    token: str = ""
    """What to ask for the next page with; "" at the end of the list."""
    errors: dict[str, str] = field(default_factory=dict)
    """Error code -> what the server says about it."""


@dataclass(slots=True)
class TokenWalk:
    """How far a run has come, and whether the list still leads anywhere."""

    url: str
    token: str = ""
    """What to ask for the next page with."""
    count: int = 0
    """Records so far."""
    total: int | None = None
    """Records announced for the whole list."""
    done: bool = False
    empty: int = 0
    """Pages without a record, in a row."""
    marks: list[str] = field(default_factory=list)
    """Digests of the last pages and tokens, for the checkpoint."""
    seen: set[str] = field(default_factory=set)
    """Digests of all pages and tokens."""
    page: int = 0
    """Records of the largest page."""
    called: str = "resumption token"
    """What messages call the token."""

    def checkpoint(self) -> dict[str, object]:
        return {
            "token": self.token,
            "count": self.count,
            "total": self.total,
            "done": self.done,
            "seen": self.marks,
        }

    def step(self, answer: LinkedAnswer) -> Page:
        """Return the page of an answer, and move on.

        If the page leads nowhere, ``answer.broken`` says why, and the walk stays where it is: its checkpoint
        makes the source read the page again.
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
        """Return why a list of ``count`` records is incomplete; None if it is complete."""
        return cut_short(count, self.total, self.url)

    def resume(self, checkpoint: dict[str, object] | None) -> None:
        """Continue from ``checkpoint``, or from the start if it is None."""
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
        self.page = max(self.page, len(answer.readings))
        if answer.token and count > most_plausible(self.total, self.page):
            announced = "" if self.total is None else f" though only {self.total:,} were announced"
            message = f"The list goes on after {counted(count, 'record')}{announced}"
            return SourceError(Reason.COUNT_MISMATCH, message, mend_tokens, url=self.url)
        return None if answer.token else self.short(count)


def cut_short(count: int, total: int | None, url: str) -> SourceError | None:
    """Return why a list of ``count`` records out of ``total`` announced is incomplete, or None."""
    if total is None or count >= total:
        return None
    return SourceError(
        Reason.COUNT_MISMATCH,
        f"The list ended after {counted(count, 'record')} although {total:,} were announced",
        "Harvest again. If it keeps happening, contact the source's operator. Nothing was treated as "
        "deleted.",
        url=url,
    )


def _mark(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _gist(readings: list[Reading]) -> str:
    """What distinguishes one page from another: identifiers and datestamps, or, without them, the bytes."""
    return "\n".join(
        f"{reading.identifier} {reading.datestamp}" if reading.identifier else repr(reading.content)
        for reading in readings
    )
