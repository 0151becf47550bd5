import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from erpd.metadata.iri import LONGEST, is_iri, repair_iri

# Texts as they stand in records, and pieces that break them.
PIECES = r"http:// https:// example.eu www. mailto: tel: See: :80x : / // - % %2 # ? [ ] | ^ ` { } < > \ @ é"
BLANKS = [" ", "\n", "\t", "\x00", "\x1c", "\u00a0", "\u200b", "\u2028", "\ue000", "\ufffe"]
AUTHORITY = "://publications.europa.eu/resource/authority/"
UUID = "ded24b58-a5ab-4d34-8603-23ded830bab2"
TEXTS = st.lists(st.sampled_from([*PIECES.split(), *BLANKS]), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("https://example.eu/é", "https://example.eu/é"),
        # The guideline's example (G5.1.3), with the line break and with the blank that XML makes of it.
        ("http://a.eu/authority/access-\nright/RESTRICTED", "http://a.eu/authority/access-right/RESTRICTED"),
        (f"http{AUTHORITY}access- right/RESTRICTED", f"http{AUTHORITY}access-right/RESTRICTED"),
        (f"http://a.eu/{UUID[:24]} {UUID[24:]}/x", f"http://a.eu/{UUID}/x"),
        # XML wrapped over lines, with indentation; as browsers read it.
        ("http://a.eu/some \n  where", "http://a.eu/somewhere"),
        ("http:\n//a.eu/x", "http://a.eu/x"),
        ("http:// a.eu/x", "http://a.eu/x"),
        ("http://a.eu/x\ty", "http://a.eu/xy"),
        # Anywhere else a blank is part of the name.
        ("http://a.eu/Bericht 2020 -2021.pdf", "http://a.eu/Bericht%202020%20-2021.pdf"),
        ("http://a.eu/Bericht 2020- 2021.pdf", "http://a.eu/Bericht%202020-%202021.pdf"),
        ("http://a.eu/ file", "http://a.eu/%20file"),
        # Two addresses are not one, and which of them was meant nobody knows.
        ("http://a.eu/x\nhttp://a.eu/y", ""),
        ("http://a.eu/x http://a.eu/y", ""),
        ("http://a.eu/x ; https://a.eu/y", ""),
        ("http://a.eu/x www.a.eu/y", ""),
        ("http://a.eu/proxy?url=http://b.eu/x y", "http://a.eu/proxy?url=http://b.eu/x%20y"),
        ("  http://a.eu/x\t", "http://a.eu/x"),
        ("<http://a.eu/x>", "http://a.eu/x"),
        ("http://a.eu/A report - 2020.pdf", "http://a.eu/A%20report%20-%202020.pdf"),
        ("http://a.eu/?LAYER[id]=1|2^{}`\\", "http://a.eu/?LAYER%5Bid%5D=1%7C2%5E%7B%7D%60%5C"),
        ("http://a.eu/100%", "http://a.eu/100%25"),
        ("http://a.eu/%zz%20", "http://a.eu/%25zz%20"),
        ("http://a.eu/#a#b", "http://a.eu/#a%23b"),
        ("http://a.eu:port/x", ""),
        ("http://a.eu:80 /x", "http://a.eu:80/x"),
        ("http:\\\\a.eu\\x", "http://a.eu/x"),
        ("www.a.eu/x", "http://www.a.eu/x"),
        ("mailto: desk@a.eu", "mailto:desk@a.eu"),
        ("mailto:The desk <desk@a.eu>", "mailto:desk@a.eu"),
        ("mailto:a@a.eu; b@b.eu", "mailto:a@a.eu,b@b.eu"),
        ("mailto:a@a.eu?subject=my data", "mailto:a@a.eu?subject=my%20data"),
        ("mailto:desk of a@a.eu", "mailto:desk%20of%20a@a.eu"),
        ("tel:+49 40 4 28 40 - 3494", "tel:+494042840-3494"),
        ("tel:040 428 403", "tel:040428403"),
        ("tel:02 123 45 67 / 02 123 45 68", ""),
        ("http://e.x/<id>", "http://e.x/%3Cid%3E"),
        ("<http://e.x/<id>>", "http://e.x/%3Cid%3E"),
        ('http://e.x/q?x="a"', "http://e.x/q?x=%22a%22"),
        ('"http://e.x/a"', "http://e.x/a"),
        ("<http://e .x/a>", ""),
        ("<http://[bad/a>", ""),
        ("mailto:Desk <a?cc=x@c.eu>", "mailto:Desk%20%3Ca?cc=x@c.eu%3E"),
        ("see: annex 3", ""),
        ("a/b", ""),
        ("", ""),
        ("http://a.eu/ " + "x" * LONGEST, ""),
    ],
)
def test_what_was_meant(text: str, repaired: str) -> None:
    assert repair_iri(text) == repaired


def test_relative_texts_need_a_base() -> None:
    assert repair_iri("../x y", "https://a.eu/b/c") == "https://a.eu/x%20y"
    assert repair_iri("x", "not a base") == ""


@given(TEXTS | st.text())
def test_the_result_is_an_iri_or_nothing(text: str) -> None:
    for base in ("", "https://base.example/a/"):
        repaired = repair_iri(text, base)
        assert repaired == "" or NamedNode(repaired).value == repaired
        assert repair_iri(repaired, base) == repaired
    if is_iri(text):
        assert repair_iri(text) == text
