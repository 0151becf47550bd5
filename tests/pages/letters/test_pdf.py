"""A letter as PDF: what it says can be read, by people and machines, and nothing in it is more than text."""

import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.pages.letters import pdf
from erpd.pages.letters.child import made
from erpd.pages.letters.pdf import NotMade, pdf_of
from tests.proofs import length

AT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
ADDRESS = "https://node.example/letters/abc/"
# The letters that only these languages have; English and the others need no more than their neighbours.
ALPHABETS = {
    "bg": "АаБбЖжЩщЪъЬьЮюЯя",
    "cs": "ÁáČčĎďÉéĚěÍíŇňÓóŘřŠšŤťÚúŮůÝýŽž",
    "da": "ÆæØøÅå",
    "de": "ÄäÖöÜüẞß„“",
    "el": "ΑαΆάΈέΉήΊίΐΌόΎύΰΏώΣσς",
    "es": "ÑñÁáÍíÓóÚúÜü¿¡",
    "et": "ÕõÄäÖöÜüŠšŽž",
    "fi": "ÄäÖöÅå",
    "fr": "ÀàÂâÆæÇçÉéÈèÊêËëÎîÏïÔôŒœÙùÛûÜüŸÿ«»",
    "ga": "ÁáÉéÍíÓóÚúḂḃĊċ",
    "hr": "ČčĆćĐđŠšŽž",
    "hu": "ŐőŰűÁáÉéÍíÓóÖöÚúÜü",
    "it": "ÀàÈèÉéÌìÒòÙù",
    "lt": "ĄąČčĘęĖėĮįŠšŲųŪūŽž",
    "lv": "ĀāČčĒēĢģĪīĶķĻļŅņŠšŪūŽž",
    "mt": "ĊċĠġĦħŻż",
    "nl": "ËëÏïÉéĲĳ",
    "pl": "ĄąĆćĘęŁłŃńÓóŚśŹźŻż",
    "pt": "ÃãÕõÇçÁáÂâÊêÔô",
    "ro": "ĂăÂâÎîȘșȚț",
    "sk": "ÄäĹĺĽľŔŕÔôŤť",
    "sl": "ČčŠšŽž",
    "sv": "ÅåÄäÖö",
}
HOSTILE = [
    '#let x = 1; #x #import "@preview/a:0.1.0" #read("/etc/passwd")',
    "= heading @reference <label> *bold* _thin_ $x^2$ `raw` // note /* note */",
    "\\ \\u{41} \\# ~ -- --- ' \" ] ) }",
    "https://evil.example/x?a=b&c=d mailto:a@b.example",
    '"), read("letter.typ"), ("',
    "{{ x }} {% y %} <script>alert(1)</script>",
]
UNSEEN = "\x00\x07\x1b[31mred\x1b[0m \x85 \u202eright\u202c \u2066left\u2069 \ufeff"


def letter(*texts: str, language: str = "en", theirs: str = "") -> dict[str, Any]:
    rows = [{"text": text, "label": "Explanation", "language": theirs} for text in texts]
    sections = [{"heading": "Decision", "rows": rows}]
    return {"language": language, "title": "Decision on #1", "sender": "Bódy *A*", "sections": sections}


def read(made: bytes) -> tuple[pypdf.PdfReader, str]:
    found = pypdf.PdfReader(io.BytesIO(made))
    return found, "\n".join(page.extract_text() for page in found.pages)


def test_it_can_be_read_in_each_language_and_by_machines():
    made = pdf_of(letter(*ALPHABETS.values(), language="el"), at=AT, address=ADDRESS)
    assert made == pdf_of(letter(*ALPHABETS.values(), language="el"), at=AT, address=ADDRESS)
    found, text = read(made)
    for language, alphabet in ALPHABETS.items():
        assert alphabet in text, language
    root = found.trailer["/Root"]
    assert (found.metadata.title, found.metadata.author) == ("Decision on #1", "Bódy *A*")
    assert root["/Lang"] == "el"
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_a_text_in_another_language_says_so():
    made = pdf_of(letter("Der Antrag wird abgelehnt.", language="fr", theirs="de"), at=AT, address="")
    assert b"/Lang(de)" in made


def test_what_is_written_stays_text():
    """Nothing of it is read as markup or code: it says what was written, no more, and links to nothing."""
    found, text = read(pdf_of(letter(*HOSTILE), at=AT, address=ADDRESS))
    shown = "".join(text.split())
    for line in HOSTILE:
        assert "".join(line.split()) in shown
    assert pdf._lines(UNSEEN) == ["\ufffd[31mred[0m  right left "]
    assert not any("/Annots" in page for page in found.pages)
    assert text.count("Explanation") == len(HOSTILE)


@pytest.mark.parametrize("text", ["x" * 10_000, "x " * 5_000, "\n" * 10_000, "a\u0301" * 5_000, "אب" * 5_000])
def test_long_texts_take_no_longer_than_they_are(text):
    assert pdf_of(letter(text), at=AT, address=ADDRESS).startswith(b"%PDF-")


def test_characters_that_no_font_has_are_pointed_out():
    _, text = read(pdf_of(letter("Grüße 中文 😀"), at=AT, address=ADDRESS))
    assert "Grüße" in text
    assert ADDRESS in "".join(text.split())


def test_a_child_that_takes_too_long_is_killed(monkeypatch):
    monkeypatch.setattr(pdf, "_WALL", 0.0)
    with pytest.raises(NotMade):
        pdf_of(letter("x"), at=AT, address=ADDRESS)


@pytest.mark.proof
@settings(max_examples=length(30, 3_000), deadline=None)
@given(st.lists(st.text(max_size=200), max_size=5), st.sampled_from(["en", "el", "bg"]))
def test_whatever_is_written_becomes_a_letter(texts, language):
    asked = pdf._as_text(letter(*texts, language=language), AT)
    assert made(asked, "note").startswith(b"%PDF-")
