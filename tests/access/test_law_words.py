"""The law in words."""

import pytest
from django.utils.translation import override

from erpd.access.law_words import cited, cited_lazy

# The Interinstitutional Style Guide, 10.6, in each language.
CITED = {
    "Article 3": {"de": "Artikel 3", "nl": "artikel 3", "fr": "article 3"},
    "Article 9(1)": {
        "de": "Artikel 9 Absatz 1",
        "nl": "artikel 9, lid 1",
        "fr": "article 9, paragraphe 1",
    },
    "Article 3(1)(d)": {
        "de": "Artikel 3 Absatz 1 Buchstabe d",
        "nl": "artikel 3, lid 1, punt d)",
        "fr": "article 3, paragraphe 1, point d)",
    },
    "Article 6(b)": {"de": "Artikel 6 Buchstabe b", "nl": "artikel 6, punt b)", "fr": "article 6, point b)"},
    "Article 32aa(4)": {"de": "Artikel 32aa Absatz 4"},
    # Not ours: what an operator wrote stays as it is.
    "Access Act, section 4": dict.fromkeys(("de", "nl", "fr"), "Access Act, section 4"),
    "Artikel 4 Absatz 2": {"fr": "Artikel 4 Absatz 2"},
    "Article 12 of the Act of 3 May": {"de": "Article 12 of the Act of 3 May"},
    "": {"de": ""},
}


@pytest.mark.parametrize("section", CITED)
def test_sections_are_cited_as_each_language_does(section: str) -> None:
    for language, said in CITED[section].items():
        with override(language):
            assert cited(section) == said
    for language in ("en", "fi"):  # without our words, everything around it is English, too
        with override(language):
            assert cited(section) == section


def test_a_citation_can_wait_for_its_reader() -> None:
    section = cited_lazy("Article 9(1)")
    with override("nl"):
        assert str(section) == "artikel 9, lid 1"
    with override("de"):
        assert f"{section}" == "Artikel 9 Absatz 1"
