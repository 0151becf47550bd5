"""What the quality of a description is measured by: the 23 metrics of the MQA, and ours for protected data.

The MQA is the Metadata Quality Assessment of data.europa.eu. The names are those of its vocabulary
(https://piveau.eu/ns/voc#), the points those of its methodology: 405 in all.
"""

from dataclasses import dataclass
from enum import StrEnum


class Dimension(StrEnum):
    """What a metric is about. The values are names in the vocabulary of the MQA."""

    FINDABILITY = "findability"
    ACCESSIBILITY = "accessibility"
    INTEROPERABILITY = "interoperability"
    REUSABILITY = "reusability"
    CONTEXTUALITY = "contextuality"


@dataclass(frozen=True, slots=True)
class Metric:
    """Something that a description has or lacks."""

    name: str
    dimension: Dimension
    points: int
    of_distribution: bool = False
    """Only the distribution with the most points counts."""
    is_ours: bool = False
    """The MQA does not have it."""


def _metrics(
    dimension: Dimension, *named: tuple[str, int], of_distribution: bool = False
) -> tuple[Metric, ...]:
    return tuple(Metric(name, dimension, points, of_distribution) for name, points in named)


MQA = (
    *_metrics(
        Dimension.FINDABILITY,
        ("keywordAvailability", 30),
        ("categoryAvailability", 30),
        ("spatialAvailability", 20),
        ("temporalAvailability", 20),
    ),
    *_metrics(
        Dimension.ACCESSIBILITY,
        ("accessUrlStatusCode", 50),
        ("downloadUrlAvailability", 20),
        ("downloadUrlStatusCode", 30),
        of_distribution=True,
    ),
    *_metrics(
        Dimension.INTEROPERABILITY,
        ("formatAvailability", 20),
        ("mediaTypeAvailability", 10),
        ("formatMediaTypeVocabularyAlignment", 10),
        ("formatMediaTypeNonProprietary", 20),
        ("formatMediaTypeMachineInterpretable", 20),
        of_distribution=True,
    ),
    *_metrics(Dimension.INTEROPERABILITY, ("dcatApCompliance", 30)),
    *_metrics(Dimension.REUSABILITY, ("licenceAvailability", 20), ("knownLicence", 10), of_distribution=True),
    *_metrics(
        Dimension.REUSABILITY,
        ("accessRightsAvailability", 10),
        ("accessRightsVocabularyAlignment", 5),
        ("contactPointAvailability", 20),
        ("publisherAvailability", 10),
    ),
    *_metrics(
        Dimension.CONTEXTUALITY, ("rightsAvailability", 5), ("byteSizeAvailability", 5), of_distribution=True
    ),
    *_metrics(Dimension.CONTEXTUALITY, ("dateIssuedAvailability", 5), ("dateModifiedAvailability", 5)),
)

# Nobody downloads protected data: whoever wants it asks (DGA, 5 and 9).
OF_DOWNLOADS = frozenset({"accessUrlStatusCode", "downloadUrlAvailability", "downloadUrlStatusCode"})
# They say something of a file, so they count only where one is offered.
OF_FILES = frozenset({"formatMediaTypeNonProprietary", "formatMediaTypeMachineInterpretable"})
OURS = (
    Metric("requestAddressStatusCode", Dimension.ACCESSIBILITY, 50, is_ours=True),
    Metric("groundAvailability", Dimension.REUSABILITY, 20, is_ours=True),  # DGA, 3(1)
    Metric("conditionsAvailability", Dimension.REUSABILITY, 20, is_ours=True),  # DGA, 8(2)
)
PROTECTED = (*(metric for metric in MQA if metric.name not in OF_DOWNLOADS), *OURS)

# Codes of file-type, by data.europa.eu's lists edp-non-proprietary-format and edp-machine-readable-format.
_NON_PROPRIETARY = """
    BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS RDF_N_TRIPLES
    RDF_TRIG RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP"""
_MACHINE_READABLE = """
    CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML
    RSS SHP XLS XLSX XML"""
NON_PROPRIETARY, MACHINE_READABLE = frozenset(_NON_PROPRIETARY.split()), frozenset(_MACHINE_READABLE.split())
