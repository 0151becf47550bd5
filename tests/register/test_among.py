"""Many values as one parameter: the same rows as Django's own way."""

import pytest

from erpd.register.models import DataSet, Version
from tests.register import arrivals
from tests.register.arrivals import coming, take

pytestmark = pytest.mark.django_db

NAMES = {
    *(
        "a",
        "A",
        "a b",
        "it's",
        'a "b"',
        "[1, 2]",
        "100%",
        "%s b",
        "{a,b}",
        "a\\b",
        "a\\u0041",
        "b\n",
        "NULLS",
    ),
    *("1", "1.0", "é", "e\u0301", "\N{HUNDRED POINTS SYMBOL}"),
}


@pytest.mark.parametrize(
    "wanted", [NAMES, {"a"}, {"100%", "%s b"}, {"absent", "a\\b"}, {"1"}, {"é"}, {"absent"}, set()]
)
def test_the_rows_of_many_names_and_numbers(wanted: set[str]) -> None:
    source = arrivals.source()
    assert set(take(source, *(coming(source, name, iri="") for name in NAMES))) == {"new"}
    found = DataSet.objects.filter(identifier__among=wanted).values_list("identifier", "change")
    assert {name for name, _ in found} == wanted & NAMES
    changes = [change for _, change in found]
    assert set(Version.objects.filter(change__among=changes).values_list("change", flat=True)) == set(changes)


def test_none_are_not_asked_for(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert not DataSet.objects.filter(identifier__among=[])
