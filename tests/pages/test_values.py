"""Values of records as HTML: nothing that a record says becomes markup, at any depth."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from lxml import html

from erpd.pages.values import Property, Value, date_value, href_of

HOSTILE = "<b>'\"&</b>"
LONG = HOSTILE * 50


def values() -> list[Value]:
    found = [
        Value(text, language=language, href=href, machine=machine)
        for text in (HOSTILE, LONG, "")
        for language in ("", "en", f"de{HOSTILE}")
        for href in ("", f"https://example.org/{HOSTILE}")
        for machine in ("", HOSTILE)
    ]
    inner = [Property(HOSTILE, HOSTILE, list(found))]
    return [*found, Value(HOSTILE, parts=inner), Value("", parts=inner)]


@pytest.mark.parametrize("tag", ["values some", "properties rows", "value some.0", "plain last"])
def test_nothing_that_a_record_says_is_markup(tag: str) -> None:
    some = values()
    context = Context({"some": some, "last": some[-2], "rows": [Property(HOSTILE, HOSTILE, some)]})
    shown = html.fromstring(f"<div>{Template('{% load values %}{% ' + tag + ' %}').render(context)}</div>")
    assert HOSTILE in shown.text_content()
    assert not shown.xpath("//b")
    known = {"class", "href", "lang", "rel", "title", "value"}
    assert {name for element in shown.iter() for name in element.attrib} <= known
    for link in shown.xpath("//a"):
        assert link.get("href") == f"https://example.org/{HOSTILE}"
        assert link.get("rel") == "noopener nofollow"


def test_long_texts_and_parts_are_folded() -> None:
    parts = [Property("title", "http://purl.org/dc/terms/title", [Value("A"), Value("B")])]
    some = [Value("x" * 301), Value("whole", parts=parts), Value("", parts=parts)]
    context = Context({"some": some})
    shown = html.fromstring(Template("{% load values %}{% values some %}").render(context))
    long, whole, nameless = shown.xpath("./li")
    assert len(long.findtext("details/summary")) == 100
    assert long.findtext("details/span") == "x" * 301
    assert whole.xpath("string(details/summary)") == "More details: whole"
    assert [item.text_content() for item in whole.xpath("details/dl/dd/ul/li")] == ["A", "B"]
    assert not nameless.xpath(".//details")


@pytest.mark.parametrize(
    "iri", ["https://a.example\\@b.example/", "https://a.exa\tmple/", "javascript:alert(1)", "//b.example"]
)
def test_what_a_browser_reads_otherwise_is_no_link(iri: str) -> None:
    assert href_of(iri) == ""


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_day_is_written_as_its_language_writes_it(language: str) -> None:
    with override(language):
        notation = gettext("j F Y")
        for number in range(0, 366 * 2, 5):
            day = date(2023, 1, 1) + timedelta(days=number)
            assert date_value(day.isoformat()).text == date_format(day, notation, use_l10n=False)
