"""A facet beside a search, in HTML. A page has a hundred values, and a template takes five times as long."""

from functools import lru_cache
from html import escape
from urllib.parse import quote

from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from erpd.pages.languages import number_in
from erpd.pages.templatetags.pages import icon, lang
from erpd.pages.values import Value
from erpd.portal.facets import Facet, label_of_value

AT_ONCE = 6  # values shown of each facet; the others are folded
MOST_FACETS = 500  # kept, of up to 20 kB each
_kept: dict[tuple[object, ...], SafeString] = {}


def written(facet: Facet) -> SafeString:
    """The HTML of a facet in the active language, with the chosen values first.

    Readers turn pages, and most begin at the same ones, so the last are kept.
    """
    language = get_language()
    seen = *facet.seen, language, get_script_prefix()
    found = _kept.get(seen)
    if found is None:
        if len(_kept) >= MOST_FACETS:
            _kept.clear()
        found = _kept[seen] = SafeString(_written(facet, language))
    return found


def _written(facet: Facet, language: str | None) -> str:
    boxes, label = _boxes(facet, language), escape(facet.label)
    first, others = boxes[:AT_ONCE], boxes[AT_ONCE:]
    folded = others and (
        f'<details class="erpd-facet__others" id="others-{facet.name}">\n'
        f'<summary class="ecl-link">{_more(len(others), language)}'
        f'<span class="erpd-sr"> {label}</span></summary>\n'
        f"{''.join(others)}\n</details>\n"
        f'<p class="erpd-facet__all"><a class="ecl-link" href="{escape(facet.url)}">'
        f'{gettext("All values, A–Z")}<span class="erpd-sr"> {label}</span></a></p>\n'
    )
    return (
        f'<fieldset class="ecl-form-group erpd-facet">\n<legend class="ecl-form-label">{label}</legend>\n'
        f"{''.join(first)}\n{folded or ''}</fieldset>\n"
    )


def _boxes(facet: Facet, language: str | None) -> list[str]:
    name, languages, chosen = facet.name, facet.languages, facet.chosen
    titles = {slug: (title.text, title.language) for slug, title in facet.titles}
    counted = sorted(facet.counted, key=lambda each: each[0] not in chosen) if chosen else facet.counted
    found = []
    for value, number in counted:
        before, after = _box(name, value, titles.get(value), languages, language)
        checked = " checked" if value in chosen else ""
        found.append(f"{before}{checked}{after}{number_in(number, language)})</span></span></label></div>")
    return found


@lru_cache(20_000)
def _box(
    name: str, value: str, title: tuple[str, str] | None, languages: tuple[str, ...], _language: str | None
) -> tuple[str, str]:
    """A checkbox before and after the place of ``checked``, up to the number of data sets.

    Its id contains the value, so it is the same on each page. ``title`` is that of a catalogue.
    """
    label = label_of_value(name, value, languages, {value: Value(*title)} if title else {})
    own, text, foreign = f"{name}:{quote(value, safe='')}", escape(label.text), lang(label.language)
    return (
        '<div class="ecl-checkbox"><input class="ecl-checkbox__input" type="checkbox"'
        f' id="{own}" name="{name}" value="{escape(value)}"',
        f'><label class="ecl-checkbox__label" for="{own}">'
        f'<span class="ecl-checkbox__box">{icon("check", "s", "ecl-checkbox__icon")}</span>'
        f'<span class="erpd-facet__label">{f"<span{foreign}>{text}</span>" if foreign else text}'
        ' <span class="erpd-facet__number">(',
    )


@lru_cache(1_000)
def _more(number: int, language: str | None) -> str:
    text = ngettext("%(more)s more", "%(more)s more", number)
    return text % {"more": number_in(number, language)}
