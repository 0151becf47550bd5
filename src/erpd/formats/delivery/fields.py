"""The fields of the delivery API as tables. Reading, writing, merging and the OpenAPI document all use them.

They have the fields of the Netherlands' Aanlever-API 0.9.0, and some of ours, which are told in
docs/guides/beyond-the-national-api.md. A field takes one value or a list; ``many`` says which is written for
one value.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from erpd.formats.delivery.values import (
    ACCESS_RIGHT,
    COUNT,
    DAY,
    DURATION,
    FLAG,
    GEOMETRY,
    LINK,
    MAILBOX,
    MEDIA_TYPE,
    MOMENT,
    NUMBER,
    PLAIN,
    SIZE,
    TELEPHONE,
    TEXT,
    THEME,
    WHOLE,
    Kind,
    concept,
    link_like,
)
from erpd.metadata.conditions import FIELDS
from erpd.metadata.terms import (
    ADMS,
    AUTHORITY,
    CV,
    DCAT,
    DCT,
    DPV,
    FOAF,
    ODRL,
    PROV,
    SKOS,
    TIME,
    VCARD,
    expand,
)


@dataclass(frozen=True, slots=True)
class Thing:
    """What an object of JSON describes: a node of the graph."""

    name: str
    """Of its schema in the OpenAPI document."""
    kind: NamedNode
    """Its class in the graph."""
    rows: "tuple[Row, ...]"
    named: str = "uri"
    """The field with its IRI."""
    table: str = ""
    """The authority table that its IRIs are usually from; "" if none."""
    required: tuple[str, ...] = ()
    """What it must say, unless it is only an IRI."""
    is_offer: bool = False
    """Whether its rows are the fields of the conditions of access, which ODRL says in its own way."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A resource that is mostly a link, but may be a text instead: rights, a licence, provenance."""

    kind: NamedNode
    table: str = ""
    """The authority table that its links are from; "" if none."""


@dataclass(frozen=True, slots=True)
class Held:
    """A resource that only holds one literal: an instant its time, an identifier its notation."""

    kind: NamedNode
    predicate: NamedNode
    value: Kind
    link: bool = False
    """Whether an IRI in JSON is the resource itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field."""

    name: str
    predicate: NamedNode
    kind: Kind | Thing | Statement | Held
    many: bool = False
    most: int = 0
    """How many plain values the national API allows in the list; 0 if any number."""


def _rows(table: str, **kinds: Kind | Thing | Statement | Held) -> Iterator[Row]:
    """Read lines of ``field property kind[*|1]``: ``*`` is a list, ``1`` a list of one."""
    for line in table.strip().splitlines():
        name, predicate, kind = line.split()
        yield Row(
            name, expand(predicate), (_KINDS | kinds)[kind.rstrip("*1")], kind[-1] in "*1", kind[-1] == "1"
        )


_KINDS: dict[str, Kind | Thing | Statement | Held] = {
    "link": LINK,
    "text": TEXT,
    "plain": PLAIN,
    "moment": MOMENT,
    "day": DAY,
    "duration": DURATION,
    "flag": FLAG,
    "whole": WHOLE,
    "number": NUMBER,
    "size": SIZE,
    "geometry": GEOMETRY,
    "mailbox": MAILBOX,
    "telephone": TELEPHONE,
    "media-type": MEDIA_TYPE,
    **{
        table: link_like(f"{AUTHORITY}{table}/{code}", table)
        for table, code in (
            ("country", "NLD"),
            ("dataset-status", "COMPLETED"),
            ("dataset-type", "STATISTICAL"),
            ("distribution-status", "COMPLETED"),
            ("file-type", "CSV"),
            ("frequency", "ANNUAL"),
            ("language", "NLD"),
            ("planned-availability", "STABLE"),
        )
    },
    "access-right": ACCESS_RIGHT,
    "theme": THEME,
    "rights": Statement(DCT.RightsStatement),
    "licence": Statement(DCT.LicenseDocument, "licence"),
    "provenance": Statement(DCT.ProvenanceStatement),
    "standard": Statement(DCT.Standard),
    "health-category": concept("health-category"),
    "health-theme": concept("health-theme"),
    "legal-basis": Statement(DPV.LegalBasis),
    "purpose": Statement(DPV.Purpose),
    "instant": Held(TIME.Instant, TIME.inXSDDateTimeStamp, MOMENT),
    "identifier": Held(ADMS.Identifier, SKOS.notation, PLAIN, link=True),
}

AGENT = Thing(
    "FoafAgent",
    FOAF.Agent,
    tuple(
        _rows("""
            foafName                   foaf:name                    text1
            foafMbox                   foaf:mbox                    mailbox
            foafHomepage               foaf:homepage                link
            dctType                    dct:type                     link
        """)
    ),
    required=("foafName",),
)
REACHED = Thing(
    "CvContactPoint",
    CV.ContactPoint,
    tuple(
        _rows("""
            cvEmail                    cv:email                     plain
            cvContactPage              cv:contactPage               link
            cvTelephone                cv:telephone                 plain
        """)
    ),
)
HEALTH_AGENT = Thing(
    "HealthAgent",
    FOAF.Agent,
    (*AGENT.rows, *_rows("cvContactPoint cv:contactPoint reached", reached=REACHED)),
    required=("foafName",),
)
CONTACT = Thing(
    "DcatContactPoint",
    VCARD.Kind,
    tuple(
        _rows("""
            vcardFn                    vcard:fn                     text
            vcardHasEmail              vcard:hasEmail               mailbox
            vcardHasUrl                vcard:hasURL                 link
            vcardHasTelephone          vcard:hasTelephone           telephone
        """)
    ),
    required=("vcardFn",),
)
LOCATION = Thing(
    "DctLocation",
    DCT.Location,
    tuple(
        _rows("""
            dcatBbox                   dcat:bbox                    geometry
            dcatCentroid               dcat:centroid                geometry
            locnGeometry               locn:geometry                geometry
        """)
    ),
    named="dctLocation",
    table="country",
)
PERIOD = Thing(
    "DctPeriodOfTime",
    DCT.PeriodOfTime,
    tuple(
        _rows("""
            dcatStartDate              dcat:startDate               day
            dcatEndDate                dcat:endDate                 day
            timeHasBeginning           time:hasBeginning            instant
            timeHasEnd                 time:hasEnd                  instant
        """)
    ),
)
ATTRIBUTION = Thing(
    "ProvQualifiedAttribution",
    PROV.Attribution,
    tuple(
        _rows("""
            provAgent                  prov:agent                   link
            provHadRole                dcat:hadRole                 link
        """)
    ),
    required=("provAgent", "provHadRole"),
)
SERVICE = Thing(
    "DcatDataService",
    DCAT.DataService,
    tuple(
        _rows(
            """
            dctTitle                   dct:title                    text1
            dctDescription             dct:description              text1
            dcatEndpointUrl            dcat:endpointURL             link
            dcatEndpointDescription    dcat:endpointDescription     link
            dctAccessRights            dct:accessRights             access-right
            dctIdentifier              dct:identifier               plain
            dctLicense                 dct:license                  licence
            dctPublisher               dct:publisher                agent
            dcatContactPoint           dcat:contactPoint            contact
            dcatTheme                  dcat:theme                   theme*
            dctConformsTo              dct:conformsTo               standard*
            dcatapApplicableLegislation dcatap:applicableLegislation link*
            """,
            agent=AGENT,
            contact=CONTACT,
        )
    ),
)
DISTRIBUTION = Thing(
    "DcatDistribution",
    DCAT.Distribution,
    tuple(
        _rows(
            """
            dcatAccessUrl              dcat:accessURL               link
            dcatDownloadUrl            dcat:downloadURL             link
            dctTitle                   dct:title                    text1
            dctDescription             dct:description              text1
            dctFormat                  dct:format                   file-type
            dcatByteSize               dcat:byteSize                size
            dctRights                  dct:rights                   rights
            dctLicense                 dct:license                  licence
            dcatapApplicableLegislation dcatap:applicableLegislation link*
            dcatMediaType              dcat:mediaType               media-type
            dctLanguage                dct:language                 language*
            dctIssued                  dct:issued                   moment
            dctModified                dct:modified                 moment
            admsStatus                 adms:status                  distribution-status
            dcatapAvailability         dcatap:availability          planned-availability
            dctConformsTo              dct:conformsTo               standard*
            foafPage                   foaf:page                    link*
            dcatAccessService          dcat:accessService           service*
            """,
            service=SERVICE,
        )
    ),
)
_OF_CONDITIONS = {"text": TEXT, "link": LINK, "number": COUNT}
CONDITIONS = Thing(
    "Conditions",
    ODRL.Offer,
    tuple(
        Row(
            each.json,
            each.term,
            concept(each.list, closed=each.is_closed) if each.list else _OF_CONDITIONS[each.kind],
            each.many or each.kind == "text",
        )
        for each in FIELDS
    ),
    is_offer=True,
)
DATASET = Thing(
    "DcatDataset",
    DCAT.Dataset,
    tuple(
        _rows(
            """
            dctAccessRights            dct:accessRights             access-right
            dctAccrualPeriodicity      dct:accrualPeriodicity       frequency
            admsIdentifier             adms:identifier              identifier*
            dcatapApplicableLegislation dcatap:applicableLegislation link*
            admsSample                 adms:sample                  distribution*
            admsStatus                 adms:status                  dataset-status
            admsVersionNotes           adms:versionNotes            text*
            dctConformsTo              dct:conformsTo               standard*
            dcatContactPoint           dcat:contactPoint            contact
            dctCreator                 dct:creator                  agent*
            dcatDistribution           dcat:distribution            distribution*
            dctDescription             dct:description              text1
            dctIssued                  dct:issued                   moment
            dcatHasVersion             dcat:hasVersion              link*
            foafPage                   foaf:page                    link*
            dcatapHvdCategory          dcatap:hvdCategory           link*
            dctIdentifier              dct:identifier               plain
            dcatInSeries               dcat:inSeries                link*
            dctIsReferencedBy          dct:isReferencedBy           link*
            dcatKeyword                dcat:keyword                 text*
            dcatLandingPage            dcat:landingPage             link*
            dctLanguage                dct:language                 language*
            dctModified                dct:modified                 moment
            dctPublisher               dct:publisher                agent
            dctProvenance              dct:provenance               provenance*
            provQualifiedAttribution   prov:qualifiedAttribution    attribution*
            dcatQualifiedRelation      dcat:qualifiedRelation       link*
            dctRelation                dct:relation                 link*
            dctSource                  dct:source                   link*
            dcatSpatialResolutionInMeters dcat:spatialResolutionInMeters number
            dctSpatial                 dct:spatial                  location*
            dctTemporal                dct:temporal                 period*
            dcatTemporalResolution     dcat:temporalResolution      duration
            dcatTheme                  dcat:theme                   theme*
            dctType                    dct:type                     dataset-type
            dcatVersion                dcat:version                 plain
            provWasGeneratedBy         prov:wasGeneratedBy          link*
            dctTitle                   dct:title                    text1
            conditions                 odrl:hasPolicy               conditions
            healthdcatapHdab           healthdcatap:hdab            health-agent
            healthdcatapHdabCoordinator healthdcatap:hdabCoordinator health-agent
            geodcatapCustodian         geodcatap:custodian          health-agent
            healthdcatapTrustedDataHolder healthdcatap:trustedDataHolder flag
            healthdcatapHealthCategory healthdcatap:healthCategory  health-category*
            healthdcatapHealthTheme    healthdcatap:healthTheme     health-theme*
            dpvHasLegalBasis           dpv:hasLegalBasis            legal-basis*
            dpvHasPurpose              dpv:hasPurpose               purpose*
            dpvHasPersonalData         dpv:hasPersonalData          link*
            healthdcatapHasStructuredData healthdcatap:hasStructuredData flag
            healthdcatapHasVariables   healthdcatap:hasVariables    link*
            healthdcatapPopulationCoverage healthdcatap:populationCoverage text*
            healthdcatapNumberOfRecords healthdcatap:numberOfRecords whole
            healthdcatapNumberOfUniqueIndividuals healthdcatap:numberOfUniqueIndividuals whole
            healthdcatapMinTypicalAge  healthdcatap:minTypicalAge   whole
            healthdcatapMaxTypicalAge  healthdcatap:maxTypicalAge   whole
            healthdcatapHasCodingSystem healthdcatap:hasCodingSystem link*
            healthdcatapHasCodeValues  healthdcatap:hasCodeValues   text*
            healthdcatapRetentionPeriod healthdcatap:retentionPeriod period
            """,
            agent=AGENT,
            **{"health-agent": HEALTH_AGENT},
            conditions=CONDITIONS,
            contact=CONTACT,
            distribution=DISTRIBUTION,
            attribution=ATTRIBUTION,
            location=LOCATION,
            period=PERIOD,
        )
    ),
    required=("dctIdentifier",),
)

PUBLISHABLE = (
    *("dctTitle", "dctDescription", "dctIdentifier", "dctPublisher", "dctCreator", "dcatContactPoint"),
    *("dcatTheme", "dctAccessRights"),
)
"""What the national API requires of a data set; here, drafts may still lack it."""
THINGS: tuple[Thing, ...] = (
    DATASET,
    DISTRIBUTION,
    SERVICE,
    AGENT,
    CONTACT,
    LOCATION,
    PERIOD,
    ATTRIBUTION,
    CONDITIONS,
)
THINGS += (HEALTH_AGENT, REACHED)
