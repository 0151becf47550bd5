"""The distributions of a data set, one by one. Each change is one of its data set."""

import re
from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpResponse

from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import data_set_of
from erpd.metadata.record import Record
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.answers import DistributionResponse, etag, location, said_of
from erpd.submit.delivery_api.bodies import object_in, with_distributions
from erpd.submit.delivery_api.datasets import changed, own, visible
from erpd.submit.delivery_api.door import Asking, as_json, public
from erpd.submit.delivery_api.idempotency import once
from erpd.submit.delivery_api.paging import listed
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.models import Delivery

_FIELD = "dcatDistribution"
_NOTHING = "The body says nothing about a distribution. Describe it, or leave it out."
_ENDS_WITH_UUID = re.compile(r"[/#:]([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


@public
def index(asking: Asking, dataset_id: str) -> HttpResponse:
    """List the distributions of a data set."""
    delivery = visible(asking, dataset_id)
    found = _of(delivery, asking.request.GET.get("lang", ""))
    items = [DistributionResponse(name, said) for name, said in found.items()]
    places = {item.id: place for place, item in enumerate(items)}

    def sort(field: str) -> Callable[[DistributionResponse], Any]:
        if field == "dctFormat":
            return lambda item: str(item.dcat_distribution.get("dctFormat", ""))
        return lambda item: places[item.id]

    return listed(asking.request, items, sort)


def create(asking: Asking, dataset_id: str) -> HttpResponse:
    """Add a distribution."""
    return once(asking, lambda: _created(asking, dataset_id))


def _created(asking: Asking, dataset_id: str) -> HttpResponse:
    before = set(_of(own(asking, dataset_id)))
    body = object_in(asking.request)

    def make(stored: Record) -> Record:
        known = _list(stored)
        before.update(_ids(known))
        return with_distributions(stored, [*known, body], len(known))

    delivery, _ = changed(asking, dataset_id, make)
    found = _of(delivery)
    name = next((name for name in found if name not in before), "")
    if not name:  # its IRI was one that the data set had already, or it says nothing
        name = _ids([body])[0]
        if "uri" not in body or name not in found:
            raise Problem(problems.VALIDATION_FAILED, _NOTHING)
    headers = {"Location": location(f"datasets/{delivery.pk}/distributions/{name}"), "ETag": etag(delivery)}
    return as_json(DistributionResponse(name, found[name]), 201, **headers)


@public
def show(asking: Asking, dataset_id: str, distribution_id: str) -> HttpResponse:
    """Return a distribution."""
    delivery = visible(asking, dataset_id)
    found = _of(delivery, asking.request.GET.get("lang", ""))
    name = _known(found, distribution_id)
    return as_json(DistributionResponse(name, found[name]), ETag=etag(delivery))


def replace(asking: Asking, dataset_id: str, distribution_id: str) -> HttpResponse:
    """Replace a distribution. What only RDF can say stays as it is."""
    own(asking, dataset_id)
    body = object_in(asking.request)
    if not body.keys() - {"uri"}:
        raise Problem(problems.VALIDATION_FAILED, _NOTHING)

    def make(stored: Record) -> Record:
        known = _list(stored)
        place = _place(known, distribution_id)
        # Its IRI stays: its id is made of it.
        known[place] = {**body, **{name: value for name, value in known[place].items() if name == "uri"}}
        return with_distributions(stored, known, place)

    delivery, _ = changed(asking, dataset_id, make)
    found = _of(delivery)
    name = _known(found, distribution_id)
    return as_json(DistributionResponse(name, found[name]), ETag=etag(delivery))


def delete(asking: Asking, dataset_id: str, distribution_id: str) -> HttpResponse:
    """Remove a distribution."""

    def make(stored: Record) -> Record:
        known = _list(stored)
        known.pop(_place(known, distribution_id))
        return with_distributions(stored, known, -1)

    delivery, _ = changed(asking, dataset_id, make)
    response = HttpResponse(status=204, headers={"ETag": etag(delivery)})
    del response["Content-Type"]
    return response


def _list(record: Record) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = data_set_of(record).get(_FIELD, [])
    return found


def _of(delivery: Delivery, language: str = "") -> dict[str, dict[str, Json]]:
    """Id -> distribution, in the order in which they are stored."""
    known = said_of(delivery, language).get(_FIELD, [])
    return dict(zip(_ids(known), known, strict=True))


def _ids(known: list[dict[str, Json]]) -> list[str]:
    """The UUID at the end of the IRI, or one made of it; without an IRI, of its place."""
    names = [str(one.get("uri", f"#{place}")) for place, one in enumerate(known)]
    ends = [_ENDS_WITH_UUID.search(name) for name in names]
    return [end[1] if end else str(uuid5(NAMESPACE_URL, name)) for name, end in zip(names, ends, strict=True)]


def _place(known: list[dict[str, Json]], wanted: str) -> int:
    names = _ids(known)
    return names.index(_known(dict.fromkeys(names), wanted))


def _known(found: dict[str, Any], wanted: str) -> str:
    try:
        name = str(UUID(wanted))
    except ValueError:
        name = ""
    if name not in found:
        raise Problem(problems.DISTRIBUTION_NOT_FOUND, "The data set has no distribution with this id.")
    return name
