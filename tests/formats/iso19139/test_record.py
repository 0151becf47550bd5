"""What the data set is."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats import FORMATS, format_for
from erpd.formats.iso19139 import MEDIA_TYPE, read
from erpd.formats.iso19139.alignments import alignments
from erpd.metadata.terms import ADMS, DCAT, DCATAP, DCT, FOAF, OWL, PROV, RDF, RDFS, SKOS, VCARD, XSD
from erpd.metadata.vocabularies import vocabulary
from tests.formats.iso19139.documents import (
    AUTHORITY,
    INSPIRE,
    anchor,
    code,
    document,
    node,
    party,
    record_of,
    text,
    values,
    within,
)


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


def test_a_locale_that_nobody_declared_is_what_its_name_says():
    def localised(tag, value):
        return within(
            f'<gmd:LocalisedCharacterString locale="#{tag}">{value}</gmd:LocalisedCharacterString>',
            "textGroup",
        )

    others = within(localised("FR", "Parcelles") + localised("loc1", "Parcele") + localised("EN", "Percelen"),
                    "PT_FreeText")  # fmt: skip
    title = within("<gco:CharacterString>Percelen</gco:CharacterString>" + others, "title")
    record = read(document().replace(text("title", "Percelen").encode(), title.encode()), "x")
    assert record.title.by_language == {"nl": ["Percelen"], "fr": ["Parcelles"], "": ["Parcele"]}


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
    assert record.values(DCT.publisher) == []
    assert values(record, FOAF.name, node(record, DCT.rightsHolder)) == ["RWS"]
    contact = node(record, DCAT.contactPoint)
    assert values(record, VCARD.fn, contact) == ["Kadaster"]
    assert values(record, VCARD.role, contact) == ["J. Jansen"]
    assert values(record, VCARD.hasEmail, contact) == ["info@data.example"]
    sponsor = node(record, PROV.qualifiedAttribution)
    assert values(record, DCAT.hadRole, sponsor) == [f"{INSPIRE}ResponsiblePartyRole/sponsor"]


def test_who_keeps_the_metadata_is_nobody_for_the_data():
    parties = [party("Gemeente", "pointOfContact"), party("Provincie", "publisher")]
    record = record_of(before="".join(within(each, "contact") for each in parties))
    assert record.values(DCT.publisher) == record.values(DCAT.contactPoint) == []
    about = node(record, FOAF.isPrimaryTopicOf)
    contacts = record.graph.objects(about, DCAT.contactPoint)
    assert [values(record, VCARD.fn, each) for each in contacts] == [["Gemeente"], ["Provincie"]]


def test_a_second_publisher_is_an_agent_too():
    names = ("Kadaster", "RWS", "Kadaster")
    record = record_of(info="".join(within(party(name, "publisher"), "pointOfContact") for name in names))
    assert values(record, FOAF.name, node(record, DCT.publisher)) == ["Kadaster"]
    other = node(record, PROV.qualifiedAttribution)
    assert values(record, FOAF.name, node(record, PROV.agent, other)) == ["RWS"]
    assert values(record, DCAT.hadRole, other) == [f"{INSPIRE}ResponsiblePartyRole/publisher"]


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
    assert "publication: 2010" in values(record, RDFS.comment)
    assert record_of(citation=date("gisteren", "revision")).values(DCT.modified) == [Literal("gisteren")]


@pytest.mark.parametrize(
    ("dates", "chosen"),
    [
        (["2020-05-12", "31-12-2018"], ["2020-05-12"]),
        (["Spring 2018", "2020-05"], ["2020-05"]),
        (["2020-05-12T23:00:00-05:00", "2020-05-13T01:00:00Z"], ["2020-05-12T23:00:00-05:00"]),
        (["31-12-2018", "01-02-2017"], []),
        (["31-12-2018", "31-12-2018"], ["31-12-2018"]),
    ],
)
def test_the_last_of_several_dates_is_one_that_can_be_compared(dates, chosen):
    record = record_of(citation="".join(date(each, "revision") for each in dates))
    assert values(record, DCT.modified) == chosen
    notes = values(record, RDFS.comment)
    assert notes == [f"revision: {each}" for each in dict.fromkeys(dates) if each not in chosen]


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


def resolution(inside):
    return f"<gmd:spatialResolution><gmd:MD_Resolution>{inside}</gmd:MD_Resolution></gmd:spatialResolution>"


def scale_of(denominator):
    integer = f"<gco:Integer>{denominator}</gco:Integer>"
    return resolution(within(integer, "equivalentScale", "MD_RepresentativeFraction", "denominator"))


def distance_of(number, unit="m"):
    return resolution(f'<gmd:distance><gco:Distance uom="{unit}">{number}</gco:Distance></gmd:distance>')


def test_resolution():
    distances = [("0.1", "km"), ("25", "urn:ogc:def:uom:EPSG::9001#m"), ("50", "meter"), ("2", "degree")]
    record = record_of(info=scale_of("10000") + "".join(distance_of(*each) for each in distances))
    assert values(record, DCAT.spatialResolutionInMeters) == ["50"]
    assert {"Spatial resolution: 2 degree", "Spatial resolution: 0.1 km"} <= {*values(record, RDFS.comment)}
    measured = node(record, NamedNode("http://www.w3.org/ns/dqv#hasQualityMeasurement"))
    assert values(record, NamedNode("http://www.w3.org/ns/dqv#value"), measured) == ["0.0001"]


@pytest.mark.parametrize(
    ("info", "metres", "notes"),
    [
        (scale_of("10.000"), [], ["Scale: 10.000"]),
        (scale_of("1:5000"), [], ["Scale: 1:5000"]),
        (distance_of("100") + distance_of("10"), ["10"], ["Spatial resolution: 100 m"]),
        (distance_of("ca. 5"), [], ["Spatial resolution: ca. 5 m"]),
        (distance_of("1,000"), [], ["Spatial resolution: 1,000 m"]),
        (distance_of("0,5"), ["0.5"], []),
    ],
)
def test_figures_that_are_not_certain_are_notes(info, metres, notes):
    record = record_of(info=info)
    assert values(record, DCAT.spatialResolutionInMeters) == metres
    assert values(record, RDFS.comment) == notes
    assert record.values(NamedNode("http://www.w3.org/ns/dqv#hasQualityMeasurement")) == []


def test_a_language_of_the_metadata_that_is_not_one_stays():
    record = record_of(language="nl; en")
    assert record.graph.objects(node(record, FOAF.isPrimaryTopicOf), DCT.language) == [Literal("nl; en")]


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


def test_the_tables_name_only_what_there_is():
    table = alignments()
    themes = vocabulary("data-theme").concepts
    assert {
        code for codes in [*table.topics.values(), *table.inspire.values()] for code in codes
    } <= themes.keys()
    assert set(table.names.values()) == set(table.inspire)
    types = {kind for kind, _ in table.services.values() if kind} | set(table.formats.values())
    assert types <= vocabulary("file-type").concepts.keys()


def test_an_anchor_says_its_text_and_its_address():
    identifier = within(
        anchor("code", "https://geo.example/metadata/other", "b3ed10bc"), "identifier", "MD_Identifier"
    )
    record = record_of(citation=identifier)
    assert values(record, DCT.identifier) == ["https://geo.example/metadata/other", "b3ed10bc"]


def test_a_keyword_is_on_one_line():
    record = record_of(info=within(text("keyword", "Land\n      use"), "descriptiveKeywords", "MD_Keywords"))
    assert values(record, DCAT.keyword) == ["Land use"]


def test_a_position_is_neither_a_person_nor_an_organisation():
    position = party("", "pointOfContact", inside=text("positionName", "Head of data"))
    record = record_of(info=within(position, "pointOfContact"))
    contact = node(record, DCAT.contactPoint)
    assert values(record, VCARD.fn, contact) == ["Head of data"]
    assert values(record, RDF.type, contact) == [VCARD.Kind.value]
