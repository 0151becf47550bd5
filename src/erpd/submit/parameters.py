"""Parameters that are not known: which one was meant."""

from collections.abc import Collection
from difflib import get_close_matches

_LONGEST = 40


def nearest(name: str, known: Collection[str]) -> str:
    """Return the known parameter that ``name`` is a slip of; "" if it is like none.

    >>> nearest("dry-run", ["dry_run", "validate"])
    'dry_run'
    """
    if len(name) > _LONGEST:
        return ""
    plain = {_plain(one): one for one in known}
    found = get_close_matches(_plain(name), plain, n=1, cutoff=0.75)
    return plain[found[0]] if found else ""


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
