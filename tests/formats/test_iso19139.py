"""ISO 19139 as geoportals write it -> DCAT-AP."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats import FORMATS, Unreadable, format_for
from erpd.formats.iso19139 import MEDIA_TYPE, read
from erpd.formats.iso19139.alignments import alignments
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import ADMS, DCAT, DCATAP, DCT, FOAF, LOCN, OWL, PROV, RDFS, SKOS, VCARD, XSD
from erpd.metadata.vocabularies import vocabulary
from tests.needs import SHARED

FOLDER = SHARED / "csw-iso19139"
FILES = sorted(FOLDER.rglob("*.xml"))
needs_recordings = pytest.mark.skipif(not FILES, reason="the recorded answers of shared/data are absent")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/"

SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "gmd": "http://www.isotc211.org/2005/gmd",
        "gco": "http://www.isotc211.org/2005/gco",
        "gmx": "http://www.isotc211.org/2005/gmx",
        "srv": "http://www.isotc211.org/2005/srv",
        "gml": "http://www.opengis.net/gml/3.2",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)


def text(name, value):
    return f"<gmd:{name}><gco:CharacterString>{value}</gco:CharacterString></gmd:{name}>"


def within(inside, *names):
    """The same, in elements of these names, the outermost first."""
    for name in reversed(names):
        inside = f"<gmd:{name}>{inside}</gmd:{name}>"
    return inside


def anchor(name, href, value="x"):
    return f'<gmd:{name}><gmx:Anchor xlink:href="{href}">{value}</gmx:Anchor></gmd:{name}>'


def code(name, kind, value):
    return f'<gmd:{name}><gmd:{kind} codeList="x" codeListValue="{value}"/></gmd:{name}>'


def party(name, role, mail="info@data.example", inside=""):
    address = (
        f"<gmd:address><gmd:CI_Address>{text('electronicMailAddress', mail)}</gmd:CI_Address></gmd:address>"
    )
    contact = f"<gmd:contactInfo><gmd:CI_Contact>{address}</gmd:CI_Contact></gmd:contactInfo>"
    return (
        f"<gmd:CI_ResponsibleParty>{text('organisationName', name)}{inside}{contact}"
        f"{code('role', 'CI_RoleCode', role)}</gmd:CI_ResponsibleParty>"
    )


def online(link, protocol="", function="", name=""):
    parts = f"<gmd:linkage><gmd:URL>{link}</gmd:URL></gmd:linkage>"
    parts += text("protocol", protocol) if protocol else ""
    parts += text("name", name) if name else ""
    parts += code("function", "CI_OnLineFunctionCode", function) if function else ""
    return f"<gmd:onLine><gmd:CI_OnlineResource>{parts}</gmd:CI_OnlineResource></gmd:onLine>"


def constraints(inside):
    return (
        f"<gmd:resourceConstraints><gmd:MD_LegalConstraints>{inside}</gmd:MD_LegalConstraints>"
        "</gmd:resourceConstraints>"
    )


def document(info="", citation="", after="", before="", distribution="", language="dut"):
    """A record with a title; each part is put in where ISO 19139 has it."""
    given = within(distribution, "distributionInfo", "MD_Distribution")
    cited = within(text("title", "Percelen") + citation, "citation", "CI_Citation")
    about = within(cited + info, "identificationInfo", "MD_DataIdentification")
    head = text("fileIdentifier", "file-1") + code("language", "LanguageCode", language)
    return f"<gmd:MD_Metadata {SPACES}>{head}{before}{about}{given}{after}</gmd:MD_Metadata>".encode()


def options(*lines, size=""):
    return (
        f"<gmd:transferOptions><gmd:MD_DigitalTransferOptions>{size}{''.join(lines)}"
        "</gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
    )


def record_of(**parts):
    return read(document(**parts), "file-1")


def values(record, predicate, node=None):
    return [term.value for term in record.graph.objects(node or record.dataset, predicate)]


def node(record, predicate, of=None):
    (found,) = record.graph.objects(of or record.dataset, predicate)
    return found


def test_the_least_record():
    record = record_of()
    assert record.identifier == "file-1"
    assert isinstance(record.dataset, BlankNode)
    assert record.title.by_language == {"nl": ["Percelen"]}
    assert values(record, DCT.identifier) == ["file-1"]
    about = node(record, FOAF.isPrimaryTopicOf)
    assert values(record, DCT.identifier, about) == ["file-1"]
    assert values(record, DCT.language, about) == [f"{AUTHORITY}language/NLD"]
    assert format_for(MEDIA_TYPE) is FORMATS["iso19139"]


def test_texts_in_several_languages():
    def localised(tag, value):
        return f'<gmd:LocalisedCharacterString locale="#{tag}">{value}</gmd:LocalisedCharacterString>'

    others = within(localised("EN", "Long title"), "textGroup")
    others += within(localised("NO", "Lange\n titel"), "textGroup")
    title = "<gco:CharacterString>  Lange\n      titel</gco:CharacterString>" + within(others, "PT_FreeText")
    english = within(title, "title")
    locale = (
        f'<gmd:locale><gmd:PT_Locale id="EN">{code("languageCode", "LanguageCode", "eng")}</gmd:PT_Locale>'
        "</gmd:locale>"
    )
    content = document(before=locale).replace(text("title", "Percelen").encode(), english.encode())
    record = read(content, "x")
    assert record.title.by_language == {"nl": ["Lange titel"], "en": ["Long title"]}


@pytest.mark.parametrize(
    ("written", "tag"),
    [("dut", "nl"), ("nld", "nl"), ("ger", "de"), ("fr", "fr"), ("roh", "rm"), ("tlh", ""), ("", "")],
)
def test_languages_of_texts(written, tag):
    assert list(record_of(language=written).title.by_language) == [tag]


IDENTIFIER = "<gmd:identifier><gmd:{0}>{1}</gmd:{0}></gmd:identifier>"


@pytest.mark.parametrize(
    ("kind", "inside", "iri", "said"),
    [
        ("MD_Identifier", anchor("code", "http://data.example/id/1", "1"), "http://data.example/id/1", []),
        ("MD_Identifier", text("code", "https://data.example/2"), "https://data.example/2", []),
        (
            "RS_Identifier",
            text("code", "3") + text("codeSpace", "http://d.example/"),
            "http://d.example/3",
            [],
        ),
        ("RS_Identifier", text("code", "4") + text("codeSpace", "RIVM"), "", ["4"]),
        ("MD_Identifier", text("code", "two words"), "", ["two words"]),
    ],
)
def test_the_resource_identifier_names_the_data_set(kind, inside, iri, said):
    record = record_of(citation=IDENTIFIER.format(kind, inside))
    assert record.iri == iri
    assert values(record, DCT.identifier) == [iri, *said][bool(said) :]
    agencies = [
        value
        for other in record.values(ADMS.identifier)
        for value in values(record, ADMS.schemaAgency, other)
    ]
    assert agencies == (["RIVM"] if "RIVM" in inside else [])


def test_who_does_what():
    boss = text("individualName", "J. Jansen")
    info = (
        f"<gmd:pointOfContact>{party('Kadaster', 'pointOfContact', inside=boss)}</gmd:pointOfContact>"
        f"<gmd:pointOfContact>{party('RWS', 'owner', 'rws@data.example')}</gmd:pointOfContact>"
        f"<gmd:pointOfContact>{party('TNO', 'sponsor')}</gmd:pointOfContact>"
    )
    record = record_of(info=info)
    owner = node(record, DCT.publisher)
    assert values(record, FOAF.name, owner) == ["RWS"]
    assert node(record, DCT.rightsHolder) == owner
    contact = node(record, DCAT.contactPoint)
    assert values(record, VCARD.fn, contact) == ["Kadaster"]
    assert values(record, VCARD.role, contact) == ["J. Jansen"]
    assert values(record, VCARD.hasEmail, contact) == ["info@data.example"]
    sponsor = node(record, PROV.qualifiedAttribution)
    assert values(record, DCAT.hadRole, sponsor) == [f"{INSPIRE}ResponsiblePartyRole/sponsor"]


def test_who_keeps_the_metadata_stands_in_where_nobody_else_is_named():
    record = record_of(before=f"<gmd:contact>{party('Gemeente', 'pointOfContact')}</gmd:contact>")
    assert values(record, FOAF.name, node(record, DCT.publisher)) == ["Gemeente"]
    assert values(record, VCARD.fn, node(record, DCAT.contactPoint)) == ["Gemeente"]


def date(when, kind):
    return (
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{when}</gco:Date></gmd:date>"
        f"{code('dateType', 'CI_DateTypeCode', kind)}</gmd:CI_Date></gmd:date>"
    )


def test_dates():
    dates = [("2001-02-03", "creation"), ("2010", "publication"), ("2009-05", "publication")]
    dates += [("2020-01-01", "revision"), ("2021-01-01T10:00:00", "revision"), ("2030-01-01", "expiry")]
    record = record_of(citation="".join(date(*each) for each in dates))
    assert record.values(DCT.created) == [Literal("2001-02-03", datatype=XSD.date)]
    assert record.values(DCT.issued) == [Literal("2009-05", datatype=XSD.gYearMonth)]
    assert record.values(DCT.modified) == [Literal("2021-01-01T10:00:00", datatype=XSD.dateTime)]
    assert "expiry: 2030-01-01" in values(record, RDFS.comment)
    assert record_of(citation=date("gisteren", "revision")).values(DCT.modified) == [Literal("gisteren")]


def keywords(*inside):
    return within("".join(inside), "descriptiveKeywords", "MD_Keywords")


@pytest.mark.parametrize(
    ("inside", "themes"),
    [
        ("<gmd:topicCategory><gmd:MD_TopicCategoryCode>geoscientificInformation</gmd:MD_TopicCategoryCode>"
         "</gmd:topicCategory>", ["REGI", "TECH"]),
        (keywords(anchor("keyword", "http://inspire.ec.europa.eu/theme/cp")), ["REGI", "ECON"]),
        (keywords(anchor("keyword", "https://www.eionet.europa.eu/gemet/nl/inspire-theme/tn")), ["TRAN"]),
        (keywords(text("keyword", "Beschermde gebieden")), ["ENVI"]),
        (keywords(text("keyword", "human health and SAFETY")), ["HEAL"]),
        (keywords(anchor("keyword", f"{AUTHORITY}data-theme/JUST")), ["JUST"]),
        (keywords(text("keyword", "fietsenstalling")), []),
    ],
)  # fmt: skip
def test_themes(inside, themes):
    assert values(record_of(info=inside), DCAT.theme) == [f"{AUTHORITY}data-theme/{code}" for code in themes]


def test_keywords_that_are_concepts():
    category = "http://data.europa.eu/bna/c_b79e35eb"
    law = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
    gemet = "http://www.eionet.europa.eu/gemet/concept/1337"
    record = record_of(
        info=keywords(
            anchor("keyword", category, "Mobiliteit"),
            anchor("keyword", law, "HVD"),
            anchor("keyword", gemet, "naaldbos"),
            text("keyword", "los"),
        )
    )
    assert values(record, DCAT.keyword) == ["Mobiliteit", "HVD", "naaldbos", "los"]
    assert values(record, DCATAP.hvdCategory) == [category]
    assert values(record, DCATAP.applicableLegislation) == [law]
    assert values(record, DCT.subject) == [gemet]
    assert values(record, SKOS.prefLabel, NamedNode(gemet)) == ["naaldbos"]


LIMITATION = f"{INSPIRE}LimitationsOnPublicAccess/"
CC_BY = "https://creativecommons.org/licenses/by/4.0/deed.nl"


@pytest.mark.parametrize(
    ("inside", "access", "licence"),
    [
        (anchor("otherConstraints", LIMITATION + "noLimitations"), "PUBLIC", ""),
        (anchor("otherConstraints", (LIMITATION + "noLimitations").replace("http:", "https:")), "PUBLIC", ""),
        (anchor("otherConstraints", LIMITATION + "INSPIRE_Directive_Article13_1e"), "RESTRICTED", ""),
        (anchor("otherConstraints", LIMITATION + "noLimitations")
         + code("accessConstraints", "MD_RestrictionCode", "restricted"), "RESTRICTED", ""),
        (code("classification", "MD_ClassificationCode", "secret"), "NON_PUBLIC", ""),
        (code("classification", "MD_ClassificationCode", "unclassified"), "", ""),
        (anchor("otherConstraints", CC_BY), "PUBLIC", f"{AUTHORITY}licence/CC_BY_4_0"),
        (text("otherConstraints", "http://creativecommons.org/publicdomain/zero/*/deed.nl"), "PUBLIC",
         f"{AUTHORITY}licence/CC0"),
        (text("otherConstraints", "https://creativecommons.org/licenses/by-nc/4.0/nl/"), "",
         f"{AUTHORITY}licence/CC_BYNC_4_0"),
        (anchor("otherConstraints", "https://creativecommons.org/licenses/by/3.0/nl/"), "PUBLIC",
         f"{AUTHORITY}licence/CC_BY_3_0_NL"),
        (anchor("otherConstraints", "https://creativecommons.org/licenses/by/3.0/it/"), "PUBLIC",
         "https://creativecommons.org/licenses/by/3.0/it/"),
        (anchor("otherConstraints", "https://data.example/licence.pdf"), "", "https://data.example/licence.pdf"),
        (text("useLimitation", "CC BY 4.0"), "", f"{AUTHORITY}licence/CC_BY_4_0"),
        (text("useLimitation", "Alleen na toestemming"), "", ""),
        (anchor("otherConstraints", f"{INSPIRE}ConditionsApplyingToAccessAndUse/noConditionsApply"), "", ""),
    ],
)  # fmt: skip
def test_rights(inside, access, licence):
    record = record_of(
        info=constraints(inside), distribution=options(online("http://d.example/a.zip", "zip"))
    )
    assert values(record, DCT.accessRights) == [
        f"{AUTHORITY}access-right/{code}" for code in [access] if code
    ]
    (distribution,) = record.distributions
    assert values(record, DCT.license, distribution) == [iri for iri in [licence] if iri]


def test_all_conditions_are_one_statement():
    two = text("useLimitation", "Alleen na toestemming") + anchor(
        "otherConstraints", CC_BY, "Naamsvermelding"
    )
    shop = options(online("http://d.example/a.zip", "zip"), online("http://d.example/b.zip", "zip"))
    record = record_of(info=constraints(two), distribution=shop)
    first, second = record.distributions
    statement = node(record, DCT.rights, first)
    assert node(record, DCT.rights, second) == statement
    assert values(record, RDFS.label, statement) == ["Alleen na toestemming", "Naamsvermelding"]
    assert values(record, RDFS.seeAlso, statement) == [CC_BY]


@pytest.mark.parametrize(
    ("line", "file_type", "service", "download"),
    [
        (online("http://d.example/wms?request=GetCapabilities", "OGC:WMS"), "WMS_SRVC", True, False),
        (online("http://d.example/wfs?", "OGC:WFS-1.1.0-http-get-feature"), "WFS_SRVC", True, False),
        (online("http://d.example/atom", "INSPIRE Atom", "download"), "ATOM", True, False),
        (online("http://d.example/wms", "OGC:WMS", "information"), "WMS_SRVC", True, False),
        (online("http://d.example/a.zip", "WWW:DOWNLOAD-1.0-http--download"), "GML", False, True),
        (online("http://d.example/a.json", "application/json"), "JSON", False, False),
        (
            online("http://d.example/a", "https://www.iana.org/assignments/media-types/text/csv"),
            "CSV",
            False,
            False,
        ),
    ],
)
def test_what_a_distribution_is(line, file_type, service, download):
    name = text("name", "Cadastral Parcels GML application schema")
    form = f"<gmd:distributionFormat><gmd:MD_Format>{name}</gmd:MD_Format></gmd:distributionFormat>"
    record = record_of(distribution=form + options(line))
    (distribution,) = record.distributions
    assert values(record, DCT.format, distribution) == [f"{AUTHORITY}file-type/{file_type}"]
    services = record.graph.objects(distribution, DCAT.accessService)
    assert bool(services) == service
    for each in services:
        (endpoint,) = values(record, DCAT.endpointURL, each)
        assert "?" not in endpoint
        assert values(record, DCT.title, each) == ["Percelen"]
        assert record.graph.objects(each, DCAT.servesDataset) == [record.dataset]
    assert bool(record.graph.objects(distribution, DCAT.downloadURL)) == download


def test_size_and_names():
    size = "<gmd:transferSize><gco:Real>1.5</gco:Real></gmd:transferSize>"
    record = record_of(distribution=options(online("http://d.example/a.gml", "gml", name="Alles"), size=size))
    (distribution,) = record.distributions
    assert record.graph.objects(distribution, DCAT.byteSize) == [Literal("1572864", datatype=XSD.decimal)]
    assert values(record, DCT.title, distribution) == ["Alles"]
    assert values(record, DCAT.accessURL, distribution) == ["http://d.example/a.gml"]


def test_pages_are_no_distributions_unless_there_is_nothing_else():
    pages = online("http://d.example/about", "WWW:LINK-1.0-http--link") + online(
        "http://d.example/info", "", "search"
    )
    record = record_of(distribution=options(pages, online("http://d.example/wms", "OGC:WMS")))
    assert (values(record, DCAT.landingPage), values(record, FOAF.page)) == (
        ["http://d.example/about"], ["http://d.example/info"],
    )  # fmt: skip
    assert len(record.distributions) == 1
    assert len(record_of(distribution=options(pages)).distributions) == 2


def extent(inside):
    return f"<gmd:extent><gmd:EX_Extent>{inside}</gmd:EX_Extent></gmd:extent>"


def bounding_box(west="3.37"):
    sides = {"westBoundLongitude": west, "eastBoundLongitude": "7,21", "southBoundLatitude": "50.75",
             "northBoundLatitude": "53.5"}  # fmt: skip
    box = "".join(
        f"<gmd:{side}><gco:Decimal>{degrees}</gco:Decimal></gmd:{side}>" for side, degrees in sides.items()
    )
    return (
        f"<gmd:geographicElement><gmd:EX_GeographicBoundingBox>{box}</gmd:EX_GeographicBoundingBox>"
        "</gmd:geographicElement>"
    )


@pytest.mark.parametrize("west", ["1e-99999999", "0e-99999999", "361", "NaN", "3.37°", "9" * 400])
def test_a_box_with_an_impossible_side_is_none(west):
    assert record_of(info=extent(bounding_box(west))).values(DCT.spatial) == []


def test_where_and_when():
    place = (
        "<gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier><gmd:MD_Identifier>{}"
        "</gmd:MD_Identifier></gmd:geographicIdentifier></gmd:EX_GeographicDescription></gmd:geographicElement>"
    )
    period = (
        "<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod><gml:beginPosition>2008-01-01"
        '</gml:beginPosition><gml:endPosition indeterminatePosition="now"/></gml:TimePeriod></gmd:extent>'
        "</gmd:EX_TemporalExtent></gmd:temporalElement>"
    )
    record = record_of(
        info=extent(
            text("description", "Heel Nederland")
            + bounding_box()
            + place.format(anchor("code", f"{AUTHORITY}country/NLD", "Nederland"))
            + place.format(text("code", "urn:nl:alles"))
            + period
        )
    )
    named, boxed, country, urn = record.values(DCT.spatial)
    assert values(record, SKOS.prefLabel, named) == ["Heel Nederland"]
    (wkt,) = values(record, DCAT.bbox, boxed)
    assert wkt == "POLYGON((3.37 53.5,7.21 53.5,7.21 50.75,3.37 50.75,3.37 53.5))"
    assert values(record, LOCN.geometry, boxed)[0].startswith("<gml:Envelope")
    assert country == NamedNode(f"{AUTHORITY}country/NLD")
    assert values(record, DCT.identifier, urn) == ["urn:nl:alles"]
    when = node(record, DCT.temporal)
    assert record.graph.objects(when, DCAT.startDate) == [Literal("2008-01-01", datatype=XSD.date)]
    assert record.graph.objects(when, DCAT.endDate) == []


def test_resolution():
    def resolution(inside):
        return (
            f"<gmd:spatialResolution><gmd:MD_Resolution>{inside}</gmd:MD_Resolution></gmd:spatialResolution>"
        )

    scale = (
        "<gmd:equivalentScale><gmd:MD_RepresentativeFraction><gmd:denominator><gco:Integer>10000</gco:Integer>"
        "</gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale>"
    )
    distances = [("0.1", "km"), ("25", "urn:ogc:def:uom:EPSG::9001#m"), ("50", "meter"), ("2", "degree")]
    lines = [
        f'<gmd:distance><gco:Distance uom="{unit}">{number}</gco:Distance></gmd:distance>'
        for number, unit in distances
    ]
    record = record_of(info="".join(map(resolution, [scale, *lines])))
    assert values(record, DCAT.spatialResolutionInMeters) == ["50"]
    assert "Spatial resolution: 2 degree" in values(record, RDFS.comment)
    measured = node(record, NamedNode("http://www.w3.org/ns/dqv#hasQualityMeasurement"))
    assert values(record, NamedNode("http://www.w3.org/ns/dqv#value"), measured) == ["0.0001"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("asNeeded", "AS_NEEDED"), ("annually", "ANNUAL"), ("continual", "CONT"), ("notPlanned", "NOT_PLANNED")],
)
def test_frequency(written, meant):
    frequency = code("maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", written)
    info = within(frequency, "resourceMaintenance", "MD_MaintenanceInformation")
    assert values(record_of(info=info), DCT.accrualPeriodicity) == [f"{AUTHORITY}frequency/{meant}"]


def test_quality():
    def result(passed, title):
        return (
            "<gmd:report><gmd:DQ_DomainConsistency><gmd:result><gmd:DQ_ConformanceResult><gmd:specification>"
            f"<gmd:CI_Citation>{title}</gmd:CI_Citation></gmd:specification>{text('explanation', 'uitleg')}"
            f"<gmd:pass><gco:Boolean>{passed}</gco:Boolean></gmd:pass></gmd:DQ_ConformanceResult></gmd:result>"
            "</gmd:DQ_DomainConsistency></gmd:report>"
        )

    law = "http://data.europa.eu/eli/reg/2010/1089"
    lineage = f"<gmd:lineage><gmd:LI_Lineage>{text('statement', 'Ingewonnen')}</gmd:LI_Lineage></gmd:lineage>"
    inside = (
        result("true", anchor("title", law, "Verordening")) + result("false", text("title", "Norm")) + lineage
    )
    record = record_of(
        after=f"<gmd:dataQualityInfo><gmd:DQ_DataQuality>{inside}</gmd:DQ_DataQuality></gmd:dataQualityInfo>"
    )
    assert values(record, DCT.conformsTo) == [law]
    assert values(record, DCT.title, NamedNode(law)) == ["Verordening"]
    assert values(record, RDFS.label, node(record, DCT.provenance)) == ["Ingewonnen"]
    outcome = node(record, PROV.generated, node(record, PROV.wasUsedBy))
    assert values(record, DCT.type, outcome) == [f"{INSPIRE}DegreeOfConformity/notConformant"]
    assert values(record, DCT.description, outcome) == ["uitleg"]


def test_texts_without_a_property_are_kept():
    order = text("orderingInstructions", "Bel ons")
    order = within(
        order, "distributor", "MD_Distributor", "distributionOrderProcess", "MD_StandardOrderProcess"
    )
    record = record_of(info=text("purpose", "Heffing"), citation=text("edition", "2.1"), distribution=order)
    assert record.values(RDFS.comment) == [
        Literal("Purpose: Heffing", language="nl"), Literal("Ordering: Bel ons", language="nl"),
    ]  # fmt: skip
    assert values(record, OWL.versionInfo) == ["2.1"]


WHOLE = document()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "broken-syntax"),
        (b"no xml", "broken-syntax"),
        (WHOLE[:-5], "broken-syntax"),
        (WHOLE.replace(b"Percelen", b"a\x03b"), "broken-syntax"),
        (b"<x>" * 500 + b"</x>" * 500, "broken-syntax"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + WHOLE, "unsafe-xml"),
        (f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>{WHOLE}'.encode("utf-16"), "unsafe-xml"),
        (b"<html/>", "unknown-format"),
        (b'<MD_Metadata xmlns="http://standards.iso.org/iso/19115/-3/mdb/2.0"/>', "unknown-format"),
        (b"<GetRecordByIdResponse/>", "no-data-set"),
        (b"<SearchResults><a/><b/></SearchResults>", "several-data-sets"),
        (WHOLE.replace(b"MD_DataIdentification", b"SV_ServiceIdentification"), "no-data-set"),
        (b'<MD_Metadata xmlns="http://www.isotc211.org/2005/gmd"/>', "no-data-set"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(content, rule):
    with pytest.raises(Unreadable) as caught:
        read(content, "x")
    assert caught.value.rule == rule
    assert str(caught.value)


def test_other_encodings_and_envelopes_are_read():
    whole = WHOLE.decode()
    for content in (
        f'<?xml version="1.0" encoding="UTF-16"?>{whole}'.encode("utf-16"),
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{whole}'.encode("latin-1"),
        f"<GetRecordByIdResponse><!-- x -->{whole}</GetRecordByIdResponse>".encode(),
    ):
        assert read(content, "x").title.best("nl") == ("Percelen", "nl")


def test_the_tables_name_only_what_there_is():
    table = alignments()
    themes = vocabulary("data-theme").concepts
    assert {
        code for codes in [*table.topics.values(), *table.inspire.values()] for code in codes
    } <= themes.keys()
    assert set(table.names.values()) == set(table.inspire)
    types = {kind for kind, _ in table.services.values() if kind} | set(table.formats.values())
    assert types <= vocabulary("file-type").concepts.keys()


RICH = FOLDER / "ngr-pdok" / "examples" / "ISO19115" / "Voorbeeld_Metadata_Dataset_2022_max.xml"


@needs_recordings
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_random_damage_gives_a_record_or_a_clear_error(data):
    whole = RICH.read_bytes()
    place = data.draw(st.integers(0, len(whole)))
    end = place + data.draw(st.integers(0, 400))
    alphabet = b"<>/\"'&;:= a0-\x00\xff"
    noise = bytes(data.draw(st.lists(st.sampled_from(alphabet), max_size=12)))
    record = read_or_rule(whole[:place] + noise + whole[end:])
    if not isinstance(record, str):
        mend(record, load_profile("erpd"))
        assert record.graph.subjects(DCAT.Dataset) == [record.dataset]


@needs_recordings
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_strange_values_give_a_record(data):
    whole = RICH.read_text("utf-8")
    pieces = whole.split(">")
    for _ in range(20):
        place = data.draw(st.integers(1, len(pieces) - 2))
        if pieces[place].startswith("<") or "</" not in pieces[place]:
            continue
        strange = data.draw(
            st.sampled_from(
                ["", "1e999", "NaN", "http://[", "http://x y/", "-5", "9" * 400, "\u202e", "%", "mailto:"]
            )
        )
        pieces[place] = strange + "</" + pieces[place].rpartition("</")[2]
    record = read_or_rule(">".join(pieces).encode())
    if isinstance(record, str):
        assert record in ("unknown-format", "no-data-set", "broken-syntax")
    else:
        mend(record, load_profile("erpd"))
        assert list(check(record, load_profile("erpd")))


def read_or_rule(content):
    """The record, or the rule of why there is none."""
    try:
        return read(content, "x")
    except Unreadable as error:
        return error.rule


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_recording_gives_a_record_or_a_clear_error(path):
    record = read_or_rule(path.read_bytes())
    if isinstance(record, str):
        assert record in ("several-data-sets", "no-data-set", "unknown-format")
        return
    profile = load_profile("dcat-ap-2.1.1")
    repaired = {finding.rule for finding in mend(record, profile)}
    assert repaired <= {"mail-address", "telephone", "markup", "iri"}
    assert record.title
    assert record.description
    assert record.values(DCT.publisher)
    assert not [finding for finding in check(record, profile) if finding.severity is Severity.ERROR]
