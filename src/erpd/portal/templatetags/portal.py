"""What the templates need beyond Django's own."""

from datetime import datetime
from functools import cache
from urllib.parse import quote

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from erpd.metadata.vocabularies import vocabulary
from erpd.portal.facets import Choice
from erpd.portal.hits import Pieces
from erpd.portal.languages import language_name
from erpd.portal.values import written

register = template.Library()


# Facets have a hundred values: made by a template of its own each, they would take longer than the search.
CHOICE = (
    '<div class="ecl-checkbox">'
    '<input class="ecl-checkbox__input" type="checkbox" id="{id}" name="{name}" value="{value}"{checked}>'
    '<label class="ecl-checkbox__label" for="{id}"><span class="ecl-checkbox__box">{icon}</span>'
    '<span class="portal-facet__label">{label} <span class="portal-facet__number">({number})</span></span>'
    "</label></div>"
)


@register.simple_tag
def choices(name: str, some: list[Choice]) -> SafeString:
    """The values of a facet as checkboxes, named by their values so that they are known again."""
    box = icon("check", "s", "ecl-checkbox__icon")
    checked = mark_safe(" checked")
    return SafeString(
        "".join(
            format_html(
                CHOICE,
                id=f"{name}:{quote(choice.value, safe='')}",
                name=name,
                value=choice.value,
                checked=checked if choice.chosen else "",
                icon=box,
                label=choice.label,
                number=number_format(choice.number),
            )
            for choice in some
        )
    )


@register.filter
def marked(pieces: Pieces) -> SafeString:
    """Text with the words that were asked for marked."""
    return SafeString(
        "".join(format_html("<mark>{}</mark>", text) if asked else escape(text) for text, asked in pieces)
    )


@register.simple_tag
@cache
def icon(name: str, size: str = "s", classes: str = "") -> SafeString:
    """An icon of the ECL: decoration, hidden from those who listen."""
    return format_html(
        '<svg class="ecl-icon ecl-icon--{} {}" focusable="false" aria-hidden="true">'
        '<use href="{}#{}"></use></svg>',
        size,
        classes,
        static("portal/vendor/icons.svg"),
        name,
    )


@register.filter
def lang(language: str) -> SafeString | str:
    """A lang attribute where a text is in another language than the page (WCAG 3.1.2)."""
    if not language or language.split("-", maxsplit=1)[0] == get_language():
        return ""
    return format_html(' lang="{}"', language)


@register.filter
def in_words(language: str) -> str:
    """ "it" -> "Italian", in the language of the page."""
    return language_name(language, get_language() or "en")


@register.filter
def is_foreign(language: str) -> bool:
    return bool(language) and language.split("-", maxsplit=1)[0] != get_language()


@register.filter
def theme_code(iri: str) -> str:
    """The value of the theme facet for a theme of a record; "" where it is in no authority table."""
    return vocabulary("data-theme").code_of(iri)


@register.filter
def day(moment: datetime) -> str:
    return written(moment.date())
