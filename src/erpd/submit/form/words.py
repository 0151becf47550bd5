"""What the form says beside a field, in plain words, and a real example of what to write."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.formats.delivery.fields import Thing
from erpd.pages.explanations import LAWS


class Words(NamedTuple):
    """What helps to fill in a field."""

    help: Promise | str = ""
    example: str = ""


NOTHING = Words()
SUGGESTED: Mapping[str, Mapping[str, Promise]] = {"dcatapApplicableLegislation": LAWS}
"""Field -> links that most need, with their names."""
LONG = frozenset(
    {
        *("dctDescription", "dctProvenance", "dctRights", "admsVersionNotes"),
        *("askingCondition", "purposeNote", "transferCondition"),
    }
)
"""Texts of several sentences."""

_DAY = _("Write 2024-05-31; 2024-05 or 2024 will do if you do not know the day.")
_LINKS = _("One link on each line.")
# "Thing.field", or the field wherever it is.
WORDS: Mapping[str, Words] = {
    "DcatDataset.dctTitle": Words(
        _("What you would call the data when you talk to a colleague elsewhere. No abbreviations."),
        "Hospital admissions by diagnosis and region, since 2014",
    ),
    "DcatDataset.dctDescription": Words(
        _("What is in the data, where they come from, whom they cover, what is missing. Do not name people."),
        "Every admission to a Dutch hospital since 2014, with diagnosis (ICD-10), age group and region. "
        "Psychiatric clinics are not included.",
    ),
    "dcatKeyword": Words(_("Words that people look for. One on each line."), "hospital"),
    "DcatDataset.dcatTheme": Words(_("One or more.")),
    "DcatDataset.dctLanguage": Words(_("In which languages the data are, if they have any text."), "Dutch"),
    "dcatLandingPage": Words(
        _("Pages of yours about the data. One link on each line."), "https://www.cbs.nl/en-gb/our-services"
    ),
    "dctType": Words(_("What kind of data they are.")),
    "DcatDataset.dctIdentifier": Words(
        _(
            "A name of yours for the data set, best a link. Leave it empty, and we make one. You can choose "
            "it only now: other portals recognise the data set by it, so it stays for good."
        ),
        "https://data.cbs.nl/id/dataset/hospital-admissions",
    ),
    "dctPublisher": Words(_("The organisation that is responsible for the data being available.")),
    "dctCreator": Words(_("Who made the data, if that is somebody else.")),
    "dcatContactPoint": Words(
        _("Whom people ask about the data, and about access to them. Name a team rather than a person.")
    ),
    "foafName": Words("", "Statistics Netherlands"),
    "vcardFn": Words(_("The name of a team or desk."), "Microdata Services"),
    "foafMbox": Words("", "info@cbs.nl"),
    "vcardHasEmail": Words(_("An address that stays when people change their jobs."), "microdata@cbs.nl"),
    "vcardHasTelephone": Words(_("With the code of the country."), "+31 70 337 3800"),
    "foafHomepage": Words("", "https://www.cbs.nl"),
    "vcardHasUrl": Words(_("A page with a contact form, for instance."), "https://www.cbs.nl/microdata"),
    "FoafAgent.dctType": Words(
        _("A link from a list of kinds of organisations."),
        "http://purl.org/adms/publishertype/NationalAuthority",
    ),
    "FoafAgent.uri": Words(
        _("A link that stands for the organisation, if there is one."),
        "https://identifier.overheid.nl/tooi/id/zbo/zb000151",
    ),
    "DcatDataset.dctAccessRights": Words(_("Who can have the data.")),
    "dcatapApplicableLegislation": Words(
        _("The laws that decide how the data are shared. Add others as links, one on each line."),
        "http://data.europa.eu/eli/reg/2022/868/oj",
    ),
    "dctProvenance": Words(
        _("Why the data are protected, or how they came about: a sentence, or a link to a page on it."),
        "The data are personal (Article 3(1)(d) of the Data Governance Act).",
    ),
    "dcatapHvdCategory": Words(
        _("Only for high-value data: links to their categories, one on each line."),
        "http://data.europa.eu/bna/c_dd313021",
    ),
    "healthdcatapHdab": Words(
        _("The body that decides about permits for the data (Article 55 of the European Health Data Space).")
    ),
    "healthdcatapHdabCoordinator": Words(_("Only if several bodies decide together.")),
    "geodcatapCustodian": Words(_("Who holds the data, if that is not the publisher.")),
    "healthdcatapTrustedDataHolder": Words(
        _("Whether the holder is a trusted one, with a simpler procedure (Article 72).")
    ),
    "healthdcatapHealthCategory": Words(_("One or more of Article 51.")),
    "dpvHasLegalBasis": Words(
        _(
            "On which ground personal data are processed: a sentence, or a link from the Data Privacy "
            "Vocabulary."
        ),
        "https://w3id.org/dpv/legal/eu/gdpr#A9-2-j",
    ),
    "dpvHasPurpose": Words(_("What the data are processed for: a sentence, or a link.")),
    "dpvHasPersonalData": Words(
        _("Links from the Data Privacy Vocabulary, one on each line."), "https://w3id.org/dpv/dpv-pd#Age"
    ),
    "healthdcatapHasStructuredData": Words(
        _("Whether the data have variables that a program can read the description of.")
    ),
    "healthdcatapHasVariables": Words(_("Links to the description of the variables, one on each line.")),
    "healthdcatapPopulationCoverage": Words(
        _("Whom the data cover."), "Children under 12 with asthma, treated in hospitals since 2018"
    ),
    "healthdcatapRetentionPeriod": Words(_("From when to when the data can be had for secondary use.")),
    "healthdcatapHasCodingSystem": Words(
        _LINKS, "https://hdeu-dcat.data.health.europa.eu/resource/authority/coding-system/ICD-10"
    ),
    "healthdcatapHasCodeValues": Words("", "U07.1"),
    "cvEmail": Words("", "permits@hdab.example.org"),
    "cvContactPage": Words("", "https://hdab.example.org/contact"),
    "cvTelephone": Words(_("With the code of the country."), "+31 70 337 3800"),
    "conditions": Words(
        _("How others can get the data. Fill in what you know: people read it before they ask.")
    ),
    "ground": Words(_("Article 3(1) of the Data Governance Act.")),
    "askingCondition": Words("", "Only for research that is not commercial."),
    "purposeNote": Words(_("What else should be said about the purposes.")),
    "formOfAccess": Words(_("How the data are made available (Article 5(3)).")),
    "fees": Words(_("What it costs (Article 6).")),
    "tariff": Words(_("The page with the prices."), "https://www.cbs.nl/microdata/costs"),
    "discount": Words(_("Who pays less.")),
    "usualDays": Words(_("How many days it usually takes until a decision."), "30"),
    "transferCondition": Words("", "Only to countries with an adequate level of protection."),
    "procedure": Words(_("Where one reads how to ask, or asks."), "https://www.cbs.nl/microdata/apply"),
    "Conditions.page": Words(
        _("Where the conditions are published."), "https://www.cbs.nl/microdata/conditions"
    ),
    "document": Words(_("What a request must come with."), "A description of the research"),
    "dctTemporal": Words(_("From when to when the data tell something. Leave the end empty if they go on.")),
    "dcatStartDate": Words(_DAY, "2014-01-01"),
    "dcatEndDate": Words("", "2023-12-31"),
    "timeHasBeginning": Words(_("If the exact time matters."), "2014-01-01T00:00:00Z"),
    "timeHasEnd": Words("", "2023-12-31T23:59:59Z"),
    "dctSpatial": Words(
        _("The places the data are about: a country by its name, other places by a link or a box.")
    ),
    "DctLocation.dctLocation": Words(
        _("A country by its name; other places by a link, from GeoNames for instance."), "Netherlands"
    ),
    "dcatBbox": Words(_("The four sides of a box around the place, in degrees.")),
    "dcatCentroid": Words(
        _("The middle, as well-known text: longitude, then latitude."), "POINT (4.9 52.37)"
    ),
    "locnGeometry": Words(
        _("Its outline, as well-known text or GeoJSON."), "POLYGON ((4.7 52.3, 5 52.3, 5 52.4, 4.7 52.3))"
    ),
    "dctAccrualPeriodicity": Words(_("How often the data are updated.")),
    "DcatDataset.dctIssued": Words(_("When the data were first available."), "2016-04-01"),
    "DcatDataset.dctModified": Words(_("When the data last changed."), "2024-05-31"),
    "dcatTemporalResolution": Words(
        _("How far apart in time two values are, as an ISO 8601 duration: P1D is a day, P1M a month."), "P1M"
    ),
    "dcatSpatialResolutionInMeters": Words(
        _("How far apart two places are that the data tell apart."), "100"
    ),
    "DcatDistribution.dctTitle": Words(
        _("What you call this file or service."), "Admissions per year, as CSV"
    ),
    "DcatDistribution.dctDescription": Words(
        _("What is in it, in a sentence or two."), "One row for each admission, with a list of the codes."
    ),
    "dcatAccessUrl": Words(
        _("The page where people get the data, or read how to ask for them."),
        "https://www.cbs.nl/microdata/apply",
    ),
    "dcatDownloadUrl": Words(
        _("Only if the file can be downloaded directly."), "https://data.cbs.nl/admissions.csv"
    ),
    "dctFormat": Words(_("Begin to write, then choose from the list."), "CSV"),
    "dcatByteSize": Words(
        _("How large the file is: a number of bytes, or 5 GB. An estimate will do."), "5 GB"
    ),
    "DcatDistribution.dctRights": Words(
        _(
            "On which conditions the data can be re-used, in a sentence, or a link to a page that says so. "
            "Leave it empty, and we write it from the conditions of access, if you filled them in."
        ),
        "On request, in a secure environment; results are checked for confidentiality.",
    ),
    "dctLicense": Words(_("A licence of the list by its name, or a link to the text of yours."), "CC BY 4.0"),
    "dcatMediaType": Words(_("The format as the web calls it (IANA)."), "text/csv"),
    "dcatAccessService": Words(_("An API or another service through which programs get the data.")),
    "dcatEndpointUrl": Words(_("The address that programs call."), "https://opendata.cbs.nl/api/v1"),
    "dcatEndpointDescription": Words(
        _("A link to the description of the service, such as an OpenAPI document."),
        "https://opendata.cbs.nl/openapi.json",
    ),
    "dctConformsTo": Words(
        _("Standards that the data keep to, as links."), "https://www.opengis.net/doc/IS/geopackage/1.3"
    ),
    "foafPage": Words(
        _("Pages and documents about the data: a code book, a method. One link on each line."),
        "https://www.cbs.nl/codebook.pdf",
    ),
    "admsIdentifier": Words(
        _("Other names that the data have, such as a DOI. One on each line."),
        "https://doi.org/10.17026/dans-xyz",
    ),
    "admsSample": Words(_("An example that everybody may see, such as a file with invented rows.")),
    "admsVersionNotes": Words(_("What is different from the version before.")),
    "dcatVersion": Words("", "2024.1"),
    "provQualifiedAttribution": Words(_("Other organisations that had a part in the data, and which.")),
    "provAgent": Words(_("A link that stands for the organisation."), "https://www.rivm.nl"),
    "provHadRole": Words(
        _("A link that stands for what it did."),
        "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/processor",
    ),
    **{
        name: Words(_LINKS, "https://data.cbs.nl/id/dataset/population")
        for name in (
            *("dcatHasVersion", "dcatInSeries", "dctIsReferencedBy", "dcatQualifiedRelation", "dctRelation"),
            *("dctSource", "provWasGeneratedBy"),
        )
    },
}


def words_for(thing: Thing, field: str) -> Words:
    return WORDS.get(f"{thing.name}.{field}") or WORDS.get(field) or NOTHING
