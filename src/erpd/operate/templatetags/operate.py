"""Small parts of the pages about sources."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from erpd.operate.sources.rows import rows_of
from erpd.operate.sources.standing import Standing
from erpd.operate.sources.trend import HEIGHT, WIDTH, Bar
from erpd.pages.languages import reader_languages
from erpd.pages.templatetags.pages import icon

register = template.Library()
_MOST = 20  # sources


@register.simple_tag
def source_rows(request: HttpRequest, known: Sequence[Standing]) -> list[dict[str, Any]]:
    """The first of these sources, for the first page of the desk."""
    return rows_of(known[:_MOST], reader_languages(request))


@register.simple_tag
def standing(row: Mapping[str, Any]) -> SafeString:
    """The state of a source in words, with the way to deletions that wait."""
    label = capfirst(str(row["state_label"]))
    said = format_html("{} {}", icon("warning", "s"), label) if row["needs_a_person"] else label
    if not row["held"]:
        return SafeString(said)
    held = ngettext("%(number)s deletion waits", "%(number)s deletions wait", row["held"])
    address = reverse("operate:deletions", args=[row["slug"]])
    return format_html(
        '{}<br><a class="ecl-link" href="{}">{}</a>', said, address, held % {"number": row["held"]}
    )


@register.simple_tag
def trend(bars: Sequence[Bar]) -> SafeString:
    """The bars of the last runs; nothing for a single run. The table of runs has the figures."""
    if len(bars) < 2:
        return SafeString("")
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="6" height="{}"{}/>',
        (
            (bar.x, bar.y, bar.height, SafeString(' class="erpd-trend__failed"') if bar.failed else "")
            for bar in bars
        ),
    )
    return format_html(
        '<svg class="erpd-trend" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" aria-label="{2}">'
        "{3}</svg>",
        WIDTH,
        HEIGHT,
        gettext("Records in the last runs"),
        drawn,
    )
