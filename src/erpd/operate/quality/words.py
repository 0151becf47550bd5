"""What the metrics are called. The first words are those of the methodology of data.europa.eu, made plain."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.metadata.quality import Dimension

DIMENSIONS: Mapping[Dimension, Promise] = {
    Dimension.FINDABILITY: _("Findability"),
    Dimension.ACCESSIBILITY: _("Accessibility"),
    Dimension.INTEROPERABILITY: _("Interoperability"),
    Dimension.REUSABILITY: _("Reusability"),
    Dimension.CONTEXTUALITY: _("Context"),
}
BANDS: Mapping[str, Promise] = {
    "excellent": _("Excellent"),
    "good": _("Good"),
    "sufficient": _("Sufficient"),
    "bad": _("Bad"),
}
AT_LEAST: Mapping[str, Promise] = {
    "excellent": _("Excellent"),
    "good": _("Good or better"),
    "sufficient": _("Sufficient or better"),
    "bad": _("Not known to be sufficient"),
}
"""The bands where links have not been tried: a description may be in a better one."""
METRICS: Mapping[str, Promise] = {
    "keywordAvailability": _("Keywords are given"),
    "categoryAvailability": _("A theme is given"),
    "spatialAvailability": _("The area is given"),
    "temporalAvailability": _("The period is given"),
    "accessUrlStatusCode": _("The access address answers"),
    "downloadUrlAvailability": _("A download address is given"),
    "downloadUrlStatusCode": _("The download address answers"),
    "formatAvailability": _("The format is given"),
    "mediaTypeAvailability": _("The media type is given"),
    "formatMediaTypeVocabularyAlignment": _("Format and media type are from the authority tables"),
    "formatMediaTypeNonProprietary": _("The format is not proprietary"),
    "formatMediaTypeMachineInterpretable": _("Machines can read the format"),
    "dcatApCompliance": _("The description follows DCAT-AP 2.1.1"),
    "licenceAvailability": _("The licence is given"),
    "knownLicence": _("The licence is from a vocabulary"),
    "accessRightsAvailability": _("Access rights are given"),
    "accessRightsVocabularyAlignment": _("Access rights are from the authority table"),
    "contactPointAvailability": _("A contact point is given"),
    "publisherAvailability": _("The publisher is given"),
    "rightsAvailability": _("Rights are given"),
    "byteSizeAvailability": _("The size is given"),
    "dateIssuedAvailability": _("The date of issue is given"),
    "dateModifiedAvailability": _("The date of the last change is given"),
    "requestAddressStatusCode": _("The address at which to ask for access answers"),
    "groundAvailability": _("The ground on which the data are protected is given"),
    "conditionsAvailability": _("The conditions of access are given"),
}
