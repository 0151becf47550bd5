"""Rules are changed by a form or a file, and no comment is lost."""

import random
import tomllib
from datetime import date, time
from time import process_time
from typing import Any

import pytest

from erpd.harvest.rules_text import rewritten

S = {"every": 3, "begin": time(22)}
TABLE = "[schedule]\nevery = 3\nbegin = 22:00:00\n"


@pytest.mark.parametrize(
    ("text", "schedule", "after"),
    [
        ("", S, TABLE),
        ("# a\nx = 1\n", S, f"# a\nx = 1\n\n{TABLE}"),
        (
            "x = 1 # a\n[schedule] # b\n# c\nevery = 7 # d\npause = 1.5 # f\n\n# e\n[v.x]\ny = 2\n",
            S,
            "# f\nx = 1 # a\n[schedule] # b\n# c\nevery = 3 # d\n\n# e\nbegin = 22:00:00\n[v.x]\ny = 2\n",
        ),
        ("schedule = {every = 7} # a\n", S, "schedule = {every = 3,begin = 22:00:00} # a\n"),
        ("schedule.every = 7 # a\nx = 1\n", S, "schedule.every = 3 # a\nschedule.begin = 22:00:00\nx = 1\n"),
        ("schedule.every = 7 # a\nschedule.pause = 2.0 # b\n", {}, "# a\n# b\n"),
        ("[schedule] # a\nevery = 7\n# b", {}, "# a\n# b\n"),
        (
            "[schedule]\nnot_on = [\n  # a\n  2027-01-01, # b\n  2027-01-02, # c\n]\n",
            {"not_on": [date(2027, 1, 2), date(2028, 1, 1)]},
            "# b\n[schedule]\nnot_on = [\n  # a\n  2027-01-02, # c\n  2028-01-01,\n]\n",
        ),
        (
            't = """\n[schedule] # no comment\n""""\n[schedule]\nevery = 7 # a "b"\n',
            {"every": 8},
            't = """\n[schedule] # no comment\n""""\n[schedule]\nevery = 8 # a "b"\n',
        ),
    ],
)
def test_what_is_said_anew_stands_where_it_stood(text: str, schedule: dict[str, Any], after: str) -> None:
    rules = {name: one for name, one in tomllib.loads(text).items() if name != "schedule"}
    wanted = {**rules, **({"schedule": schedule} if schedule else {})}
    assert rewritten(text, wanted) == after
    assert rewritten(after, wanted) == after


def test_a_long_list_is_written_at_once_and_its_comments_stay() -> None:
    """Value by value, this took fifteen seconds, while nobody else could set sources."""
    names = [f"set-{at}" for at in range(4_000)]
    before = f"# ours\nwithout = [\n  {', '.join(map(repr, names))}, # agreed\n]\nx = 1 # one\n"
    begun = process_time()
    after = rewritten(before, {"without": names[::-1], "x": 1})
    assert process_time() - begun < 5  # half a second
    assert tomllib.loads(after) == {"without": names[::-1], "x": 1}
    assert after.startswith("# agreed\n# ours\nwithout = [\n")
    assert after.endswith("]\nx = 1 # one\n")


def test_a_long_table_is_written_at_once_where_nothing_was_said() -> None:
    """Value by value, this took a minute, while nobody else could set sources."""
    wanted = {"values": {"dcat:theme": {f"name {at}": "https://a.example/b" for at in range(10_000)}}}
    begun = process_time()
    after = rewritten("# ours\n", wanted)
    assert process_time() - begun < 5  # a quarter of a second
    assert tomllib.loads(after) == wanted
    assert after.startswith("# ours\n")


PARTS = (
    "x = 1 # {}\n",
    "# {}\n",
    "y = [1, # {}\n 2]\n",
    "z.a = 1 # {}\n",
    "z.b = '#' # {}\n",
    "w = {{a = 1}} # {}\n",
    "[schedule] # {}\nevery = 7\n",
    "[v.x] # {}\na = 'b'\n",
    "[[u]] # {}\na = 1\n",
    "[v]\nz = 1 # {}\n",
)


def test_no_comment_is_lost_however_rules_are_written() -> None:
    chance, texts = random.Random(7), []
    while len(texts) < 150:
        text = "".join(part.format(f"c{at}.") for at, part in enumerate(chance.choices(PARTS, k=6)))
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue
        texts.append(text)
    for before, wanted in zip(texts, reversed(texts), strict=True):
        after = rewritten(before, tomllib.loads(wanted))
        assert tomllib.loads(after) == tomllib.loads(wanted)
        assert all(f"# c{at}." in after for at in range(6))
