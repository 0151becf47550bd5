"""Lineage, conformity, reference systems and related data (GeoDCAT-AP, data quality)."""

import re

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.document import INSPIRE, Document, dated, literal
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCT, FOAF, PROV, RDF, RDFS

_EPSG = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:EPSG:[^:]*:|EPSG:+|epsg:+)?(\d{4,6})", re.IGNORECASE)
_REFERENCE_SYSTEM = NamedNode("http://inspire.ec.europa.eu/glossary/SpatialReferenceSystem")
_LINEAGE = "gmd:dataQualityInfo/*/gmd:lineage/*/"
_STEPS = (
    "gmd:statement",
    "gmd:processStep/*/gmd:description",
    "gmd:processStep/*/gmd:rationale",
    "gmd:source/*/gmd:description",
    "gmd:source/*/gmd:sourceStep/*/gmd:description",
)
_WHOLE = ("largerWorkCitation", "series")


def read_lineage(document: Document) -> None:
    """State how the data came about."""
    texts = [text for path in _STEPS for text in document.texts_at(document.root, _LINEAGE + path)]
    if texts:
        node = document.node(DCT.ProvenanceStatement)
        document.add(node, RDFS.label, *texts)
        document.say(DCT.provenance, node)


def read_conformity(document: Document) -> None:
    """State what the data conform to, and, as in GeoDCAT-AP, that they do not or that it is not known."""
    path = "gmd:dataQualityInfo/*/gmd:report/*/gmd:result/gmd:DQ_ConformanceResult"
    for result in document.all(document.root, path):
        specification = next(iter(document.objects(result, "gmd:specification")), None)
        standard = _standard(document, specification) if specification is not None else None
        if standard is None:
            continue
        passed = document.text(result, "gmd:pass").lower()
        if passed in ("true", "1"):
            document.say(DCT.conformsTo, standard)
            for text in document.texts_at(result, "gmd:explanation"):
                document.say(RDFS.comment, literal(f"Conformity: {text.value}", text.language or ""))
            continue
        degree = "notConformant" if passed in ("false", "0") else "notEvaluated"
        outcome, plan = document.node(PROV.Entity), document.node(PROV.Plan)
        document.add(outcome, DCT.type, NamedNode(f"{INSPIRE}DegreeOfConformity/{degree}"))
        document.add(outcome, DCT.description, *document.texts_at(result, "gmd:explanation"))
        document.add(plan, PROV.wasDerivedFrom, standard)
        association, test = document.node(PROV.Association), document.node(PROV.Activity)
        document.add(association, PROV.hadPlan, plan)
        document.add(test, PROV.qualifiedAssociation, association)
        document.add(test, PROV.generated, outcome)
        document.say(PROV.wasUsedBy, test)


def read_reference_systems(document: Document) -> None:
    """State the coordinate systems, by EPSG code if they have one."""
    for element in document.objects(document.root, "gmd:referenceSystemInfo"):
        code = document.first(element, "gmd:referenceSystemIdentifier/*/gmd:code")
        texts = document.texts(code)
        number = _EPSG.fullmatch(texts[0].value) if texts else None
        link = document.link(code)
        if not link and number:
            link = f"http://www.opengis.net/def/crs/EPSG/0/{number[1]}"
        if not (link or texts):
            continue
        node = document.node(DCT.Standard, link)
        document.add(node, DCT.type, _REFERENCE_SYSTEM)
        document.add(node, DCT.title, *(text for text in texts if text.value != link))
        document.say(DCT.conformsTo, node)


def read_relations(document: Document) -> None:
    """State what the data belong to, and where their features are described."""
    parent = document.text(document.root, "gmd:parentIdentifier")
    if parent:
        document.say(DCT.isPartOf, _resource(document, "", [], parent))
    for element in document.objects(document.root, "gmd:identificationInfo/*/gmd:aggregationInfo"):
        code = document.first(element, "gmd:aggregateDataSetIdentifier/*/gmd:code")
        titles = document.texts_at(element, "gmd:aggregateDataSetName/gmd:CI_Citation/gmd:title")
        names = document.texts(code)
        if titles or names:
            whole = document.code(element, "gmd:associationType") in _WHOLE
            name = names[0].value if names else ""
            node = _resource(document, document.link(code), titles, name)
            document.say(DCT.isPartOf if whole else DCT.relation, node)
    for element in document.all(document.root, "gmd:contentInfo/*/gmd:featureCatalogueCitation"):
        link = document.link(element)
        if link:
            document.say(FOAF.page, NamedNode(link))
            document.add(NamedNode(link), RDF.type, FOAF.Document)
            continue
        for title in document.texts_at(element, "gmd:CI_Citation/gmd:title"):
            document.say(RDFS.comment, Literal(f"Feature catalogue: {title.value}", language=title.language))


def _resource(document: Document, link: str, titles: list[Literal], name: str) -> Node:
    node = document.node(RDFS.Resource, link)
    document.add(node, DCT.title, *titles)
    document.add(node, DCT.identifier, *([Literal(name)] if name and name != link else []))
    return node


def _standard(document: Document, citation: etree._Element) -> Node | None:
    title = document.first(citation, "gmd:title")
    link, texts = document.link(title), document.texts(title)
    if not (link or texts):
        return None
    node = document.node(DCT.Standard, link)
    document.add(node, DCT.title, *(text for text in texts if text.value != link))
    date = dated(document.text(citation, "gmd:date/gmd:CI_Date/gmd:date"))
    document.add(node, DCT.issued, *filter(None, [date]))
    return node
