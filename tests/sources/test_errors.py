"""A message is one plain line, whatever a stranger wrote into it."""

from hypothesis import given
from hypothesis import strategies as st

from erpd.metadata.masking import plain, shown
from erpd.sources.errors import Reason, SourceError


@given(st.text(max_size=3000))
def test_what_a_stranger_wrote_is_one_bounded_line_without_control_characters(text):
    line = plain(text, 100)
    assert len(line) <= 101
    assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in line)
    assert not set("\u2028\u2029\u202e\u2066") & set(line)
    assert plain(line, 101) == line


def test_a_message_says_what_where_which_rule_and_how_to_mend():
    error = SourceError(
        Reason.FTP, "FTP is not\nsupported", "Use HTTPS.", "G3.3.3", "ftp://me:pw@x.example/f"
    )
    assert str(error) == (
        "FTP is not supported (ftp://x.example/f, rule ftp, harvesting guidelines G3.3.3). Use HTTPS."
    )


def test_keys_in_an_address_are_hidden_and_tokens_stay():
    assert shown("http://a:b@x/?apikey=1&resumptionToken=2&Secret=3#f") == (
        "http://x/?apikey=…&resumptionToken=2&Secret=…#f"
    )
