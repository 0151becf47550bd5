"""The tags for the results of a search: `{% load portal %}`."""

from django import template
from django.utils.safestring import SafeString

from erpd.portal import facet_html, hit_html
from erpd.portal.facets import Facet
from erpd.portal.hits import Hit

register = template.Library()


@register.simple_tag
def facet(one: Facet) -> SafeString:
    """A facet beside a search."""
    return facet_html.written(one)


@register.simple_tag
def hit(one: Hit) -> SafeString:
    """A data set in a list."""
    return hit_html.written(one)
