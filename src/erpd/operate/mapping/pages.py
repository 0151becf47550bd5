"""The values that no map covers: all of them, those of most records first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.paging import SIZE, cut, number
from erpd.harvest.uncovered import MOST
from erpd.metadata.masking import shown
from erpd.metadata.storable import storable
from erpd.metadata.terms import expand
from erpd.operate.mapping.values import Value, listed, meant
from erpd.pages.labels import label_of_property
from erpd.publish.methods import safe

_MOST_SOURCES = 5  # of a value in the list


@desk(Kind.SOURCE)
@safe
def values(request: HttpRequest) -> HttpResponse:
    """All values that no map covers, of all sources."""
    place = Desk(request, "sources")
    page = cut(request, listed(SIZE + 1, _after(request)), _key)
    facts = {"page": page, "rows": [_row(one) for one in page.rows], "most": MOST}
    return place.show("operate/values.html", facts)


def _key(one: Value) -> str:
    return f"{one.records} {one.property} {one.in_address()}"


def _after(request: HttpRequest) -> tuple[int, str, str] | None:
    said = storable(request.GET.get("after", ""))
    records, _, rest = said.partition(" ")
    name, _, key = rest.partition(" ")
    amount = number(records)
    # Without the value, which a run may have put right since, the page begins with those of as many records.
    return None if amount is None else (amount, name, meant(name, key) or "")


def _row(one: Value) -> dict[str, Any]:
    query = urlencode({"property": one.property, "digest": one.in_address()})
    return {
        "value": one,
        "text": shown(one.text) or "–",
        "property": said_of(one.property),
        "said_by": one.named[:_MOST_SOURCES],
        "more": max(0, len(one.named) - _MOST_SOURCES),
        "address": f"{reverse('operate:value')}?{query}",
    }


def said_of(name: str) -> str:
    """A property in words."""
    try:
        return label_of_property(None, expand(name))
    except (KeyError, ValueError):
        return name
