"""The tags and filters for the results of a search: `{% load portal %}`."""

from functools import lru_cache
from html import escape
from urllib.parse import quote
from uuid import UUID

from django import template
from django.template import Context, Engine
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from erpd.pages.languages import number_in
from erpd.pages.templatetags.pages import icon, lang
from erpd.portal.facets import Choice, Facet
from erpd.portal.hits import Hit, MarkedText

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


def _kept(
    written: dict[tuple[object, ...], SafeString], most: int, seen: tuple[object, ...], name: str, one: object
) -> SafeString:
    """What the template of that name writes of ``one``. ``seen``: all that it shows, and its language."""
    found = written.get(seen)
    if found is None:
        template = Engine.get_default().get_template(f"portal/{name}.html")
        found = template.render(Context({name: one}))
        if len(written) >= most:
            written.clear()
        written[seen] = found
    return found


MOST_FACETS = 500  # kept, of up to 20 kB each
_written_facets: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def facet(one: Facet) -> SafeString:
    """A facet (facet.html). Readers turn pages, and most begin at the same ones, so the last are kept."""
    seen = *one.seen, get_language(), get_script_prefix()
    return _kept(_written_facets, MOST_FACETS, seen, "facet", one)


MOST_WRITTEN = 2_000  # hits kept, of some 2 kB each
_written_hits: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def hit(one: Hit) -> SafeString:
    """A data set in a list (hit.html). The same ones are found again and again, so the last are kept."""
    seen = (
        one.key,
        one.card.number,  # it stands for all that the card says
        tuple(one.title),
        tuple(one.description),
        one.country.text,
        one.country.language,
        one.is_protected,
        tuple((label, value.text, value.language) for label, value in one.reasons),
        get_language(),
        get_script_prefix(),
    )
    return _kept(_written_hits, MOST_WRITTEN, seen, "hit", one)


@register.filter
def page_of(key: UUID) -> str:
    """The address of a data set. To ask the table of addresses for it takes longer than the rest of a hit."""
    return f"{get_script_prefix()}datasets/{key}"


@register.filter
def marked(pieces: MarkedText) -> SafeString:
    """Text with the words that match the question in ``<mark>``."""
    return SafeString(
        "".join(f"<mark>{escape(text)}</mark>" if asked else escape(text) for text, asked in pieces)
    )
