"""Data sets: list, create, read, replace, patch, delete, and their publication status."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from erpd.accounts.may import Verb, may
from erpd.accounts.rates import OF_VISITORS
from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.record import Record
from erpd.publish.accept import preferred
from erpd.register.models import Catalogue, Source
from erpd.submit import actions
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.answers import (
    STATUS,
    State,
    StatusRequest,
    StoredResponse,
    dataset_of,
    etag,
    is_public,
    location,
    meta_of,
    thing_of,
)
from erpd.submit.delivery_api.bodies import JSON, RDF, named, patch_in, record_in, struct_in
from erpd.submit.delivery_api.door import Asking, as_json, public, too_many
from erpd.submit.delivery_api.idempotency import is_dry, once
from erpd.submit.delivery_api.paging import answered
from erpd.submit.delivery_api.problems import FieldProblem, Problem, told
from erpd.submit.delivery_api.rules import Judged
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery
from erpd.submit.places import place_of
from erpd.submit.refusals import EditConflict, NotPublishable

SORTS = {
    "createdAt": "created",
    "dctIdentifier": "identifier",
    "dctIssued": "issued",
    "dctModified": "revised",
    "publishedAt": "published",
}
_TRIES = 3
_LONGEST_TAG = 12
_STATES = {text: state for state, text in STATUS.items()}


@public
def index(asking: Asking) -> HttpResponse:
    """List the published data sets, and those published in the test catalogue of the key."""
    if asking.key is None:
        rest = OF_VISITORS.take(asking.request.META.get("REMOTE_ADDR"))
        if rest.wait:
            raise too_many(rest, "To read everything, use a key, or harvest /oai or /catalogue.rdf.")
    found = everything().filter(state=State.PUBLISHED)
    seen = ~Q(catalogue__kind=Catalogue.Kind.TEST)
    if asking.key:
        seen |= Q(catalogue=asking.key.catalogue_id, owner=asking.key.owner_id)
    language = asking.request.GET.get("lang", "")
    return answered(
        asking.request,
        found.filter(seen),
        SORTS,
        "createdAt,DESC",
        lambda one: dataset_of(asking, one, language),
    )


def create(asking: Asking) -> HttpResponse:
    """Store a data set: a draft, or published at once with ``publicationStatus=PUBLISHED``."""
    state = _state(asking.request.GET.get("publicationStatus", "DRAFT"))
    if state == State.WITHDRAWN:
        raise Problem(problems.INVALID_TRANSITION, "A new data set is DRAFT or PUBLISHED.")
    return once(asking, lambda: _created(asking, publish=state == State.PUBLISHED))


def _created(asking: Asking, *, publish: bool) -> HttpResponse:
    catalogue = asking.given.of_catalogue
    record = record_in(asking.request)
    place = place_of(catalogue, record.identifier)
    record = named(record, place.key)
    with judged(asking.request, record, catalogue, publish=publish) as errors:
        delivery = actions.deliver(
            who=asking.who, catalogue=catalogue, record=record, publish=publish, place=place
        )
    return _stored(asking.request, delivery, errors, 201, Location=location(f"datasets/{delivery.pk}"))


@public
def show(asking: Asking, dataset_id: str) -> HttpResponse:
    """Return a data set: as JSON, or in a syntax of RDF that the client prefers."""
    delivery = visible(asking, dataset_id)
    if etag(delivery) in _tags(asking.request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": etag(delivery)})
    chosen = preferred(asking.request.headers.get("Accept", ""), [JSON, *RDF])
    if chosen is None:
        raise Problem(problems.NOT_ACCEPTABLE, f"We have {', '.join([JSON, *RDF])}.")
    if chosen != JSON:
        syntax = next(name for name, syntax in SYNTAXES.items() if syntax.media_types[0] == chosen)
        content = write(delivered(delivery).graph.triples(), syntax)
        return HttpResponse(content, chosen, headers={"ETag": etag(delivery), "Vary": "Accept"})
    errors = None
    if _validates(asking.request) and asking.key and may(asking.who, Verb.CHANGE, thing_of(delivery)):
        record = delivered(delivery)
        errors = told(Judged(record, delivery.catalogue, delivery.source).faults())
    found = dataset_of(asking, delivery, asking.request.GET.get("lang", ""), errors)
    return as_json(found, ETag=etag(delivery), Vary="Accept")


def replace(asking: Asking, dataset_id: str) -> HttpResponse:
    """Replace a data set. In JSON, what only RDF can say stays as it is."""
    delivery, errors = changed(asking, dataset_id, lambda stored: record_in(asking.request, stored))
    return _stored(asking.request, delivery, errors, 200)


def patch(asking: Asking, dataset_id: str) -> HttpResponse:
    """Change the fields that the body says (a JSON Merge Patch, RFC 7396)."""
    delivery, errors = changed(asking, dataset_id, lambda stored: patch_in(asking.request, stored))
    return _stored(asking.request, delivery, errors, 200)


def delete(asking: Asking, dataset_id: str) -> HttpResponse:
    """Erase a draft; withdraw what was published, which comes back only as the same data set."""
    delivery = own(asking, dataset_id)
    edition = expected(asking.request, delivery)
    with rehearsed(asking.request), conflicts(edition):
        actions.remove(who=asking.who, delivery=delivery, edition=edition)
    return _empty()


@public
def status(asking: Asking, dataset_id: str) -> HttpResponse:
    """Return the publication status."""
    delivery = visible(asking, dataset_id)
    theirs = bool(asking.key) and may(asking.who, Verb.CHANGE, thing_of(delivery))
    return as_json(meta_of(asking, delivery, theirs=theirs), ETag=etag(delivery))


def set_status(asking: Asking, dataset_id: str) -> HttpResponse:
    """Publish or withdraw a data set. The same status again changes nothing."""
    delivery = own(asking, dataset_id)
    wanted = _state(struct_in(asking.request, StatusRequest).publication_status)
    edition = expected(asking.request, delivery)
    if wanted == State.DRAFT or (wanted, delivery.state) == (State.WITHDRAWN, State.DRAFT):
        if wanted != delivery.state:
            old, new = STATUS[State(delivery.state)], STATUS[wanted]
            raise Problem(
                problems.INVALID_TRANSITION, f"Data set {delivery.pk} cannot go from {old} to {new}."
            )
    elif wanted == State.WITHDRAWN:
        with rehearsed(asking.request), conflicts(edition):
            delivery = actions.withdraw(who=asking.who, delivery=delivery, edition=edition)
    else:
        record = delivered(delivery)
        with (
            conflicts(edition),
            judged(asking.request, record, delivery.catalogue, delivery.source, publish=True),
        ):
            delivery = actions.publish(who=asking.who, delivery=delivery, edition=edition)
    return as_json(meta_of(asking, delivery, theirs=True), ETag=etag(delivery))


def everything() -> QuerySet[Delivery]:
    """All deliveries that somebody may still see."""
    return Delivery.objects.select_related("owner", "catalogue", "source").filter(removed=None)


def visible(asking: Asking, dataset_id: str) -> Delivery:
    """Return a data set that whoever asks may see. Raises Http404."""
    delivery = everything().filter(pk=_uuid(dataset_id)).first()
    if delivery is None or not (is_public(delivery) or _is_theirs(asking, delivery)):
        raise Http404(dataset_id)
    return delivery


def own(asking: Asking, dataset_id: str) -> Delivery:
    """Return a data set of the key's catalogue. Raises Http404, or NOT_OWNED if everybody sees it."""
    delivery = visible(asking, dataset_id)
    if not _is_theirs(asking, delivery):
        detail = "It is published by another data owner, or in another catalogue than that of this key."
        raise Problem(problems.NOT_OWNED, detail)
    return delivery


def _is_theirs(asking: Asking, delivery: Delivery) -> bool:
    return bool(asking.key) and may(asking.who, Verb.SEE, thing_of(delivery))


def changed(
    asking: Asking, dataset_id: str, make: Callable[[Record], Record]
) -> tuple[Delivery, list[FieldProblem] | None]:
    """Change a data set to what ``make`` makes of the stored record. Raises Problem.

    If somebody else is faster, it is made again of what they stored, unless the client named the edition.
    """
    for _ in range(_TRIES):
        delivery = own(asking, dataset_id)
        edition = expected(asking.request, delivery)
        record = named(make(delivered(delivery)), delivery.pk)
        publish = delivery.state == State.PUBLISHED
        try:
            with (
                conflicts(edition),
                judged(
                    asking.request, record, delivery.catalogue, delivery.source, publish=publish
                ) as errors,
            ):
                done = actions.change(
                    who=asking.who, delivery=delivery, record=record, edition=delivery.edition
                )
            return done, errors
        except EditConflict:
            continue
    raise Problem(problems.EDIT_CONFLICT, "Wait a second, load it again, and repeat your change.")


@contextmanager
def judged(
    request: HttpRequest, record: Record, catalogue: Catalogue, source: Source | None = None, *, publish: bool
) -> Iterator[list[FieldProblem] | None]:
    """Within this block the record is stored. Yields what keeps it from being published, if asked."""
    judge = Judged(record, catalogue, source)
    if publish:
        judge.demand()
    errors = told(judge.faults()) if _validates(request) else None
    try:
        with rehearsed(request):
            yield errors
    except NotPublishable as refused:
        raise judge.refused(refused.findings) from refused


def rehearsed(request: HttpRequest):  # type: ignore[no-untyped-def]
    """Within this block nothing is done for good if the request is a dry run."""
    return actions.dry_run() if is_dry(request) else nullcontext()


@contextmanager
def conflicts(edition: int | None) -> Iterator[None]:
    """Tell a client that named an edition that somebody else was faster."""
    try:
        yield
    except EditConflict as conflict:
        if edition is None:
            raise
        raise Problem(problems.EDITION_CHANGED, str(conflict)) from conflict


def expected(request: HttpRequest, delivery: Delivery) -> int | None:
    """The edition that If-Match names (RFC 9110, 13.1.1); None without one. Raises Problem."""
    said = request.headers.get("If-Match")
    if said is None or said.strip() == "*":
        return None
    if etag(delivery) not in _tags(said):
        detail = "Load it again, then repeat your change with the new ETag."
        raise Problem(problems.EDITION_CHANGED, detail, headers={"ETag": etag(delivery)})
    return delivery.edition


def _tags(said: str) -> list[str]:
    return [tag.strip().removeprefix("W/")[:_LONGEST_TAG] for tag in said[:1000].split(",")]


def _stored(
    request: HttpRequest, delivery: Delivery, errors: list[FieldProblem] | None, status: int, **headers: str
) -> HttpResponse:
    told_by = StoredResponse(str(delivery.pk), delivery.identifier, errors)
    return as_json(told_by, status, ETag=etag(delivery), **headers)


def _empty() -> HttpResponse:
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def _state(said: str) -> State:
    if said not in _STATES:
        raise Problem(problems.INVALID_REQUEST, f"publicationStatus is one of {', '.join(_STATES)}.")
    return _STATES[said]


def _validates(request: HttpRequest) -> bool:
    said = request.GET.get("validate", "")
    if said not in ("", "publish"):
        raise Problem(problems.INVALID_REQUEST, "validate is “publish”, or left out.")
    return said == "publish"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404(text) from None
