"""Packages that clients send -> records to deliver, and deliveries -> the packages that they get back.

A package is kept as it was sent, so fields that DCAT-AP does not know, and the order of resources, come back.
"""

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from erpd.accounts.models import Owner
from erpd.accounts.texts import in_language
from erpd.formats.ckan.exact import package as exact_package
from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.marked import FIELDS, HOW, RDF_TEXT, UNREAD, record_of
from erpd.formats.ckan.package import Registration, moment, organization, resource_id
from erpd.formats.ckan.values import address, text_of
from erpd.formats.json_values import Json
from erpd.metadata.ckan_alphabet import tag_of
from erpd.metadata.record import Record
from erpd.publish.ckan_api.written import language
from erpd.register.arrival import deflate
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery

Package = dict[str, Json]
# What the node itself says about a package and its resources: what clients send there is not read.
_OURS = frozenset(
    (
        *("id", "state", "private", "type", "owner_org", "organization", "creator_user_id", "test"),
        *("metadata_created", "metadata_modified", "num_resources", "num_tags", "revision_id"),
        *("relationships_as_subject", "relationships_as_object", "tracking_summary", "dry_run"),
    )
)
_OURS_OF_RESOURCES = frozenset(
    ("id", "package_id", "position", "state", "created", "metadata_modified", "revision_id")
)
# What clients expect in every answer.
_EMPTY: Package = {
    **dict.fromkeys(("author", "author_email", "maintainer", "maintainer_email")),
    **dict.fromkeys(("license_id", "license_title", "url", "version")),
    "title": "",
    "notes": "",
    "groups": [],
    "tags": [],
    "extras": [],
    "resources": [],
    "isopen": False,
}
_EMPTY_RESOURCE: Package = {
    **dict.fromkeys(("name", "mimetype", "size", "url_type", "last_modified")),
    "url": "",
    "description": "",
    "format": "",
    "hash": "",
}
# The fields that name a publisher; otherwise it is the organization, as in CKAN.
_PUBLISHER = ("publisher", "publishername", "publisheruri", "dcatpublishername", "dcatpublisheruri")
_MARKS = (HOW, RDF_TEXT, UNREAD)
_UNFIT = re.compile(r"[^A-Za-z0-9._~-]+")
_LONGEST_MARK = 100


def kept(sent: Package, key: UUID, before: list[Package]) -> Package:
    """The part of a package that is its owner's to say. Each resource has an IRI, which it keeps.

    ``before``: the resources that the data set has, as ``shown`` gives them.
    """
    package = _said(sent, _OURS, _EMPTY)
    if isinstance(tags := package.get("tags"), list):
        package["tags"] = [_tag(each) for each in tags]
    known = {text_of(each.get("id")): each["uri"] for each in before}
    taken: set[str] = set()
    resources = package.get("resources")
    if isinstance(resources, list):
        package["resources"] = [
            _named(each, key, known, taken) if isinstance(each, dict) else each for each in resources
        ]
    return package


def _said(sent: Package, ours: frozenset[str], empty: Package) -> Package:
    """The fields that say something, so that sending back what was shown changes nothing."""
    nothing = object()
    return {
        name: value
        for name, value in sent.items()
        if name not in ours and (value or value != empty.get(name, nothing))
    }


def _tag(sent: Json) -> Json:
    """A tag without what we add to its name."""
    if not isinstance(sent, dict) or not isinstance(sent.get("name"), str):
        return sent
    added = {"display_name": sent["name"], "state": "active", "vocabulary_id": None}
    return {name: value for name, value in sent.items() if name != "id" and value != added.get(name, sent)}


def _named(sent: Package, key: UUID, known: dict[str, str], taken: set[str]) -> Package:
    """A resource with its IRI: its own, that of the resource with this id, or one below our page."""
    resource = _said(sent, _OURS_OF_RESOURCES, _EMPTY_RESOURCE)
    theirs = text_of(sent.get("id"))
    mark = _UNFIT.sub("-", theirs)[:_LONGEST_MARK]
    page = f"{settings.NODE.base_url}/datasets/{key}#"
    proposed = (
        address(sent.get("uri")),
        known.get(theirs, ""),
        f"{page}{mark}" if mark else "",
        f"{page}{uuid4()}",
    )
    resource["uri"] = next(iri for iri in proposed if iri and iri not in taken)
    taken.add(resource["uri"])
    return resource


def read(package: Package, identifier: str, owner: Owner) -> Record:
    """The record of a package that was ``kept``. Its organization is its owner. Raises Unreadable."""
    fields = {name: value for name, value in package.items() if name != "name"}
    said = Fields(package, extras=True)
    if HOW not in said:  # otherwise its fields are the whole record
        if said.lacks(("identifier", "guid")):
            fields["identifier"] = identifier
        if said.lacks(_PUBLISHER):
            iri = owner.organisation.iri if owner.organisation else None
            fields["organization"] = {
                "title_translated": owner.title,
                "email": owner.contact,
                "uri": iri,
            }
    record = record_of(fields, identifier, "")
    record.spare = ""
    return record


def stored(package: Package) -> bytes:
    """As a delivery keeps it."""
    return deflate(json.dumps(package, separators=(",", ":"), sort_keys=True).encode())


def own(delivery: Delivery) -> Package:
    """The package as its owner last sent it; made from the record, if it was delivered in another way."""
    if delivery.package:
        found: Package = json.loads(zlib.decompress(delivery.package))
        return found
    registration = Registration(str(delivery.pk), delivery.created, delivery.modified)
    made = exact_package(delivered(delivery), registration, language())
    return kept({**made, "name": delivery.identifier}, delivery.pk, made["resources"])


def unmarked(package: Package) -> Package | None:
    """A package that we made and somebody edited, without the mark that it is exact: its fields count now.

    None if it said a part of its record in RDF only, which would be lost.
    """
    extras = package.get("extras")
    if HOW not in Fields(package, extras=True) or not isinstance(extras, list):
        return package
    marks = {each["key"]: each for each in extras if isinstance(each, dict) and each.get("key") in _MARKS}
    if marks.get(HOW, {}).get("value") != FIELDS:
        return None
    return {**package, "extras": [each for each in extras if each not in marks.values()]}


def shown(delivery: Delivery, package: Package | None = None) -> Package:
    """The package that its owner gets: what they sent, and what the node says about it."""
    key, title = str(delivery.pk), in_language(delivery.owner.title)[0]
    package = own(delivery) if package is None else package
    resources = list(_resources(package, delivery))
    tags = list(_tags(package.get("tags")))
    state = {"draft": "draft", "withdrawn": "deleted"}.get(delivery.state, "active")
    made = {
        **_EMPTY,
        **package,
        "id": key,
        "name": delivery.identifier,
        "state": state,
        "private": delivery.state == Delivery.State.DRAFT,
        "type": "dataset",
        "owner_org": delivery.owner.slug,
        "organization": {**organization(title), "id": delivery.owner.slug, "name": delivery.owner.slug},
        "creator_user_id": None,
        "metadata_created": moment(delivery.created),
        "metadata_modified": moment(delivery.modified),
        "resources": resources,
        "num_resources": len(resources),
        "tags": tags,
        "num_tags": len(tags),
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }
    return made | ({"test": True} if delivery.catalogue.kind == "test" else {})


def _resources(package: Package, delivery: Delivery) -> Iterator[Package]:
    key, taken = str(delivery.pk), set[str]()
    sent = package.get("resources")
    for place, each in enumerate(sent if isinstance(sent, list) else ()):
        resource = {**_EMPTY_RESOURCE, **each}
        yield {
            **resource,
            "id": resource_id(key, each["uri"], resource, taken),
            "package_id": key,
            "position": place,
            "state": "active",
            "created": moment(delivery.created),
            "metadata_modified": moment(delivery.modified),
        }


def _tags(sent: Any) -> Iterator[Package]:
    for each in sent if isinstance(sent, list) else ():
        name = each.get("name") if isinstance(each, dict) else each
        if isinstance(name, str):
            yield {
                "id": tag_of(name) or name,
                "name": name,
                "display_name": name,
                "state": "active",
                "vocabulary_id": None,
            }
