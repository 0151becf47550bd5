"""The tags and filters that all templates use: `{% load pages %}`."""

from datetime import date, datetime
from functools import cache
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from erpd.metadata.vocabularies import vocabulary
from erpd.pages.languages import interface_languages, language_name, own_name
from erpd.pages.values import written

register = template.Library()
_OF_TEXTS = 2**14  # bytes of a form besides its files


@register.simple_tag
@cache
def icon(name: str, size: str = "s", classes: str = "") -> SafeString:
    """An icon of the ECL. It is decoration, so screen readers skip it."""
    return format_html(
        '<svg class="ecl-icon ecl-icon--{} {}" focusable="false" aria-hidden="true">'
        '<use href="{}#{}"></use></svg>',
        size,
        classes,
        static("pages/vendor/icons.svg"),
        name,
    )


@register.inclusion_tag("pages/files_limit.html", takes_context=True)
def files_limit(context: dict[str, Any]) -> dict[str, int]:
    """How much the files of a form may have together: said, and looked at before they are sent."""
    return {"most": settings.MOST_BODY(context["request"].path) - _OF_TEXTS}


@register.simple_tag
def languages(address: str) -> SafeString:
    """This page in each language: list items with links. ``address`` lacks the code of the language only."""
    return SafeString(escape(address).join(_around_addresses(get_language() or "en")))


@cache
def _around_addresses(page: str) -> list[str]:
    """What is before, between and after the addresses."""
    current = ' aria-current="true"'
    links = [
        f'{code}" lang="{code}" hreflang="{code}"{current if code == page else ""}>'
        f"{escape(own_name(code))}</a></li>"
        for code in interface_languages()
    ]
    before = '<li><a class="ecl-link ecl-link--standalone" href="'
    return [before, *(f"{link}\n{before}" for link in links[:-1]), links[-1]]


@register.filter
def lang(language: str) -> SafeString | str:
    """A lang attribute if the text is not in the language of the page (WCAG 3.1.2)."""
    if not language or language.split("-", maxsplit=1)[0] == get_language():
        return ""
    return format_html(' lang="{}"', language)


@register.filter
def in_words(language: str) -> str:
    """The name of a language, in the language of the page: "it" -> "Italian"."""
    return language_name(language, get_language() or "en")


@register.filter
def is_foreign(language: str) -> bool:
    return bool(language) and language.split("-", maxsplit=1)[0] != get_language()


@register.filter
def theme_code(iri: str) -> str:
    """The value of the theme facet for a theme of a record; "" if it is not in the authority table."""
    return vocabulary("data-theme").code_of(iri)


@register.filter
def day(moment: date) -> str:
    return written(moment.date() if isinstance(moment, datetime) else moment)
