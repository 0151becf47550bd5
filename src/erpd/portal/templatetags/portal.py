"""The tags and filters for the results of a search: `{% load portal %}`."""

from functools import lru_cache
from html import escape
from urllib.parse import quote

from django import template
from django.template import Context, Engine
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from erpd.pages.languages import number_in
from erpd.pages.templatetags.pages import icon, lang
from erpd.portal.facets import Choice, Facet
from erpd.portal.hit_html import written
from erpd.portal.hits import Hit

register = template.Library()


# Facets have up to a hundred values. With a template for each, or Django's own
# escaping, they would take longer than the search.
_BOX = (
    '<div class="ecl-checkbox">'
    '<input class="ecl-checkbox__input" type="checkbox" id="{id}" name="{name}" value="{value}"'
)
_LABEL = (
    '><label class="ecl-checkbox__label" for="{id}"><span class="ecl-checkbox__box">{icon}</span>'
    '<span class="erpd-facet__label">{label} <span class="erpd-facet__number">('
)
_END = ")</span></span></label></div>"


@register.simple_tag
def choices(name: str, some: list[Choice]) -> SafeString:
    """The values of a facet as checkboxes. Ids contain the value, so they are the same on each page."""
    language = get_language()
    foreign = {one: lang(one) for one in {choice.label.language for choice in some}}
    written: list[str] = []
    for choice in some:
        label = choice.label
        before, after = _checkbox(name, choice.value, label.text, foreign[label.language])
        written += (
            before,
            " checked" if choice.chosen else "",
            after,
            number_in(choice.number, language),
            _END,
        )
    return SafeString("".join(written))


@lru_cache(20_000)
def _checkbox(name: str, value: str, text: str, foreign: str) -> tuple[str, str]:
    """A checkbox before and after the place of ``checked``, up to the number of data sets."""
    own = f"{name}:{quote(value, safe='')}"
    label = f"<span{foreign}>{escape(text)}</span>" if foreign else escape(text)
    return (
        _BOX.format(id=own, name=name, value=escape(value)),
        _LABEL.format(id=own, icon=icon("check", "s", "ecl-checkbox__icon"), label=label),
    )


MOST_FACETS = 500  # kept, of up to 20 kB each
_written_facets: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def facet(one: Facet) -> SafeString:
    """A facet (facet.html). Readers turn pages, and most begin at the same ones, so the last are kept."""
    seen = *one.seen, get_language(), get_script_prefix()
    found = _written_facets.get(seen)
    if found is None:
        template = Engine.get_default().get_template("portal/facet.html")
        found = template.render(Context({"facet": one}))
        if len(_written_facets) >= MOST_FACETS:
            _written_facets.clear()
        _written_facets[seen] = found
    return found


@register.simple_tag
def hit(one: Hit) -> SafeString:
    """A data set in a list."""
    return written(one)
