"""The interfaces through which programs read the register, in each scope."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.pages.languages import reader_languages
from erpd.portal.catalogues import filled, tree
from erpd.publish.doors import DOORS, entrances
from erpd.publish.linked_data import MEDIA_TYPES
from erpd.publish.methods import safe
from erpd.register.models import WHOLE
from erpd.register.scope import scope

MOST = 60  # catalogues; the others are on the page of catalogues


@safe
def machines(request: HttpRequest) -> HttpResponse:
    """The addresses of every door for all, protected and open data; of each catalogue the first one."""
    within = [(name, entrances(scope(name))) for name in WHOLE]
    listed = filled(tree(reader_languages(request)))
    every = [one for whole in listed for one in (whole, *filled(whole.parts))]
    facts = {
        "scopes": within,
        "catalogues": [(one, DOORS[0].entrances(scope(one.slug))[0]) for one in every[:MOST]],
        "doors": DOORS,
        "media_types": MEDIA_TYPES,
    }
    return render(request, "portal/machines.html", facts)
