"""Findings and refusals -> errors as CKAN writes them: by field, those of resources at their places."""

import re
from collections.abc import Iterable
from typing import Any

from erpd.formats.ckan import data_set, distribution
from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.terms import DCAT, DCT, FOAF, VCARD, shorten
from erpd.publish.ckan_api.errors import Forbidden, Refused
from erpd.submit.ckan.packages import Package
from erpd.submit.refusals import (
    EditConflict,
    IdentifierTaken,
    NotAllowed,
    NotPublishable,
    NotReady,
    Refusal,
    Unnameable,
    WrongState,
)

IN_USE = "That URL is already in use."
_FIELDS = {shorten(each.predicate): each.name for each in reversed((*data_set.ROWS, *data_set.OF_HEALTH))} | {
    shorten(DCT.title): "title",
    shorten(DCT.description): "notes",
    shorten(DCAT.keyword): "tags",
    shorten(DCT.publisher): "publisher",
    shorten(DCT.creator): "author",
    shorten(DCAT.contactPoint): "maintainer",
    shorten(DCT.temporal): "temporal",
    shorten(DCT.spatial): "spatial_coverage",
    shorten(DCT.license): "license_id",
    shorten(DCAT.distribution): "resources",
    f"{shorten(DCT.temporal)}/{shorten(DCAT.startDate)}": "temporal_start",
    f"{shorten(DCT.temporal)}/{shorten(DCAT.endDate)}": "temporal_end",
    f"{shorten(DCAT.contactPoint)}/{shorten(VCARD.fn)}": "maintainer",
    f"{shorten(DCAT.contactPoint)}/{shorten(VCARD.hasEmail)}": "maintainer_email",
    f"{shorten(DCT.publisher)}/{shorten(FOAF.name)}": "publisher",
    f"{shorten(DCT.creator)}/{shorten(FOAF.name)}": "author",
    "@id": "uri",
    "identifier": "name",
}
_OF_RESOURCES = {shorten(each.predicate): each.name for each in reversed(distribution.ROWS)} | {
    shorten(DCT.title): "name",
    shorten(DCT.description): "description",
    shorten(DCAT.accessURL): "url",
    shorten(DCT.license): "license",
    shorten(DCAT.accessService): "access_services",
}
_RESOURCE = f"{shorten(DCAT.distribution)}["


class Conflict(Refused):
    """Somebody else changed it meanwhile."""

    kind = "Edit Conflict"


def told(refusal: Refusal, package: Package) -> Refused:
    """The error for a refusal of ``package``."""
    match refusal:
        case NotPublishable():
            return Refused(str(refusal), **by_field(refusal.findings, package.get("resources")))
        case IdentifierTaken() if refusal.iri:
            return Refused(str(refusal), **_of_node(refusal.iri, str(refusal), package))
        case IdentifierTaken():
            return Refused(str(refusal), name=[f"{IN_USE} {refusal}"])
        case Unnameable():
            return Refused(str(refusal), name=[str(refusal)])
        case WrongState():
            return Refused(str(refusal), state=[str(refusal)])
        case EditConflict():
            return Conflict(str(refusal))
        case NotAllowed() | NotReady():
            return Forbidden(f"Access denied: {refusal}")
        case _:
            return Refused(str(refusal))


def _of_node(iri: str, said: str, package: Package) -> dict[str, list[Any]]:
    """The error at the resource with this IRI, or at the package."""
    sent = package.get("resources")
    resources = [each if isinstance(each, dict) else {} for each in sent] if isinstance(sent, list) else []
    if any(each.get("uri") == iri for each in resources):
        return {"resources": [{"uri": [said]} if each.get("uri") == iri else {} for each in resources]}
    return {"uri": [said]}


def by_field(findings: Iterable[Finding], resources: Any = None) -> dict[str, list[Any]]:
    """Field -> its errors, in plain words. Those of resources are a list as long as theirs."""
    sent = resources if isinstance(resources, list) else []
    places = {each["uri"]: place for place, each in enumerate(sent) if isinstance(each, dict)}
    found: dict[str, list[Any]] = {}
    of_resources: list[dict[str, list[str]]] = [{} for _ in sent]
    for finding in findings:
        if finding.severity is not Severity.ERROR:
            continue
        name, _, rest = finding.path.removeprefix(_RESOURCE).partition("]/")
        place = places.get(name) if finding.path.startswith(_RESOURCE) else None
        if place is None:
            field, at = _named(finding.path, _FIELDS), found
        else:
            field, at = _named(rest, _OF_RESOURCES), of_resources[place]
        said = explain(finding._replace(path=field), delivered=True)
        at.setdefault(field.partition("/")[0], []).append(said)
    if any(of_resources):
        found["resources"] = of_resources
    return found


def _named(path: str, fields: dict[str, str]) -> str:
    """A path as clients know it: their field, and the property within, if no field of theirs has that."""
    steps = [path] if path.startswith("@") else [step.partition("[")[0] for step in _STEPS.findall(path)]
    first, last = fields.get(steps[0], steps[0]), steps[-1]
    if len(steps) == 1:
        return first
    return fields.get(f"{steps[0]}/{last}", f"{first}/{last}")


_STEPS = re.compile(r"(?:[^/\[]++|\[[^\]]*+\]?)++")
