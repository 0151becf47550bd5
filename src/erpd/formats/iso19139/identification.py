"""gmd:identificationInfo -> names, dates, language, subject and resolution of the data set."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.alignments import alignments
from erpd.formats.iso19139.document import INSPIRE, Document, address, authority, dated, known, literal
from erpd.metadata.iso8601 import DATE_TYPES
from erpd.metadata.terms import ADMS, DCAT, DCATAP, DCT, FOAF, OWL, RDFS, SKOS, XSD, Namespace

DQV = Namespace("http://www.w3.org/ns/dqv#")
GEODCAT = Namespace("http://data.europa.eu/930/")
_INFO = "gmd:identificationInfo/*/"
_CITATION = f"{_INFO}gmd:citation/gmd:CI_Citation/"
_THEME = re.compile(
    r"https?://(?:inspire\.ec\.europa\.eu/theme|www\.eionet\.europa\.eu/gemet/\w+/inspire-theme)/(\w+)/?"
)
_CATEGORY = re.compile(r"https?://data\.europa\.eu/bna/(c_\w+)")
_LEGISLATION = re.compile(r"https?://data\.europa\.eu/eli/\S+")
_METRES: dict[str, Decimal | int] = {
    "m": 1,
    "metre": 1,
    "meter": 1,
    "metres": 1,
    "meters": 1,
    "km": 1000,
    "cm": Decimal("0.01"),
}
_SPACE = re.compile(r"https?://\S+")
_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3},\d{3}\s*")
_FRACTIONS = Decimal("1e-12")
_DATES = {"creation": DCT.created, "publication": DCT.issued, "revision": DCT.modified}


def read_names(document: Document) -> None:
    """State title, abstract, edition, type and language."""
    for title in document.texts_at(document.root, f"{_CITATION}gmd:title"):
        document.say(DCT.title, literal(" ".join(title.value.split()), title.language or ""))
    document.say(DCT.alternative, *document.texts_at(document.root, f"{_CITATION}gmd:alternateTitle"))
    document.say(DCT.description, *document.texts_at(document.root, f"{_INFO}gmd:abstract"))
    document.say(OWL.versionInfo, *document.texts_at(document.root, f"{_CITATION}gmd:edition"))
    level = document.code(document.root, "gmd:hierarchyLevel")
    if level.isalpha():
        document.say(DCT.type, NamedNode(f"{INSPIRE}ResourceType/{level}"))
    for code in filter(None, document.codes(document.root, f"{_INFO}gmd:language")):
        document.say(DCT.language, known("language", code) or Literal(code))


def resource_iri(document: Document) -> str:
    """Return the first resource identifier that is an address (GeoDCAT-AP, resource identifier), or ""."""
    return next((link for _, _, link in _identifiers(document) if link), "")


def read_identifiers(document: Document) -> None:
    """State the identifiers of the data, with their authority; if there are none, that of the metadata."""
    found = [*_identifiers(document)]
    for code, space, link in found:
        document.say(DCT.identifier, Literal(link or code))
        if link and code not in link:  # the text of an Anchor with another address
            document.say(DCT.identifier, Literal(code))
        if space and not link:
            other = document.node(ADMS.Identifier)
            document.add(other, SKOS.notation, Literal(code))
            document.add(other, ADMS.schemaAgency, Literal(space))
            document.say(ADMS.identifier, other)
    name = document.text(document.root, "gmd:fileIdentifier")
    if name and not found:
        document.say(DCT.identifier, Literal(name))


def _identifiers(document: Document) -> Iterator[tuple[str, str, str]]:
    """Code, code space and address of each."""
    for element in document.objects(document.root, f"{_CITATION}gmd:identifier"):
        code, space = document.text(element, "gmd:code"), document.text(element, "gmd:codeSpace")
        link = next((document.link(each) for each in document.all(element, "gmd:code")), "")
        if not link and code and _SPACE.match(space):
            link = address(f"{space.rstrip('/#')}/{code}")
        if code or link:
            yield code, space, link


def read_dates(document: Document) -> None:
    """State the last revision and the first publication: DCAT-AP has one of each. Others become notes.

    Of several, only dates in ISO 8601 can be compared.
    """
    dates: dict[str, list[Literal]] = {}
    for element in document.objects(document.root, f"{_CITATION}gmd:date"):
        date = dated(document.text(element, "gmd:date"))
        kind = document.code(element, "gmd:dateType")
        if date and kind in _DATES:
            dates.setdefault(kind, []).append(date)
        elif date:
            _note(document, f"{kind or 'Date'}: {date.value}")
    for kind, values in dates.items():
        certain = (
            values if len(set(values)) == 1 else [date for date in values if date.datatype in DATE_TYPES]
        )
        chosen = (max if kind == "revision" else min)(certain, key=_moment) if certain else None
        document.say(_DATES[kind], *filter(None, [chosen]))
        for date in values:
            if date != chosen:
                _note(document, f"{kind}: {date.value}")


def _moment(date: Literal) -> str:
    """The date in a form that sorts as it passes: times in UTC."""
    try:
        return (
            datetime.fromisoformat(date.value).astimezone(UTC).isoformat()
            if "T" in date.value
            else date.value
        )
    except (ValueError, OverflowError):
        return date.value


def read_subjects(document: Document) -> None:
    """State topic categories and keywords, and the data themes that they mean."""
    table = alignments()
    themes: dict[str, None] = {}
    for element in document.all(document.root, f"{_INFO}gmd:topicCategory"):
        code = "".join(str(text) for text in element.itertext()).strip()
        if code.isalnum():
            document.say(DCT.subject, NamedNode(f"{INSPIRE}TopicCategory/{code}"))
        themes |= dict.fromkeys(table.topics.get(code.lower(), ()))
    for block in document.objects(document.root, f"{_INFO}gmd:descriptiveKeywords"):
        for keyword in document.all(block, "gmd:keyword"):
            themes |= dict.fromkeys(_keyword(document, keyword))
    document.say(DCAT.theme, *(authority("data-theme", code) for code in themes))


def _keyword(document: Document, element: etree._Element) -> list[str]:
    """State the keyword, and return the data themes that it means."""
    table = alignments()
    link = document.link(element)
    texts = [literal(" ".join(text.value.split()), text.language or "") for text in document.texts(element)]
    document.say(DCAT.keyword, *(text for text in texts if text.value != link))
    names = (table.names.get(text.value.casefold()) for text in texts)
    code = next((name for name in names if name), "")
    if link:
        theme, category = _THEME.fullmatch(link), _CATEGORY.fullmatch(link)
        code = theme[1].lower() if theme else code
        concept = known("data-theme", link)
        if concept:
            document.say(DCAT.theme, concept)
        elif category:
            document.say(DCATAP.hvdCategory, NamedNode(link))
        elif _LEGISLATION.fullmatch(link):
            document.say(DCATAP.applicableLegislation, NamedNode(link))
        else:
            document.say(DCT.subject, NamedNode(link))
            document.add(NamedNode(link), SKOS.prefLabel, *texts)
    return table.inspire.get(code, [])


def read_maintenance(document: Document) -> None:
    """State how often the data are updated, when next, and their status."""
    for element in document.objects(document.root, f"{_INFO}gmd:resourceMaintenance"):
        code = document.code(element, "gmd:maintenanceAndUpdateFrequency")
        concept = known("frequency", code)
        if code:
            document.say(DCT.accrualPeriodicity, concept or Literal(code))
        following = document.text(element, "gmd:dateOfNextUpdate")
        if following:
            document.say(RDFS.comment, Literal(f"Next update: {following}", language="en"))
    for code in filter(None, document.codes(document.root, f"{_INFO}gmd:status")):
        document.say(RDFS.comment, Literal(f"Status: {code}", language="en"))


def read_resolution(document: Document) -> None:
    """State the finest resolution in metres (DCAT); scales and other units as measurements (GeoDCAT-AP)."""
    metres: dict[str, Decimal] = {}
    for element in document.objects(document.root, f"{_INFO}gmd:spatialResolution"):
        path = "gmd:equivalentScale/gmd:MD_RepresentativeFraction/gmd:denominator"
        written = document.text(element, path)
        # An integer: "10.000" may be ten thousand.
        scale = _number(written) if written.isdecimal() else None
        if scale:
            fraction = (1 / scale).quantize(_FRACTIONS).normalize()
            _measured(document, GEODCAT.spatialResolutionAsScale, f"{fraction:f}")
        elif written:
            _note(document, f"Scale: {written}")
        for distance in document.objects(element, "gmd:distance"):
            written = (distance.text or "").strip()
            number, unit = _number(written), (distance.get("uom") or "").strip().rpartition("/")[2]
            factor = _METRES.get(unit.lower().rpartition(":")[2])
            text = f"Spatial resolution: {written} {unit}".strip()
            if number and factor:
                metres.setdefault(text, number * factor)
            elif written:
                _note(document, text)
    finest = min(metres.values(), default=None)
    if finest is not None:
        number_of_metres = Literal(f"{finest.normalize():f}", datatype=XSD.decimal)
        document.say(DCAT.spatialResolutionInMeters, number_of_metres)
    for text, number in metres.items():
        if number != finest:
            _note(document, text)


def _note(document: Document, text: str) -> None:
    document.say(RDFS.comment, Literal(text, language="en"))


def _measured(document: Document, metric: NamedNode, value: str) -> None:
    node = document.node(DQV.QualityMeasurement)
    document.add(node, DQV.isMeasurementOf, metric)
    document.add(node, DQV.value, Literal(value, datatype=XSD.decimal))
    document.say(DQV.hasQualityMeasurement, node)


def read_pictures(document: Document) -> None:
    for element in document.objects(document.root, f"{_INFO}gmd:graphicOverview"):
        link = address(document.text(element, "gmd:fileName"))
        if re.match(r"https?://", link):
            document.say(FOAF.depiction, NamedNode(link))


def read_notes(document: Document) -> None:
    """State texts that have no property of their own, each with its kind in front."""
    for path, name in alignments().notes.items():
        for text in document.texts_at(document.root, path):
            document.say(RDFS.comment, Literal(f"{name}: {text.value}", language=text.language))


def _number(text: str) -> Decimal | None:
    """A number with a point, as in XML, or with a comma that can only be a decimal one."""
    if _THOUSANDS.fullmatch(text):
        return None
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and Decimal("1e-9") < number < 10**12 else None
