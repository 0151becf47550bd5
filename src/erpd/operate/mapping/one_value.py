"""One value that no authority table covers: who says it, and in which records."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.paging import words
from erpd.harvest.ledger import last_taken
from erpd.harvest.models import Uncovered
from erpd.metadata.masking import plain
from erpd.metadata.storable import storable
from erpd.operate.mapping.pages import said_of
from erpd.operate.mapping.values import LONGEST, value_of

_MOST_SHOWN = 5  # records of a source


@desk(Kind.SOURCE)
def value(request: HttpRequest) -> HttpResponse:
    """The value of ``?property=`` and ``?value=``."""
    place = Desk(request, "sources")
    found = value_of(words(request, "property"), storable(request.GET.get("value", ""))[:LONGEST])
    if found is None:
        raise Http404
    facts = {
        "value": found,
        "text": plain(found.text) or "–",
        "property": said_of(found.property),
        "said_by": [_said_by(one) for one in found.said_by],
    }
    return place.show("operate/value.html", facts)


def _said_by(one: Uncovered) -> dict[str, Any]:
    run = last_taken(one.settings)
    return {
        "slug": one.settings.source.slug,
        "records": one.records,
        "covered": one.covered,
        "run": run and run.pk,
        "examples": [(name, plain(name)) for name in one.examples[:_MOST_SHOWN]],
    }
