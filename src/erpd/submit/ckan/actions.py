"""The actions that write, and those that answer about what only its owner sees."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from erpd.accounts.keys import about
from erpd.accounts.may import Actor, Kind, Thing, Verb, may
from erpd.accounts.models import Key
from erpd.accounts.rates import OF_KEYS
from erpd.accounts.texts import in_language
from erpd.formats.ckan.package import moment, organization
from erpd.formats.ckan.values import text_of
from erpd.formats.reading import Unreadable
from erpd.metadata.record import Record
from erpd.publish.ckan_api.arguments import Arguments, flag, needed
from erpd.publish.ckan_api.errors import NotFound, Refused
from erpd.submit import actions
from erpd.submit.ckan.faults import IN_USE, told
from erpd.submit.ckan.packages import Package, kept, own, read, shown, stored, unmarked
from erpd.submit.models import Delivery
from erpd.submit.places import place_of
from erpd.submit.refusals import EditConflict, Refusal

MOST_RESOURCES = 1_000
_TRIES = 5  # at merging a part into what somebody else changes at the same time
_NAME = re.compile(r"[a-z0-9_-]*")
_RESERVED = ("new", "edit", "search")
State = Delivery.State


@dataclass(frozen=True, slots=True)
class Asking:
    """One request with a key."""

    key: Key
    arguments: Arguments

    @property
    def who(self) -> Actor:
        return Actor(key=self.key)


def _package_create(asking: Asking) -> Package:
    """Create a data set and publish it. With private or state "draft", it becomes a draft.

    name: its name, unique in your catalogue and permanent
    title, notes, tags, extras, license_id …: as in CKAN; all fields of docs/mappings/ckan.md
    resources: its resources
    owner_org: the name of your organization; may be left out
    private: true for a draft, which may be incomplete and which only you see
    dry_run: true to learn what would happen
    """
    sent, catalogue = asking.arguments, asking.key.of_catalogue
    _check_owner(asking)
    name = _name(sent)
    place = place_of(catalogue, name)
    package = kept(sent, place.key, [])
    record = _record(package, name, asking)
    with _telling(package):
        made = actions.deliver(
            who=asking.who,
            catalogue=catalogue,
            record=record,
            publish=not _is_draft(sent),
            package=stored(package),
            place=place,
        )
    return shown(made, package)


def _package_update(asking: Asking) -> Package:
    """Replace a data set. Fields that you leave out are removed.

    id: its id or name
    further fields: as for package_create. A data set that is published must say its resources
    """
    delivery = _wanted(asking, "id", "name")
    _check_owner(asking)
    if delivery.published and "resources" not in asking.arguments:
        raise Refused(
            "Missing value",
            resources=[
                "Missing value. Without it, all resources would be removed. Send them, or use package_patch."
            ],
        )
    return _replace(asking, delivery, asking.arguments)


def _package_patch(asking: Asking) -> Package:
    """Change some fields of a data set, and keep the others.

    id: its id or name
    further fields: as for package_create
    """

    def patched(delivery: Delivery) -> Package:
        _check_owner(asking)
        return {"private": delivery.state == State.DRAFT, **own(delivery), **asking.arguments}

    return _merge(asking, ("id", "name"), patched)


def _package_delete(asking: Asking) -> None:
    """Withdraw a data set; erase a draft.

    id: its id or name
    """
    delivery = _wanted(asking, "id", "name")
    if delivery.state == State.DRAFT and not delivery.published:
        actions.erase(who=asking.who, delivery=delivery, edition=delivery.edition)
    else:
        actions.withdraw(who=asking.who, delivery=delivery, edition=delivery.edition)


def _package_show(asking: Asking) -> Package:
    """Return a data set with its resources; with a key, your own as you sent it, drafts too.

    id: its id, name or address
    """
    return shown(_wanted(asking, "id", "name_or_id", "name"))


def _resource_create(asking: Asking) -> Package:
    """Add a resource to a data set.

    package_id: the id or name of the data set
    url, name, format, size, rights …: as in CKAN
    """

    def added(delivery: Delivery) -> Package:
        package = own(delivery)
        resource = {name: value for name, value in asking.arguments.items() if name != "package_id"}
        return {**package, "resources": [*(package.get("resources") or []), resource]}

    return _last(_merge(asking, ("package_id",), added))


def _resource_update(asking: Asking) -> Package:
    """Replace a resource.

    id: its id
    further fields: as for resource_create
    """
    return _changed(asking, lambda _: asking.arguments)


def _resource_patch(asking: Asking) -> Package:
    """Change some fields of a resource, and keep the others.

    id: its id
    further fields: as for resource_create
    """
    return _changed(asking, lambda before: {**before, **asking.arguments})


def _resource_delete(asking: Asking) -> None:
    """Remove a resource.

    id: its id
    """
    _changed(asking, lambda _: None)


def _resource_show(asking: Asking) -> Package:
    """Return a resource.

    id: its id
    """
    wanted = needed(asking.arguments, "id")
    package = shown(_found(asking, wanted[:36]))
    return package["resources"][_place(package, wanted)]  # type: ignore[no-any-return]


def _organizations(asking: Asking) -> list[Package]:
    """Return the organization for which your key acts."""
    owner = asking.key.owner
    title = in_language(owner.title)[0]
    count = Delivery.objects.filter(catalogue=asking.key.of_catalogue, state=State.PUBLISHED).count()
    capacity = "editor" if "create" in about(asking.key)["may"] else "member"
    made = {**organization(title), "id": owner.slug, "name": owner.slug}
    return [{**made, "created": moment(owner.created), "capacity": capacity, "package_count": count}]


def _key_show(asking: Asking) -> dict[str, Any]:
    """Return what your key may do, until when it is valid, and what is left of its rate."""
    said = {
        name: moment(value) if hasattr(value, "astimezone") else value
        for name, value in about(asking.key).items()
    }
    rest = OF_KEYS.look(asking.key.pk)
    return {**said, "rate": {"limit": rest.limit, "remaining": rest.remaining, "reset": rest.reset}}


WRITING: dict[str, Callable[[Asking], Any]] = {
    "package_create": _package_create,
    "package_update": _package_update,
    "package_patch": _package_patch,
    "package_delete": _package_delete,
    "resource_create": _resource_create,
    "resource_update": _resource_update,
    "resource_patch": _resource_patch,
    "resource_delete": _resource_delete,
}
"""Name -> what it does. Raises Refused, Refusal and Http404."""

ABOUT: dict[str, Callable[[Asking], Any]] = {
    "organization_list_for_user": _organizations,
    "key_show": _key_show,
}
"""Those about the key itself."""

OWN: dict[str, Callable[[Asking], Any]] = {"package_show": _package_show, "resource_show": _resource_show}
"""Those of the read side that, with a key, also see what only its owner sees."""


class _telling:
    """Turns the refusal of a package into CKAN's error."""

    def __init__(self, package: Package) -> None:
        self.package = package

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refusal):
            raise told(error, self.package) from error


def _check_owner(asking: Asking) -> None:
    """An organization that is not that of the key does not exist, for this key."""
    said = asking.arguments.get("owner_org")
    key = asking.key
    if said not in (None, "", key.owner.slug, key.of_catalogue.slug):
        raise Refused("Organization does not exist", owner_org=["Organization does not exist"])


def _name(sent: Arguments) -> str:
    """The name of a new data set, by the rules of CKAN."""
    name = sent.get("name")
    if name is None or name == "":
        raise Refused("Missing value", name=["Missing value"])
    fault = ""
    if not isinstance(name, str):
        fault = "Names must be strings"
    elif name in _RESERVED:
        fault = "That name cannot be used"
    elif len(name) < 2:
        fault = "Must be at least 2 characters long"
    elif len(name) > 100:
        fault = "Name must be a maximum of 100 characters long"
    elif not _NAME.fullmatch(name):
        fault = "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_"
    if fault:
        raise Refused(fault, name=[fault])
    return str(name)


def _is_draft(sent: Arguments) -> bool:
    return flag(sent, "private") or sent.get("state") == "draft"


def _record(package: Package, identifier: str, asking: Asking) -> Record:
    resources = package.get("resources")
    if resources is not None and not isinstance(resources, list):
        raise Refused("Expected a list", resources=["Expected a list of resources"])
    for place, each in enumerate(resources or ()):
        if not isinstance(each, dict):
            errors: list[Any] = [{} for _ in resources or ()]
            errors[place] = {"url": ["Expected a resource: an object with its fields"]}
            raise Refused("Expected a resource", resources=errors)
    if len(resources or ()) > MOST_RESOURCES:
        raise Refused("Too many", resources=[f"At most {MOST_RESOURCES:,} resources."])
    if "upload" in package or any("upload" in each for each in resources or ()):
        raise Refused("upload", upload=["This register holds metadata only. Give the address in url."])
    try:
        return read(package, identifier, asking.key.owner)
    except Unreadable as error:
        raise Refused(str(error), extras=[str(error)]) from error


def _wanted(asking: Asking, *names: str) -> Delivery:
    return _found(asking, needed(asking.arguments, *names))


def _found(asking: Asking, wanted: str) -> Delivery:
    """The data set with this id, name or address, in the catalogue of the key."""
    among = Delivery.objects.select_related("owner", "catalogue", "source").filter(
        catalogue=asking.key.of_catalogue, owner=asking.key.owner, removed=None
    )
    try:
        found = among.filter(pk=UUID(wanted)).first()
    except ValueError:
        found = None
    found = found or among.filter(identifier=wanted).first() or among.filter(iri=wanted).first()
    thing = Thing(Kind.DATA_SET, asking.key.owner_id, asking.key.catalogue_id)
    if found is None or not may(asking.who, Verb.SEE, thing):
        raise NotFound("Not found: Dataset was not found.")
    return found


def _replace(asking: Asking, delivery: Delivery, sent: Package, edition: int | None = None) -> Package:
    """Deliver ``sent`` in place of what the data set said."""
    name = text_of(sent.get("name"))
    if name not in ("", delivery.identifier, str(delivery.pk)):
        raise Refused(IN_USE, name=[f"The name of a data set is permanent: {delivery.identifier}."])
    state = sent.get("state")
    if delivery.state == State.PUBLISHED and _is_draft(sent):
        fault = "A published data set cannot become private. Use package_delete to withdraw it."
        raise Refused(fault, private=[fault])
    if state == "deleted" and delivery.state != State.WITHDRAWN:
        raise Refused("Use package_delete.", state=["Use package_delete to withdraw a data set."])
    before = shown(delivery)
    package = kept({**sent, "name": delivery.identifier}, delivery.pk, before["resources"])
    if package != own(delivery):
        package = _unmarked(package)
    # What was withdrawn comes back only if they say so.
    publish = state == "active" if delivery.state == State.WITHDRAWN else not _is_draft(sent)
    with _telling(package):
        made = actions.change(
            who=asking.who,
            delivery=delivery,
            record=_record(package, delivery.identifier, asking),
            edition=edition,
            publish=publish,
            package=stored(package),
        )
    return shown(made, package)


def _unmarked(package: Package) -> Package:
    found = unmarked(package)
    if found is None:
        fault = "CKAN's fields cannot say all of this data set. Change it where it was delivered."
        raise Refused(fault, extras=[fault])
    return found


def _merge(asking: Asking, names: tuple[str, ...], merged: Callable[[Delivery], Package]) -> Package:
    """Change a part of a data set, again if somebody else changed another part meanwhile."""
    for tries_left in reversed(range(_TRIES)):
        delivery = _wanted(asking, *names)
        try:
            package = merged(delivery)
            keeps = {"state": "deleted"} if delivery.state == State.WITHDRAWN else {}
            draft = {"private": True} if delivery.state == State.DRAFT else {}
            return _replace(asking, delivery, {**keeps, **draft, **package}, delivery.edition)
        except Refused as error:
            if not tries_left or not isinstance(error.__cause__, EditConflict):
                raise
    raise AssertionError


def _changed(asking: Asking, change: Callable[[Package], Package | None]) -> Package:
    """Change one resource, or remove it. Returns it as it is then, or was."""
    wanted = needed(asking.arguments, "id")
    place = 0

    def merged(delivery: Delivery) -> Package:
        nonlocal place
        package, resources = own(delivery), shown(delivery)["resources"]
        place = _place({"resources": resources}, wanted)
        now = change(package["resources"][place])
        kept_id = [] if now is None else [{**now, "id": wanted, "uri": resources[place]["uri"]}]
        others = package["resources"]
        return {**package, "resources": [*others[:place], *kept_id, *others[place + 1 :]]}

    at = Asking(asking.key, {**asking.arguments, "id": wanted[:36]})
    resources = _merge(at, ("id",), merged)["resources"]
    return resources[place] if place < len(resources) else {}


def _place(package: Package, wanted: str) -> int:
    for place, each in enumerate(package["resources"]):
        if each["id"] == wanted:
            return place
    raise NotFound("Not found: Resource was not found.")


def _last(package: Package) -> Package:
    return package["resources"][-1]  # type: ignore[no-any-return]
