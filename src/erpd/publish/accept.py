"""The Accept header (RFC 9110, sections 12.4.2 and 12.5.1).

Django's own ``get_preferred_type`` answers ``text/html;q=0, */*`` (anything but HTML) with HTML.
"""

import re
from collections.abc import Iterable

_WEIGHT = re.compile(r"(0(\.\d{0,3})?|1(\.0{0,3})?)", re.ASCII)


def preferred(accept: str, offered: Iterable[str]) -> str | None:
    """The media type of ``offered`` that the client prefers, the first of equals; None if it accepts none.

    An empty header accepts everything. Parts that cannot be understood are ignored.
    """
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    weights = {media_type: _weight(media_type, ranges) for media_type in offered}
    best = max(weights, key=weights.__getitem__, default="")
    return best if weights.get(best) else None


def _range(part: str) -> tuple[str, float]:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return media_range, float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
    return media_range, 1.0


def _weight(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that matches (12.5.1). Parameters like a profile are ignored."""
    main = media_type.partition("/")[0]
    for pattern in (media_type, f"{main}/*", "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == pattern]
        if weights:
            return max(weights)
    return 0.0
