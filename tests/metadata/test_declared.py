"""TOML that people write: what is written is read back as it was."""

import math
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from erpd.metadata.declared import write_toml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = (
    TEXTS
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.none() | st.timezones().filter(lambda zone: zone.key == "UTC"))
)
NESTED = st.recursive(VALUES, lambda one: st.lists(one, max_size=3) | st.dictionaries(TEXTS, one, max_size=3))


@given(st.dictionaries(TEXTS, NESTED, max_size=5))
def test_what_is_written_is_read_back(table):
    assert tomllib.loads(write_toml(table)) == table


def test_numbers_that_are_none_are_read_back():
    read = tomllib.loads(write_toml({"some": math.nan, "most": math.inf}))
    assert math.isnan(read["some"])
    assert read["most"] == math.inf
