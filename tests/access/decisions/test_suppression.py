"""Nothing that is left out can be computed from what is published."""

from collections import defaultdict
from itertools import product

from erpd.access.decisions.suppression import LEAST, sayable

KINDS = "abc"


def test_each_count_that_is_left_out_can_be_several() -> None:
    """Every world there can be, by what an outsider sees of it: the total, and the counts that are said."""
    worlds: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(11), repeat=len(KINDS)):
        by_kind = dict(zip(KINDS, counts, strict=True))
        said = {kind: by_kind[kind] for kind in sayable(by_kind)}
        assert all(count >= LEAST for count in said.values())
        worlds[sum(counts), tuple(sorted(said.items()))].append(counts)
    for (total, said), alike in worlds.items():
        hidden = [place for place, kind in enumerate(KINDS) if kind not in dict(said)]
        if sum(dict(said).values()) == total:
            continue  # nothing is left out
        assert len(hidden) > 1  # so each line can be of several kinds
        for place in hidden:
            assert len({world[place] for world in alike}) > 1


def test_the_least_frequent_other_kind_goes_too() -> None:
    assert sayable({"a": 9, "b": 6}) == {"a", "b"}
    assert sayable({"a": 9, "b": 6, "c": 1}) == {"a"}
    assert sayable({"a": 9, "b": 9, "c": 1}) == set()
    assert sayable({"a": 9, "c": 4}) == sayable({"c": 4}) == sayable({}) == set()
