"""Values of records and their properties: `{% load values %}`.

A page shows up to a thousand of them, one within another. With a template for each they took a third of its
time (docs/decisions/0028-pages-written-once.md). Everything goes through ``format_html``, which escapes it.
"""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from erpd.pages.templatetags.pages import in_words, is_foreign, lang
from erpd.pages.values import Property, Value

register = template.Library()

_NOTHING = SafeString("")
_HEARD = SafeString(' class="erpd-sr"')


@register.simple_tag
def value(one: Value) -> SafeString:
    """A value with its link, its language and, folded, its properties."""
    said = _said(one)
    if not one.parts:
        return said
    return format_html("{}{}", said, more(one)) if one.text else properties(one.parts)


@register.simple_tag
def more(one: Value, *, named: bool = False) -> SafeString:
    """The properties of a value that has a name, folded; its name is only heard if it stands just above."""
    if not one.parts:
        return _NOTHING
    return format_html(
        '<details class="erpd-parts"><summary>{}<span{}>: <span{}>{}</span></span></summary>{}</details>',
        _("More details"),
        _NOTHING if named else _HEARD,
        lang(one.language),
        Truncator(one.text).chars(80),
        properties(one.parts),
    )


@register.simple_tag
def values(some: Sequence[Value]) -> SafeString:
    """One value as it is, several as a list."""
    if len(some) == 1:
        return value(some[0])
    items = format_html_join("", "<li>{}</li>", ((value(one),) for one in some))
    return format_html('<ul class="erpd-values">{}</ul>', items)


@register.simple_tag
def properties(some: Iterable[Property]) -> SafeString:
    """Properties with their values."""
    items = format_html_join(
        "",
        '<dt class="ecl-description-list__term" title="{}">{}</dt>\n'
        '<dd class="ecl-description-list__definition">{}</dd>\n',
        ((each.iri, each.label, values(each.values)) for each in some),
    )
    return format_html(
        '<dl class="ecl-description-list ecl-description-list--horizontal erpd-properties">\n{}</dl>', items
    )


@register.simple_tag
def plain(one: Value) -> SafeString:
    """A value without its link and its properties."""
    return format_html('<data value="{}"{}>{}</data>', one.machine or one.text, lang(one.language), one.text)


def _said(one: Value) -> SafeString:
    if not one.text:
        return _NOTHING
    if one.is_here:
        return format_html(
            '<data value="{}"><a class="ecl-link" href="{}"{}>{}</a></data>',
            one.machine,
            one.href,
            lang(one.language),
            one.text,
        )
    if one.href and one.is_name:
        return format_html(
            '<a class="ecl-link" href="{}"{} rel="noopener nofollow">{}</a>',
            one.href,
            lang(one.language),
            format_html("<code>{}</code>", one.text) if one.is_address else one.text,
        )
    if one.is_long and not one.href:
        return format_html(
            '<details class="erpd-long"><summary>{}</summary>'
            '<span class="erpd-long__text"{}>{}</span></details>',
            Truncator(one.text).chars(100),
            lang(one.language),
            one.text,
        )
    if one.machine and not one.href:
        return format_html('<data value="{}">{}</data>', one.machine, one.text)
    said = format_html('<span class="erpd-text"{}>{}</span>', lang(one.language), one.text)
    if one.href:
        link = '{} <a class="ecl-link" href="{}" rel="noopener nofollow">{}</a>'
        return format_html(link, said, one.href, one.site)
    if is_foreign(one.language):
        return format_html('{} <span class="erpd-language">{}</span>', said, in_words(one.language))
    return said
