"""A resource of a package -> a distribution (G5.2.2, G4.2, DCAT-AP 2.1.1, 4.5)."""

import re
from collections.abc import Container

from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.names import resource_iri
from erpd.formats.ckan.statements import (
    LABEL,
    Statements,
    duration,
    each_of,
    figure,
    moment,
    plain,
    reference,
    row,
    text,
    thing,
)
from erpd.formats.ckan.translated import tell_text
from erpd.formats.ckan.values import items, link, text_of
from erpd.formats.json_values import Json
from erpd.metadata.graph import Node, Term
from erpd.metadata.licences import licence_in, licence_iri
from erpd.metadata.terms import ADMS, DCAT, DCATAP, DCT, FOAF, ODRL, RDF, RDFS, SPDX, XSD

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[\w!#$&^.+-]+\s*(?:;.*)?", re.IGNORECASE)
ALGORITHMS = {
    name: NamedNode(f"{SPDX}checksumAlgorithm_{name}")
    for name in ["md2", "md4", "md5", "md6", "sha1", "sha224", "sha256", "sha384", "sha512"]
}
_LICENCES = ("license_url", "license", "licence")
_TITLES = ("license_title", "license_id", "license_type")
_COMMONS = re.compile(
    r"(?:cc|creative[ _-]?commons)(?![a-z]).{0,100}?"
    r"(?:[ _-](?:by|n[cd])|attrib|share|[ck]ommer[cz]|deriv|zero)",
    re.IGNORECASE,
)
_CONDITIONS = [
    re.compile(condition, re.IGNORECASE)
    for condition in (
        r"^(?:cc|creative)",
        r"\b(?:by)?(?:nc)?sa\b|share|partage|gelijk|gleichen|condivid|compartir",
        r"\b(?:by)?nc(?:sa|nd)?\b|[ck]ommer[cz]",
        r"\b(?:by)?(?:nc)?nd\b|deriv|afgeleid|bearbeitung|modification",
        r"\bcc0\b|\bzero\b|pdm|public domain",
    )
]
rights = thing(DCT.RightsStatement)
licence = thing(DCT.LicenseDocument)
standard = thing(DCT.Standard)
_ADDRESS = (row(DCAT.accessURL, "url", reference),)
_LICENCE = (row(DCT.license, "license", licence),)
_ONE_LICENCE = (row(DCT.license, " ".join(_LICENCES), licence, one=True),)

ROWS = (
    row(DCAT.accessURL, "access_url", reference),
    row(DCAT.downloadURL, "download_url", reference),
    row(DCT.format, "format", reference, one=True),
    row(DCAT.mediaType, "mimetype media_type", reference, one=True),
    row(DCAT.byteSize, "size byte_size", figure, one=True),
    row(DCT.rights, "rights", rights),
    row(DCT.issued, "issued release_date created", moment, one=True),
    row(DCT.modified, "modified last_modified metadata_modified", moment, one=True),
    row(ADMS.status, "status", reference, one=True),
    row(DCATAP.availability, "availability", reference, one=True),
    row(DCAT.compressFormat, "compress_format", reference, one=True),
    row(DCAT.packageFormat, "package_format", reference, one=True),
    row(DCT.language, "language", reference),
    row(FOAF.page, "documentation page", reference),
    row(DCT.conformsTo, "conforms_to", standard),
    row(DCT.identifier, "identifier", plain),
    row(DCAT.temporalResolution, "temporal_resolution", duration, one=True),
    row(DCAT.spatialResolutionInMeters, "spatial_resolution_in_meters", figure, one=True),
    row(DCATAP.applicableLegislation, "applicable_legislation", reference),
    row(ODRL.hasPolicy, "has_policy policy", reference, one=True),
)
SERVICE = (
    row(DCAT.endpointURL, "endpoint_url", reference),
    row(DCAT.endpointDescription, "endpoint_description", reference),
    row(DCAT.servesDataset, "serves_dataset", reference),
    row(DCT.accessRights, "access_rights", rights),
    row(DCATAP.availability, "availability", reference, one=True),
)


def tell_distribution(
    statements: Statements, resource: dict[str, Json], package: str, taken: Container[Node]
) -> Node | None:
    """State what a resource says, and return its distribution.

    Returns None if the resource is deleted: CKAN keeps those for a while. ``package`` is the id of the data
    set; ``taken`` holds the nodes of other things.
    """
    fields = Fields(resource)
    if text_of(fields.peek("state")).lower() == "deleted":
        return None
    kind = DCAT.Distribution
    node = resource_iri(fields, package, statements.portal, taken) or statements.node(kind)
    statements.add(node, RDF.type, kind)
    tell_text(statements, node, fields, DCT.title, "title", "name")
    tell_text(statements, node, fields, DCT.description, "description", "notes")
    statements.tell(node, fields, ROWS)
    if statements.infers and not statements.graph.objects(node, DCT.format):
        _tell_format(statements, node)
    if not statements.graph.objects(node, DCAT.accessURL):
        # G5.2.2. A download URL is also an access URL (DCAT-AP 2.1.1, 4.5.1).
        statements.tell(node, fields, _ADDRESS)
        if statements.infers and not statements.graph.objects(node, DCAT.accessURL):
            links = statements.graph.objects(node, DCAT.downloadURL)
            statements.add(node, DCAT.accessURL, *links)
    elif fields.peek("url") in (fields.peek("access_url"), fields.peek("download_url")):
        fields.take("url")
    tell_licence(statements, node, fields)
    _tell_checksum(statements, node, fields)
    statements.tell(node, fields, _SERVICES)
    statements.keep(node, fields)
    return node


def _tell_format(statements: Statements, node: Node) -> None:
    """A media type is a format too, except the one that only says "some bytes" (RFC 2046, 4.5.1)."""
    for value in statements.graph.objects(node, DCAT.mediaType):
        named = value.value.rpartition("/media-types/")[2] if isinstance(value, NamedNode | Literal) else ""
        if _MEDIA_TYPE.fullmatch(named) and not named.startswith("application/octet-stream"):
            statements.add(node, DCT.format, value)


def tell_licence(statements: Statements, node: Node, fields: Fields) -> None:
    """State the licence, from the authority table if the fields name one. What the fields say is kept.

    CKAN itself has three fields for it: address, title and id.
    """
    if not statements.infers:
        statements.tell(node, fields, _LICENCE)
        return
    said = [[_code(part) for part in items(value)] for _, value in fields.each(*_LICENCES, *_TITLES)]
    codes = {tuple(sorted(set(each))) for each in said if all(each)}
    if len(codes) > 1 or (codes and _names_another(fields, *codes)):
        statements.disputed.add(node)  # nobody could tell which one applies
        return
    if codes:
        statements.add(node, DCT.license, *map(NamedNode, map(licence_iri, codes.pop())))
        return
    statements.tell(node, fields, _ONE_LICENCE)
    known = statements.graph.objects(node, DCT.license)
    title = fields.peek("license_title")
    if not known:
        made = licence(statements, title if title is not None else fields.peek("license_id"))
        statements.add(node, DCT.license, *(made or ()))
        if made:
            fields.take("license_id" if title is None else "license_title")
            _identify(statements, made[0], fields)
    elif title is not None and isinstance(known[0], NamedNode):
        statements.add(known[0], RDF.type, DCT.LicenseDocument)
        statements.tell(known[0], fields, (row(RDFS.label, "license_title", text),))
        _identify(statements, known[0], fields)


def _names_another(fields: Fields, codes: tuple[str, ...]) -> bool:
    """Whether a field names a Creative Commons licence without a version, with other conditions."""
    said = [text_of(part) for _, value in fields.each(*_LICENCES, *_TITLES) for part in items(value)]
    known = [_conditions(code) for code in codes]
    return any(
        _COMMONS.match(text) and not licence_in(text) and _conditions(text) not in known for text in said
    )


def _conditions(licence: str) -> list[bool]:
    words = licence.replace("_", " ")
    return [bool(condition.search(words)) for condition in _CONDITIONS]


def _code(value: Json) -> str:
    """The code of the licence that a text, or an object's link or label, names; otherwise ""."""
    parts = [value]
    if isinstance(value, dict):
        fields = Fields(value)
        parts = [fields.peek(*names) for names in (("uri", "iri", "@id", "resource", "url", "href"), LABEL)]
    codes = {licence_in(text_of(part)) for part in parts} - {""}
    return codes.pop() if len(codes) == 1 else ""


def _identify(statements: Statements, document: Term, fields: Fields) -> None:
    if document in statements.graph.nodes and not isinstance(document, Literal):
        statements.tell(document, fields, (row(DCT.identifier, "license_id", plain),))


def _tell_checksum(statements: Statements, node: Node, fields: Fields) -> None:
    value = text_of(fields.peek("hash"))
    if not value:
        return
    fields.take("hash")
    checksum = statements.node(SPDX.Checksum)
    kind = XSD.hexBinary if _HEX.fullmatch(value) else XSD.string
    statements.add(checksum, SPDX.checksumValue, Literal(value, datatype=kind))
    statements.add(node, SPDX.checksum, checksum)
    algorithm = fields.peek("hash_algorithm")
    known = ALGORITHMS.get(re.sub(r"[^a-z0-9]", "", text_of(algorithm).lower())) or link(algorithm)
    if known is not None:
        fields.take("hash_algorithm")
        statements.add(checksum, SPDX.algorithm, known)


def _service(statements: Statements, value: Json) -> Term | None:
    if not isinstance(value, dict):
        return link(value)
    fields = Fields(value)
    name = link(fields.peek("uri", "access_service_ref"))
    node: Node = statements.node(DCAT.DataService) if name is None else name
    if name is not None:
        fields.take("uri", "access_service_ref")
        statements.add(node, RDF.type, DCAT.DataService)
    tell_text(statements, node, fields, DCT.title, "title", "name")
    tell_text(statements, node, fields, DCT.description, "description")
    statements.tell(node, fields, SERVICE)
    tell_licence(statements, node, fields)
    statements.keep(node, fields)
    return node


services = each_of(_service)
_SERVICES = (row(DCAT.accessService, "access_services access_service", services),)
