import pytest

from erpd.formats.json_values import decoder, loads


def test_nothing_is_rounded() -> None:
    long = "9" * 5_000
    assert loads(f"[{long}, 1.10, 0.1234567890123456789, 1e999, NaN, {'7' * 400}]") == [
        long,
        1.1,
        "0.1234567890123456789",
        "1e999",
        "NaN",
        int("7" * 400),
    ]


@pytest.mark.parametrize("text", ['{"a": [{"t": 1, "u": 0, "t": 2}]}', '{"t": {}, "t": []}'])
def test_a_member_that_comes_twice_is_not_dropped_without_a_word(text: str) -> None:
    for read in (loads, decoder().raw_decode):
        with pytest.raises(ValueError, match="“t” occurs twice in the same object, with different values"):
            read(text)


def test_the_same_said_twice_is_said_once() -> None:
    assert loads('{"t": [1], "u": 2, "t": [1]}') == {"t": [1], "u": 2}
