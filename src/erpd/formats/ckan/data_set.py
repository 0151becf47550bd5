"""A package -> a data set (G5.2.2, G4.1, DCAT-AP 2.1.1, 4.4)."""

import re

from pyoxigraph import Literal

from erpd.formats.ckan.agents import agents, tell_agents
from erpd.formats.ckan.coverage import tell_coverage
from erpd.formats.ckan.distribution import rights, standard, tell_distribution, tell_licence
from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.names import data_set_iri, page_of, portal_of
from erpd.formats.ckan.statements import (
    FIELD,
    Row,
    Statements,
    duration,
    each_of,
    figure,
    flag,
    moment,
    plain,
    reference,
    row,
    text,
    thing,
    whole,
)
from erpd.formats.ckan.translated import tell_text
from erpd.formats.ckan.values import dumps, is_by_language, items, literal_of, nested, text_of, texts
from erpd.formats.json_values import Json
from erpd.metadata.graph import Node, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, DCATAP, DCT, DPV, FOAF, GEODCATAP, HEALTH, OWL, PROV, RDF, SKOS
from erpd.metadata.vocabularies import vocabulary

_BRACES = re.compile(r"\{([A-Za-z-]+(?:,[A-Za-z-]+)*)\}")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
RELATION = (
    row(DCT.relation, "relation uri url", reference),
    row(DCAT.hadRole, "role had_role hadRole", reference),
)
ATTRIBUTION = (row(PROV.agent, "agent", agents), row(DCAT.hadRole, "role had_role", reference))
concept = thing(SKOS.Concept, SKOS.prefLabel)


def _languages(statements: Statements, value: Json) -> list[Term] | None:
    """Read text that holds a list: ``"en,es"`` (older ckanext-dcat), ``{ITA,DEU}`` (ckanext-dcatapit)."""
    words = text_of(value) if isinstance(value, str) else ""
    braces = _BRACES.fullmatch(words)
    parts = [part.strip() for part in (braces[1] if braces else words).split(",")]
    several = len(parts) > 1 and all(
        _CODE.fullmatch(part) or vocabulary("language").find(part) for part in parts
    )
    return reference(statements, parts if braces or several else value)


def _related(statements: Statements, value: Json) -> Term | None:
    if not isinstance(value, dict):
        return None
    fields = Fields(value)
    node = statements.node(DCAT.Relationship)
    statements.tell(node, fields, RELATION)
    statements.keep(node, fields)
    return node


def _attribution(statements: Statements, value: Json) -> Term | None:
    if not isinstance(value, dict):
        return None
    fields = Fields(value)
    node = statements.node(PROV.Attribution)
    statements.tell(node, fields, ATTRIBUTION)
    statements.keep(node, fields)
    return node


relations, attributions = each_of(_related), each_of(_attribution)
provenance = thing(DCT.ProvenanceStatement)
other_identifier = thing(ADMS.Identifier, SKOS.notation)
ROWS: tuple[Row, ...] = (
    row(DCT.accessRights, "access_rights dcat_access_rights", rights),
    row(DCT.rights, "rights", rights),
    row(DCAT.landingPage, "url landing_page", reference),
    row(DCT.issued, "issued dcat_issued release_date metadata_created", moment, one=True),
    row(DCT.modified, "modified dcat_modified metadata_modified", moment, one=True),
    row(OWL.versionInfo, "version dcat_version", plain, one=True),
    row(DCT.identifier, "identifier guid id", plain, one=True),
    row(DCT.language, "language", _languages),
    row(
        DCT.accrualPeriodicity,
        "frequency accrual_periodicity update_frequency frequency_of_update",
        reference,
        one=True,
    ),
    row(DCAT.theme, "theme category", concept),
    row(DCT.type, "dcat_type", concept),
    row(DCT.provenance, "provenance", provenance),
    row(DCT.conformsTo, "conforms_to", standard),
    row(FOAF.page, "documentation page", reference),
    row(ADMS.identifier, "alternate_identifier", other_identifier),
    row(DCT.relation, "related_resource relation relations", reference),
    row(DCT.isReferencedBy, "is_referenced_by", reference),
    row(DCT.hasVersion, "has_version", reference),
    row(DCT.isVersionOf, "is_version_of", reference),
    row(DCT.source, "source", reference),
    row(ADMS.sample, "sample", reference),
    row(DCAT.temporalResolution, "temporal_resolution", duration, one=True),
    row(DCAT.spatialResolutionInMeters, "spatial_resolution_in_meters", figure, one=True),
    row(DCATAP.applicableLegislation, "applicable_legislation", reference),
    row(DCATAP.hvdCategory, "hvd_category", reference),
    row(DCAT.qualifiedRelation, "qualified_relation qualified_relations", relations),
    row(PROV.qualifiedAttribution, "qualified_attribution", attributions),
    row(DCAT.theme, "groups", concept),
)
# Fields of ckanext-dcat for HealthDCAT-AP. Elsewhere "purpose" or "custodian" is anything: they count only
# beside one of SIGNS, whose names mean nothing else.
OF_HEALTH: tuple[Row, ...] = (
    row(HEALTH.hdab, "hdab", agents),
    row(HEALTH.hdabCoordinator, "hdab_coordinator", agents),
    row(GEODCATAP.custodian, "custodian", agents),
    row(HEALTH.trustedDataHolder, "trusted_data_holder", flag, one=True),
    row(HEALTH.healthCategory, "health_category", reference),
    row(HEALTH.healthTheme, "health_theme", reference),
    row(DPV.hasLegalBasis, "legal_basis", reference),
    row(DPV.hasPurpose, "purpose", reference),
    row(DPV.hasPersonalData, "personal_data", reference),
    row(HEALTH.hasStructuredData, "has_structured_data", flag, one=True),
    row(HEALTH.hasVariables, "has_variables", reference),
    row(HEALTH.populationCoverage, "population_coverage", text),
    row(HEALTH.numberOfRecords, "number_of_records", whole, one=True),
    row(HEALTH.numberOfUniqueIndividuals, "number_of_unique_individuals", whole, one=True),
    row(HEALTH.minTypicalAge, "min_typical_age", whole, one=True),
    row(HEALTH.maxTypicalAge, "max_typical_age", whole, one=True),
    row(HEALTH.hasCodingSystem, "coding_system", reference),
    row(HEALTH.hasCodeValues, "code_values", plain),
)
SIGNS = (
    *(HEALTH.hdab, HEALTH.hdabCoordinator, HEALTH.trustedDataHolder, HEALTH.healthCategory),
    *(HEALTH.healthTheme, HEALTH.hasStructuredData, HEALTH.numberOfUniqueIndividuals),
    *(HEALTH.minTypicalAge, HEALTH.maxTypicalAge),
)
_SIGNS = tuple(name for each in OF_HEALTH if each.predicate in SIGNS for name in each.fields)


def record_of(package: dict[str, Json], identifier: str, base: str, *, infers: bool = True) -> Record:
    """Return the record of a package. Fields unknown to DCAT-AP are kept under ``urn:ckan:field:``.

    ``infers`` is explained in ``Statements``.
    """
    fields, portal = Fields(package, extras=True), portal_of(base)
    name = text_of(fields.peek("id")) or identifier
    statements = Statements(portal, data_set_iri(fields, identifier, portal), infers=infers)
    data_set = statements.dataset
    statements.add(data_set, RDF.type, DCAT.Dataset)
    tell_text(statements, data_set, fields, DCT.title, "title")
    tell_text(statements, data_set, fields, DCT.description, "notes", "description")
    tell_text(statements, data_set, fields, ADMS.versionNotes, "version_notes")
    _tell_keywords(statements, data_set, fields)
    tell_agents(statements, data_set, fields)
    tell_coverage(statements, data_set, fields)
    if not fields.lacks(_SIGNS):
        statements.tell(data_set, fields, OF_HEALTH)
    statements.tell(data_set, fields, ROWS)
    _tell_resources(statements, data_set, fields, name)
    statements.keep(data_set, fields)
    for node, types in statements.types.items():
        statements.graph.set(node, RDF.type, types)
    page = page_of(portal, name)
    return Record(identifier, statements.graph, data_set, page.value if page and page != data_set else "")


def _tell_resources(statements: Statements, data_set: Node, fields: Fields, package: str) -> None:
    distributions: list[Node] = []
    taken = {data_set}
    for key, value in fields.each("resources"):
        found = [value] if isinstance(nested(value), dict) else items(value)
        # Resources that are identical, word for word, are one.
        resources = {dumps(each): each for each in map(nested, found) if isinstance(each, dict)}
        others = [each for each in found if not isinstance(nested(each), dict)]
        fields.use(key)
        for resource in resources.values():
            distribution = tell_distribution(statements, resource, package, taken)
            if distribution is not None:
                distributions.append(distribution)
                taken.add(distribution)
        if others:
            statements.add(data_set, FIELD.resources, literal_of(others))
    statements.add(data_set, DCAT.distribution, *distributions)
    _tell_licence(statements, data_set, distributions, fields)


def _tell_licence(statements: Statements, data_set: Node, distributions: list[Node], fields: Fields) -> None:
    """In CKAN the data set has the licence; in DCAT-AP, each distribution without its own inherits it."""
    tell_licence(statements, data_set, fields)
    licences = list(statements.graph.objects(data_set, DCT.license)) if statements.infers else []
    unlicensed = [
        node
        for node in distributions
        if not statements.graph.objects(node, DCT.license) and node not in statements.disputed
    ]
    for node in unlicensed:
        statements.add(node, DCT.license, *licences)
    if unlicensed and licences:
        statements.graph.set(data_set, DCT.license, [])


def _tell_keywords(statements: Statements, data_set: Node, fields: Fields) -> None:
    """Read ``tags`` by their titles, in all their languages, and ``tag_string``, separated by commas."""
    told: set[str] = set()
    for key, value in fields.each("tags_translated", "keywords", "keyword", "tag_string", "tags"):
        parts = items(value)
        if key[0] == "tagstring" and isinstance(value, str):
            parts = [part.strip() for part in value.split(",") if part.strip()]
        found = [_keyword(part) for part in parts]
        if None in found:
            continue
        fields.use(key)
        for literal in (literal for literals in found for literal in literals or ()):
            if literal.language or literal.value not in told:
                statements.add(data_set, DCAT.keyword, literal)
                told.add(literal.value)
        _keep_tags(statements, data_set, parts)


def _keyword(part: Json) -> list[Literal] | None:
    if isinstance(part, dict) and not is_by_language(part):
        return texts(Fields(part).peek("display_name", "name", "title", "label"))
    return texts(part)


def _says_nothing(name: str, value: Json, title: Json) -> bool:
    return (name, value) == ("state", "active") or (name in ("display_name", "name") and value == title)


def _keep_tags(statements: Statements, data_set: Node, tags: list[Json]) -> None:
    """Keep what tags say beyond their title."""
    kept = []
    for tag in tags:
        if isinstance(tag, dict) and not is_by_language(tag):
            fields = Fields(tag)
            title = fields.take("display_name", "name", "title", "label")
            rest = {name: value for name, value in fields.rest() if not _says_nothing(name, value, title)}
            kept.extend([{"title": title, **rest}] if rest else [])
    if kept:
        statements.add(data_set, FIELD.tags, literal_of(kept))
