"""Periods as Statistics Netherlands writes them, in Dutch or English words."""

import re

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")
_SHORT = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(\s*[/–-]\s*)['’]?(\d\d)(?!\d)")
_SINCE = re.compile(r"\b(?:vanaf|sinds|from|since|as of|starting)\b", re.IGNORECASE)
_UNTIL = re.compile(r"(?:\bt/m|\btot|\buntil|\bup to|\btill?|\bbefore|\bvoor)\b[^\d]*$", re.IGNORECASE)
_RANGE = re.compile(r"[-–]|\bt/m\b|\btot\b|\bto\b|\buntil\b|\bthrough\b", re.IGNORECASE)
# What follows the only or last year of a period that continues.
_STILL = re.compile(
    r"\W*(?:[^\d\W]+\W+){0,3}?(?:heden|nu|now|present|today|current|onwards?|e\.v\.|en verder)|\W*[-–]\s*$",
    re.IGNORECASE,
)


def years(period: str) -> tuple[str, str]:
    """Return the first and last year of a period in words; "" for an end that is open or not given.

    ``1997 kw 1 - 2020 kw 2``, ``2003/'04-2018/'19``; ``vanaf januari 1996`` and ``1996 - heden`` have no end,
    ``t/m 2005`` has no start.
    """
    text = _SHORT.sub(_written_out, period)
    found = [*_YEAR.finditer(text)]
    if not found:
        return "", ""
    first, last = found[0], found[-1]
    before, between, after = text[: first.start()], text[first.end() : last.start()], text[last.end() :]
    if first is last and _UNTIL.search(before):
        return "", last[1]
    no_end = _STILL.match(after) or (_SINCE.search(before) and not _RANGE.search(between))
    return first[1], "" if no_end else last[1]


def _written_out(short: re.Match[str]) -> str:
    """``2018/'19`` -> ``2018/2019``, but only for the next year: 2001/05 may be a month."""
    year, sign, end = int(short[1]), short[2], int(short[3])
    whole = year - year % 100 + end
    if whole <= year:
        whole += 100
    return f"{year}{sign}{whole}" if "'" in short[0] or "’" in short[0] or whole == year + 1 else short[0]
