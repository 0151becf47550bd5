"""What the form says beside a field, in plain words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.formats.delivery.fields import Thing
from erpd.pages.explanations import LAWS

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
WORDS: Mapping[str, Promise] = {
    "DcatDataset.dctTitle": _(
        "What you would call the data when you talk to a colleague elsewhere. No abbreviations."
    ),
    "DcatDataset.dctDescription": _(
        "What is in the data, where they come from, whom they cover, what is missing. Do not name people."
    ),
    "dcatKeyword": _("Words that people look for. One on each line."),
    "DcatDataset.dcatTheme": _("One or more."),
    "DcatDataset.dctLanguage": _("In which languages the data are, if they have any text."),
    "dcatLandingPage": _("Pages of yours about the data. One link on each line."),
    "dctType": _("What kind of data they are."),
    "DcatDataset.dctIdentifier": _(
        "A name of yours for the data set, best a link. Leave it empty, and we make one. You can choose "
        "it only now: other portals recognise the data set by it, so it stays for good."
    ),
    "dctPublisher": _("The organisation that is responsible for the data being available."),
    "dctCreator": _("Who made the data, if that is somebody else."),
    "dcatContactPoint": _(
        "Whom people ask about the data, and about access to them. Name a team rather than a person."
    ),
    "vcardFn": _("The name of a team or desk."),
    "vcardHasEmail": _("An address that stays when people change their jobs."),
    "vcardHasTelephone": _("With the code of the country."),
    "vcardHasUrl": _("A page with a contact form, for instance."),
    "FoafAgent.dctType": _("A link from a list of kinds of organisations."),
    "FoafAgent.uri": _("A link that stands for the organisation, if there is one."),
    "DcatDataset.dctAccessRights": _("Who can have the data."),
    "dcatapApplicableLegislation": _(
        "The laws that decide how the data are shared. Add others as links, one on each line."
    ),
    "dctProvenance": _(
        "Why the data are protected, or how they came about: a sentence, or a link to a page on it."
    ),
    "dcatapHvdCategory": _("Only for high-value data: links to their categories, one on each line."),
    "healthdcatapHdab": _(
        "The body that decides about permits for the data (Article 55 of the European Health Data Space)."
    ),
    "healthdcatapHdabCoordinator": _("Only if several bodies decide together."),
    "geodcatapCustodian": _("Who holds the data, if that is not the publisher."),
    "healthdcatapTrustedDataHolder": _(
        "Whether the holder is a trusted one, with a simpler procedure (Article 72)."
    ),
    "healthdcatapHealthCategory": _("One or more of Article 51."),
    "dpvHasLegalBasis": _(
        "On which ground personal data are processed: a sentence, or a link from the Data Privacy Vocabulary."
    ),
    "dpvHasPurpose": _("What the data are processed for: a sentence, or a link."),
    "dpvHasPersonalData": _("Links from the Data Privacy Vocabulary, one on each line."),
    "healthdcatapHasStructuredData": _(
        "Whether the data have variables that a program can read the description of."
    ),
    "healthdcatapHasVariables": _("Links to the description of the variables, one on each line."),
    "healthdcatapPopulationCoverage": _("Whom the data cover."),
    "healthdcatapRetentionPeriod": _("From when to when the data can be had for secondary use."),
    "healthdcatapHasCodingSystem": _LINKS,
    "cvTelephone": _("With the code of the country."),
    "conditions": _("How others can get the data. Fill in what you know: people read it before they ask."),
    "ground": _("Article 3(1) of the Data Governance Act."),
    "purposeNote": _("What else should be said about the purposes."),
    "formOfAccess": _("How the data are made available (Article 5(3))."),
    "fees": _("What it costs (Article 6)."),
    "tariff": _("The page with the prices."),
    "discount": _("Who pays less."),
    "usualDays": _("How many days it usually takes until a decision."),
    "procedure": _("Where one reads how to ask, or asks."),
    "Conditions.page": _("Where the conditions are published."),
    "document": _("What a request must come with."),
    "dctTemporal": _("From when to when the data tell something. Leave the end empty if they go on."),
    "dcatStartDate": _DAY,
    "timeHasBeginning": _("If the exact time matters."),
    "dctSpatial": _("The places the data are about: a country by its name, other places by a link or a box."),
    "DctLocation.dctLocation": _(
        "A country by its name; other places by a link, from GeoNames for instance."
    ),
    "dcatBbox": _("The four sides of a box around the place, in degrees."),
    "dcatCentroid": _("The middle, as well-known text: longitude, then latitude."),
    "locnGeometry": _("Its outline, as well-known text or GeoJSON."),
    "dctAccrualPeriodicity": _("How often the data are updated."),
    "DcatDataset.dctIssued": _("When the data were first available."),
    "DcatDataset.dctModified": _("When the data last changed."),
    "dcatTemporalResolution": _(
        "How far apart in time two values are, as an ISO 8601 duration: P1D is a day, P1M a month."
    ),
    "dcatSpatialResolutionInMeters": _("How far apart two places are that the data tell apart."),
    "DcatDistribution.dctTitle": _("What you call this file or service."),
    "DcatDistribution.dctDescription": _("What is in it, in a sentence or two."),
    "dcatAccessUrl": _("The page where people get the data, or read how to ask for them."),
    "dcatDownloadUrl": _("Only if the file can be downloaded directly."),
    "dctFormat": _("Begin to write, then choose from the list."),
    "dcatByteSize": _("How large the file is: a number of bytes, or 5 GB. An estimate will do."),
    "DcatDistribution.dctRights": _(
        "On which conditions the data can be re-used, in a sentence, or a link to a page that says so. "
        "Leave it empty, and we write it from the conditions of access, if you filled them in."
    ),
    "dctLicense": _("A licence of the list by its name, or a link to the text of yours."),
    "dcatMediaType": _("The format as the web calls it (IANA)."),
    "dcatAccessService": _(
        "An API through which programs get these data at once, without asking first. Leave it empty for a "
        "file, and if people must ask for access: then the access URL is enough."
    ),
    "dcatEndpointUrl": _("The address that programs call."),
    "dcatEndpointDescription": _("A link to the description of the service, such as an OpenAPI document."),
    "dctConformsTo": _("Standards that the data keep to, as links."),
    "foafPage": _("Pages and documents about the data: a code book, a method. One link on each line."),
    "admsIdentifier": _("Other names that the data have, such as a DOI. One on each line."),
    "admsSample": _("An example that everybody may see, such as a file with invented rows."),
    "admsVersionNotes": _("What is different from the version before."),
    "provQualifiedAttribution": _("Other organisations that had a part in the data, and which."),
    "provAgent": _("A link that stands for the organisation."),
    "provHadRole": _("A link that stands for what it did."),
    **dict.fromkeys(
        (
            *("dcatHasVersion", "dcatInSeries", "dctIsReferencedBy", "dcatQualifiedRelation", "dctRelation"),
            *("dctSource", "provWasGeneratedBy"),
        ),
        _LINKS,
    ),
}


def help_for(thing: Thing, field: str) -> Promise | str:
    """What helps to fill in a field; "" where nothing is needed."""
    return WORDS.get(f"{thing.name}.{field}") or WORDS.get(field) or ""
