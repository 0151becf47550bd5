"""The tags and filters for the results of a search: `{% load portal %}`."""

from html import escape
from urllib.parse import quote

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from erpd.pages.templatetags.pages import icon
from erpd.portal.facets import Choice
from erpd.portal.hits import MarkedText

register = template.Library()


# Facets have up to a hundred values. With a template for each, or Django's own
# escaping, they would take longer than the search.
CHOICE = (
    '<div class="ecl-checkbox">'
    '<input class="ecl-checkbox__input" type="checkbox" id="{id}" name="{name}" value="{value}"{checked}>'
    '<label class="ecl-checkbox__label" for="{id}"><span class="ecl-checkbox__box">{icon}</span>'
    '<span class="erpd-facet__label">{label} <span class="erpd-facet__number">({number})</span></span>'
    "</label></div>"
)


@register.simple_tag
def choices(name: str, some: list[Choice]) -> SafeString:
    """The values of a facet as checkboxes. Ids contain the value, so they are the same on each page."""
    box = icon("check", "s", "ecl-checkbox__icon")
    return SafeString(
        "".join(
            CHOICE.format(
                id=f"{name}:{quote(choice.value, safe='')}",
                name=name,
                value=escape(choice.value),
                checked=" checked" if choice.chosen else "",
                icon=box,
                label=escape(choice.label),
                number=escape(number_format(choice.number)),
            )
            for choice in some
        )
    )


@register.filter
def marked(pieces: MarkedText) -> SafeString:
    """Text with the words that match the question in ``<mark>``."""
    return SafeString(
        "".join(f"<mark>{escape(text)}</mark>" if asked else escape(text) for text, asked in pieces)
    )
