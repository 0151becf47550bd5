"""What somebody may have meant by a text that is in no table: labels that they can read and choose."""

import re
from difflib import get_close_matches
from functools import lru_cache

from erpd.metadata.vocabularies import table_called

MOST = 3
_LONGEST = 60  # characters that are compared
_SHORTEST = 3  # characters that are looked for in labels
_CLOSE, _VERY_CLOSE = 0.7, 0.9
_PROVISIONAL = "OP_DATPRO"  # of the Publications Office itself


@lru_cache(2000)
def near(
    name: str, text: str, languages: tuple[str, ...], codes: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return labels of a table that begin a word with a text, otherwise those written almost like it.

    They are in the first of ``languages`` that has them. ``codes``: those that can be chosen; all if none are
    given. It takes a millisecond.
    """
    table = table_called(name)
    wanted = " ".join(text.casefold().split())[:_LONGEST]
    if table is None or len(wanted) < _SHORTEST:
        return ()
    offered = {code for code in codes or table.concepts if code in table.concepts and code != _PROVISIONAL}
    labels = {code: table.label(code, *languages) for code in offered}
    begun = re.compile(rf"\b{re.escape(wanted)}")
    found = sorted(label for label in labels.values() if begun.search(label.casefold()))
    if found:
        return tuple(dict.fromkeys(found))[:MOST]
    written = {spelling: code for spelling, code in table.spellings.items() if code in offered}
    for code in offered:
        for tag in (*languages, "en"):
            written[table.concepts[code].get(tag, code).casefold()] = code
        written[code.casefold()] = code
    alike = [spelling for spelling in written if spelling[:1] == wanted[:1]]
    close = get_close_matches(wanted, alike, MOST, _VERY_CLOSE) or get_close_matches(
        wanted, alike, MOST, _CLOSE
    )
    return tuple(dict.fromkeys(labels[written[spelling]] for spelling in close))
