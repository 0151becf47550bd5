"""How far a run through an OAI-PMH list has come, and how to ask its server."""

from dataclasses import dataclass

from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page
from erpd.sources.tokens import LinkedAnswer, TokenWalk
from erpd.sources.tokens import cut_short as missing

# pycsw's token at the end of a list, like nextRecord in CSW; if we ask for it, pycsw starts again.
_NO_NEXT = "0"


@dataclass(slots=True)
class OaiWalk(TokenWalk):
    """A walk through an OAI-PMH list."""

    prefix: str = ""
    """The metadata prefix."""
    with_prefix: bool = False
    """Whether the server wants it together with the token."""

    def checkpoint(self) -> dict[str, object]:
        dialect = "prefix" if self.with_prefix else "standard"
        return {**TokenWalk.checkpoint(self), "prefix": self.prefix, "dialect": dialect}

    def step(self, answer: LinkedAnswer) -> Page:
        total = self.total if answer.total is None else answer.total
        if answer.token == _NO_NEXT and total is not None and self.count + len(answer.readings) >= total:
            answer.token = ""
        if not (answer.broken or answer.readings or answer.token or self.token or answer.errors):
            answer.broken = SourceError(
                Reason.EMPTY_LIST,
                "The list is empty, but the server does not say noRecordsMatch",
                "Ask the source's operator whether it is still being filled.",
                url=self.url,
            )
        return TokenWalk.step(self, answer)

    def short(self, count: int) -> SourceError | None:
        return cut_short(count, self.total, self.url)


def cut_short(count: int, total: int | None, url: str) -> SourceError | None:
    """Return why a list of ``count`` records out of ``total`` announced is incomplete, or None.

    completeListSize may be an estimate (OAI-PMH 2.0, 3.5), so a hundredth may be missing.
    """
    return missing(count, total, url) if total is None or count < total - total // 100 else None


def walk_from(checkpoint: dict[str, object] | None, url: str) -> OaiWalk:
    """Return a walk from the start, or from what ``checkpoint`` returned."""
    facts = checkpoint or {}
    walk = OaiWalk(url, prefix=str(facts.get("prefix", "")), with_prefix=facts.get("dialect") == "prefix")
    walk.resume(checkpoint)
    return walk
