"""Questions as a page shows them."""

import pytest

from erpd.access.asking.fields import Field
from erpd.access.questions import common


@pytest.mark.parametrize(
    ("language", "first", "last"), [("en", "AT", "SE"), ("nl", "BE", "SE"), ("sv", "BE", "AT")]
)
def test_countries_are_in_the_order_of_the_alphabet_of_the_reader(
    language: str, first: str, last: str
) -> None:
    [country] = [one for one in common(language) if one.id == "country"]
    codes = [one.value for one in Field(country, "", (language, "en")).choices]
    assert (codes[0], codes[-2], codes[-1]) == (first, last, "other")
