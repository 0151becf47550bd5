"""How other programs take everything that is here: computed from what the doors declare, in each scope."""

from dataclasses import dataclass
from datetime import datetime
from shlex import quote
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from erpd.pages.languages import reader_languages
from erpd.portal.catalogues import filled, tree
from erpd.publish import dumps
from erpd.publish.door import Door, Entrance
from erpd.publish.doors import DOORS
from erpd.publish.linked_data import MEDIA_TYPES
from erpd.publish.methods import safe
from erpd.publish.profiles import OFFERED, SCHEMA_ORG
from erpd.register.models import WHOLE
from erpd.register.scope import Scope, scope
from erpd.register.walk import size

MOST = 60  # catalogues; the others are on the page of catalogues


@dataclass(frozen=True, slots=True)
class Way:
    """A door, as the page shows it in one scope."""

    door: Door
    entrances: list[Entrance]
    line: str
    """A line to try in a terminal."""


@dataclass(frozen=True, slots=True)
class Part:
    """A scope, as the page shows it."""

    name: str
    number: int
    """Of its data sets."""
    changed: datetime | None
    """When its last change was."""
    ways: list[Way]
    dumps: dict[str, Any]


def _part(within: Scope) -> Part:
    last = within.history().order_by("-change").values_list("modified", flat=True).first()
    ways = [_way(door, within) for door in DOORS]
    return Part(within.name, size(within), last, ways, dumps.facts(within))


def _way(door: Door, within: Scope) -> Way:
    entrances = door.entrances(within)
    line = f"curl -L {quote(entrances[0].to_try)}"
    if door.harvested_as:
        line = f"erpd harvest --protocol {door.harvested_as} --url {quote(entrances[0].address)} --country …"
    return Way(door, entrances, line)


@safe
def harvest_us(request: HttpRequest) -> HttpResponse:
    """Every door for all, protected and open data; of each catalogue the first one, and its set."""
    listed = filled(tree(reader_languages(request)))
    every = [one for whole in listed for one in (whole, *filled(whole.parts))]
    facts = {
        "parts": [_part(scope(name)) for name in WHOLE],
        "catalogues": [(one, DOORS[0].entrances(scope(one.slug))[0]) for one in every[:MOST]],
        "doors": DOORS,
        "media_types": MEDIA_TYPES,
        "profiles": [*OFFERED, SCHEMA_ORG.token],
    }
    return render(request, "portal/harvest_us.html", facts)


@safe
def machines(_: HttpRequest) -> HttpResponse:
    """The address that this page had before."""
    return HttpResponsePermanentRedirect(reverse("portal:harvest-us"))
