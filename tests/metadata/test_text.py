import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.text import EU_LANGUAGES, Text

TEXT = Text.of(
    [
        Literal("Zahlen", language="de-AT"),
        Literal("Figures", language="en-GB"),
        Literal("Numbers", language="en"),
        Literal("Figures again", language="en-gb"),
        Literal("2024"),
        NamedNode("http://a.example/"),
        BlankNode(),
    ]
)


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        (("en",), ("Numbers", "en")),  # exactly, before any region of it
        (("en-GB", "de"), ("Figures", "en-gb")),
        (("en-US",), ("Figures", "en-gb")),  # another region is nearer than another language
        (("de",), ("Zahlen", "de-at")),
        (("fr", "de"), ("Zahlen", "de-at")),
        (("fr",), ("2024", "")),  # without a language, before English
        ((), ("2024", "")),
    ],
)
def test_what_a_reader_gets(wanted, best):
    assert TEXT.best(*wanted) == best


def test_fallback_to_english_and_to_what_stands_first():
    assert Text.of([Literal("Z", language="de"), Literal("N", language="en")]).best("fr") == ("N", "en")
    assert Text.of([Literal("Z", language="de"), Literal("C", language="fr")]).best("nl") == ("Z", "de")
    assert Text.of([]).best("nl") == ("", "")
    assert (bool(TEXT), bool(Text.of([BlankNode()]))) == (True, False)


def test_all_values_are_kept_by_language():
    assert list(TEXT) == [
        ("de-at", "Zahlen"),
        ("en-gb", "Figures"),
        ("en-gb", "Figures again"),
        ("en", "Numbers"),
        ("", "2024"),
    ]
    assert len(set(EU_LANGUAGES)) == 24  # Regulation No 1/1958
