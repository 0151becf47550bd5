"""The interfaces through which programs read the register, in each scope."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.publish.doors import DOORS, entrances
from erpd.publish.linked_data import MEDIA_TYPES
from erpd.publish.methods import safe
from erpd.register.models import WHOLE
from erpd.register.scope import scope


@safe
def machines(request: HttpRequest) -> HttpResponse:
    """Every door, with its addresses for all data, for protected data and for open data."""
    within = [(name, entrances(scope(name))) for name in WHOLE]
    facts = {"scopes": within, "doors": DOORS, "media_types": MEDIA_TYPES}
    return render(request, "portal/machines.html", facts)
