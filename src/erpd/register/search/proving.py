"""The index compared with the database: which data sets, of which catalogue, in which version.

What a document holds beyond that cannot be read back; that its files are as they were written can.
"""

from collections.abc import Iterator, Sequence

from tantivy import FieldType, Index, Occur, Order, Query, Searcher

from erpd.register.derived import Difference, Progress, is_same_database
from erpd.register.models import DataSet
from erpd.register.proving import ABSENT, MISSING, OF_ANOTHER, extra
from erpd.register.scope import scope
from erpd.register.search.document import placed
from erpd.register.search.pending import Change, settled
from erpd.register.search.place import Position, place, read_position
from erpd.register.search.soundness import fault_in, is_failure, opened_index

_ROWS = 1_000
_TRIES = 3  # a writer may put another index in the place of this one


def differences(progress: Progress | None, _: int) -> Iterator[Difference]:
    """How the index differs from the database (see ``Derived.differences``)."""
    position, index, fault = _opened()
    if position is None or index is None:
        yield Difference("", fault)
        return
    if not is_same_database(position.change, position.mark):
        yield Difference("", OF_ANOTHER)
        return
    searcher = index.searcher()
    done, most = 0, DataSet.objects.count()
    for batch in settled(position.change):
        yield from _of(index, searcher, batch)
        done += len(batch)
        if progress:
            progress(done, max(done, most))
    yield from extra(_keys(index, searcher), position.change, scope().catalogues)


def _opened() -> tuple[Position | None, Index | None, str]:
    """The index in use, or what is wrong with it."""
    fault = ABSENT
    for _ in range(_TRIES):
        position = read_position()
        if position is None:
            break
        found = fault_in(place() / position.folder)
        if not found:
            try:
                index = opened_index(place() / position.folder)
                index.reload()
            except BaseException as error:
                if not is_failure(error):
                    raise
                found = " ".join(str(error).split())
            else:
                return position, index, ""
        fault = f"its files are damaged: {found}"
    return None, None, fault


def _of(index: Index, searcher: Searcher, batch: Sequence[Change]) -> Iterator[Difference]:
    found: dict[str, list[tuple[int, int]]] = {}
    for catalogue in {change.catalogue for change in batch}:
        keys = [change.key.hex for change in batch if change.catalogue == catalogue]
        of_it = Query.term_query(index.schema, "catalogue", catalogue)
        named = Query.term_set_query(index.schema, "key", keys)
        query = Query.boolean_query([(Occur.Must, of_it), (Occur.Must, named)])
        hits = searcher.search(query, limit=2 * len(keys), order_by_field="changed").hits
        for version, document in hits:
            key = str(searcher.doc(document)["key"][0])
            found.setdefault(key, []).append((catalogue, int(version)))
    for change in batch:
        wanted = [(change.catalogue, placed(int(change.modified.timestamp()), change.key))]
        there = found.get(change.key.hex, [])
        if change.shown and not there:
            yield Difference(str(change.key), MISSING)
        elif change.shown and len(there) > 1:
            yield Difference(str(change.key), "it is there more than once")
        elif change.shown and there != wanted:
            yield Difference(str(change.key), "it is there in another version")


def _keys(index: Index, searcher: Searcher) -> Iterator[str]:
    """The keys of all documents, page by page in the order of their versions, which differ."""
    query, more = Query.all_query(), True
    while more:
        hits = searcher.search(query, limit=_ROWS, order_by_field="changed", order=Order.Asc).hits
        yield from (str(searcher.doc(document)["key"][0]) for _, document in hits)
        more = len(hits) == _ROWS
        if more:
            last = int(hits[-1][0])
            query = Query.range_query(
                index.schema, "changed", FieldType.Integer, last, None, include_lower=False
            )
