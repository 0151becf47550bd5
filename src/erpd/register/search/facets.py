"""The number of data sets for each value of each facet, counted with all filters except the facet's own."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tantivy import Searcher

from erpd.metadata.vocabularies import vocabulary
from erpd.register.search.asked import FACETS, MOST_VALUES, OF_CATALOGUE, Asked
from erpd.register.search.labels import LISTS
from erpd.register.search.schema import CODES, CONDITIONS

_CHOSEN = "chosen "
_PRECISE = 10_000  # values reported by each segment of the index: enough for correct sums


def facets(searcher: Searcher, asked: Asked) -> dict[str, list[tuple[str, int]]]:
    """Facet -> (value, number), largest number first: MOST_VALUES of each, plus those that are chosen."""
    counted: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    counts = (*CODES, *(name for name in CONDITIONS if _occurs(searcher, name, asked)))
    for without, names in _walks(asked, counts).items():
        answer = searcher.aggregate(asked.query(without), _wanted(names, asked))
        for name, terms in answer.items():
            numbers = {bucket["key"]: int(bucket["doc_count"]) for bucket in terms["buckets"]}
            if name == "catalogue":
                counted |= _of_catalogues(numbers, asked)
            else:
                counted[name.removeprefix(_CHOSEN)] |= numbers
    return {name: _best(numbers, asked.chosen.get(name, ())) for name, numbers in counted.items()}


def every_value(searcher: Searcher, asked: Asked, name: str) -> list[tuple[str, int]]:
    """All values of the facet ``name``, up to 10,000, largest number first."""
    size = len(asked.catalogues) if name in OF_CATALOGUE else _PRECISE
    field, without = ("catalogue", OF_CATALOGUE) if name in OF_CATALOGUE else (name, (name,))
    wanted = {field: {"terms": {"field": field, "size": size, "segment_size": max(size, _PRECISE)}}}
    buckets = searcher.aggregate(asked.query(without), wanted)[field]["buckets"]
    numbers = {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}
    if name in OF_CATALOGUE:
        numbers = _of_catalogues(numbers, asked)[name]
    return _in_order(numbers)


def _occurs(searcher: Searcher, name: str, asked: Asked) -> bool:
    """Whether any data set has a value: looking for those of all hits takes time, even if there are none."""
    table = vocabulary(LISTS[name])
    return name in asked.chosen or any(searcher.doc_freq(name, code) for code in table.concepts)


def _walks(asked: Asked, counts: Sequence[str]) -> dict[tuple[str, ...], list[str]]:
    """Filters left out -> facets counted. One pass over the hits counts all facets that have no filter."""
    walks: dict[tuple[str, ...], list[str]] = {}
    for name in counts:
        walks.setdefault((name,) if name in asked.chosen else (), []).append(name)
    of_catalogue = tuple(name for name in OF_CATALOGUE if name in asked.chosen)
    walks.setdefault(of_catalogue, []).append("catalogue")
    return walks


def _wanted(names: list[str], asked: Asked) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for name in names:
        size = len(asked.catalogues) if name == "catalogue" else MOST_VALUES
        wanted[name] = {"terms": {"field": name, "size": size, "segment_size": max(size, _PRECISE)}}
        if name != "catalogue" and name in asked.chosen:
            values = asked.chosen[name]
            wanted[_CHOSEN + name] = {"terms": {"field": name, "size": len(values), "include": values}}
    return wanted


def _of_catalogues(numbers: dict[Any, int], asked: Asked) -> dict[str, dict[str, int]]:
    """The facets of catalogues. ``numbers``: catalogue id -> hits, without filters on catalogues."""
    counted: dict[str, dict[str, int]] = {}
    for name in OF_CATALOGUE:
        sums: Counter[str] = Counter()
        for catalogue, number in numbers.items():
            if asked.fits(int(catalogue), without=(name,)):
                sums[asked.catalogues[int(catalogue)][name]] += number
        sums.pop("", None)
        counted[name] = sums
    return counted


def _best(numbers: dict[str, int], chosen: Sequence[str]) -> list[tuple[str, int]]:
    shown = dict(_in_order(numbers)[:MOST_VALUES])
    for value in chosen:
        shown.setdefault(value, numbers.get(value, 0))
    return list(shown.items())


def _in_order(numbers: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
