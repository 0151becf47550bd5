"""What ``pages/record.html`` shows of a record, on its public page and on that of its owner."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from erpd.metadata.record import Record
from erpd.metadata.view import View
from erpd.pages.explanations import ACCESS_RIGHTS, ACT
from erpd.pages.grounds import grounds
from erpd.pages.maps import Map, extent, map_of
from erpd.pages.presentation import ON_A_PAGE, present
from erpd.pages.turning import Turning
from erpd.pages.values import Value

# Field of the address: which of its distributions.
DISTRIBUTIONS = "distributions"
MOST_PLACES = 20


def record_facts(
    request: HttpRequest,
    record: Record,
    languages: tuple[str, ...],
    *,
    protected: bool,
    here: Mapping[str, Value] = {},
) -> dict[str, Any]:
    """The facts of the template. ``protected`` and ``here`` as for ``present``."""
    shown = present(
        record,
        languages,
        lambda total: Turning.read(request, DISTRIBUTIONS, total, ON_A_PAGE, "distributions"),
        protected=protected,
        here=here,
    )
    return {
        "shown": shown,
        "is_protected": protected,
        "explanation": ACCESS_RIGHTS.get(shown.access_code, ""),
        "grounds": grounds(View(record)),
        "act": ACT,
        "map": _map(record),
    }


def _map(record: Record) -> Map | None:
    """The places of which it says where they are."""
    found = [extent(place.geometry) for place in View(record).places[:MOST_PLACES]]
    return map_of([box for box in found if box])
