"""What is derived, compared with the database the other way round: what it holds and should not."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from uuid import UUID

from erpd.register.derived import Difference
from erpd.register.models import DataSet

MISSING, EXTRA = "it is missing", "it is there, but should not be"
ABSENT = "it does not exist"  # all that is derived
OF_ANOTHER = "it follows another database, or one that was restored since"
_AT_ONCE = 500


def extra(keys: Iterable[str], until: int, catalogues: Collection[int]) -> Iterator[Difference]:
    """Those of these keys that the database does not show in these catalogues, nor has changed since."""
    waiting = iter(keys)
    while batch := list(islice(waiting, _AT_ONCE)):
        named = {key: _key(key) for key in batch}
        asked = [key for key in named.values() if key]
        rows = DataSet.objects.filter(key__in=asked)
        known = {row[0]: row[1:] for row in rows.values_list("key", "change", "deleted", "catalogue_id")}
        for text, key in named.items():
            change, deleted, catalogue = known.get(key, (0, True, 0)) if key else (0, True, 0)
            if change <= until and (deleted or catalogue not in catalogues):
                yield Difference(str(key or text), EXTRA)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
