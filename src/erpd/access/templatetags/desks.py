"""The desks of the reader, for the row of places."""

from django import template
from django.template.context import Context

from erpd.access.handling.mine import Mine, desks_of
from erpd.accounts.models import Person
from erpd.pages.languages import reader_languages

register = template.Library()


@register.simple_tag(takes_context=True)
def desks(context: Context) -> list[Mine]:
    """Where the reader answers requests, and how many wait for them."""
    request = context["request"]
    return desks_of(request.user, reader_languages(request)) if isinstance(request.user, Person) else []
