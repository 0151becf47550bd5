"""Values of records and their properties: `{% load values %}`.

A page shows up to a thousand of them, one within another. With a template for each they took a third of its
time, and with ``format_html`` they take three times as long (docs/decisions/0028-pages-written-once.md).
Whatever comes from a record goes through ``escape`` where it is written.
"""

from collections.abc import Iterable, Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from erpd.pages.templatetags.pages import in_words, is_foreign, lang
from erpd.pages.values import Property, Value

register = template.Library()


@register.simple_tag
def value(one: Value) -> SafeString:
    """A value with its link, its language and, folded, its properties."""
    said = _said(one)
    if one.parts:
        said = said + more(one) if one.text else properties(one.parts)
    return SafeString(said)


@register.simple_tag
def more(one: Value, *, named: bool = False) -> SafeString:
    """The properties of a value that has a name, folded; its name is only heard if it stands just above."""
    if not one.parts:
        return SafeString("")
    heard = "" if named else ' class="erpd-sr"'
    return SafeString(
        f'<details class="erpd-parts"><summary>{escape(_("More details"))}<span{heard}>: '
        f"<span{lang(one.language)}>{escape(Truncator(one.text).chars(80))}</span></span></summary>"
        f"{properties(one.parts)}</details>"
    )


@register.simple_tag
def values(some: Sequence[Value]) -> SafeString:
    """One value as it is, several as a list."""
    if len(some) == 1:
        return value(some[0])
    items = "".join([f"<li>{value(one)}</li>" for one in some])
    return SafeString(f'<ul class="erpd-values">{items}</ul>')


@register.simple_tag
def properties(some: Iterable[Property]) -> SafeString:
    """Properties with their values."""
    items = "".join(
        [
            f'<dt class="ecl-description-list__term" title="{escape(each.iri)}">{escape(each.label)}</dt>\n'
            f'<dd class="ecl-description-list__definition">{values(each.values)}</dd>\n'
            for each in some
        ]
    )
    return SafeString(
        f'<dl class="ecl-description-list ecl-description-list--horizontal erpd-properties">\n{items}</dl>'
    )


@register.simple_tag
def plain(one: Value) -> SafeString:
    """A value without its link and its properties."""
    return SafeString(
        f'<data value="{escape(one.machine or one.text)}"{lang(one.language)}>{escape(one.text)}</data>'
    )


def _said(one: Value) -> str:
    if not one.text:
        return ""
    text, href, language = escape(one.text), escape(one.href), lang(one.language)
    if one.is_here:
        return (
            f'<data value="{escape(one.machine)}">'
            f'<a class="ecl-link" href="{href}"{language}>{text}</a></data>'
        )
    if href and one.is_name:
        shown = f"<code>{text}</code>" if one.is_address else text
        return f'<a class="ecl-link" href="{href}"{language} rel="noopener nofollow">{shown}</a>'
    if one.is_long and not href:
        return (
            f'<details class="erpd-long"><summary>{escape(Truncator(one.text).chars(100))}</summary>'
            f'<span class="erpd-long__text"{language}>{text}</span></details>'
        )
    if one.machine and not href:
        return f'<data value="{escape(one.machine)}">{text}</data>'
    said = f'<span class="erpd-text"{language}>{text}</span>'
    if href:
        return f'{said} <a class="ecl-link" href="{href}" rel="noopener nofollow">{escape(one.site)}</a>'
    if is_foreign(one.language):
        return f'{said} <span class="erpd-language">{escape(in_words(one.language))}</span>'
    return said
