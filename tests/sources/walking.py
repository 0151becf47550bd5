"""A source read to its end, and what it gave."""

import json
from collections.abc import Callable, Iterable, Mapping

from erpd.formats.reading import Reading
from erpd.sources.errors import SourceError
from erpd.sources.page import Page, Source
from tests.servers import Answer


def walked(
    source: Source, checkpoint: dict[str, object] | None = None
) -> tuple[list[Page], SourceError | None]:
    """The pages, whose checkpoints are all JSON, and the failure at their end."""
    pages = []
    try:
        for page in source.pages(checkpoint):
            pages.append(page)
            json.dumps(page.checkpoint)
    except SourceError as error:
        return pages, error
    return pages, None


def one_after_the_other(
    headers: Mapping[str, str], bodies: Iterable[bytes | tuple[int, bytes]]
) -> Callable[..., Answer]:
    """A handler that gives these whatever is asked, the last one for ever: bytes, or (status, bytes)."""
    left = list(bodies)

    def handle(path: str, query: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
        body = left.pop(0) if len(left) > 1 else left[0]
        return (200, headers, body) if isinstance(body, bytes) else (body[0], headers, body[1])

    return handle


def readings(pages: Iterable[Page]) -> list[Reading]:
    return [reading for page in pages for reading in page.readings]


def good(pages: Iterable[Page]) -> list[str]:
    """The identifiers of those that could be read."""
    return [reading.identifier for reading in readings(pages) if reading.fault is None]
