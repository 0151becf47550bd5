"""Which metrics a record meets. Facts only: what they are worth is in ``score``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import NamedNode

from erpd.metadata.conditions import conditions_of
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.mending.media_types import REGISTER, entry_of
from erpd.metadata.quality.metrics import MACHINE_READABLE, NON_PROPRIETARY
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.vocabularies import vocabulary

Facts: TypeAlias = dict[str, bool | None]
"""Metric -> whether it is met; None if nobody knows yet, because the link has not been tried."""
Tried: TypeAlias = Callable[[str], bool | None]
"""Whether an address answered when it was last tried; None if it was not."""

# Property of the data set -> the metric that it meets.
_OF_DATA_SET = {
    DCAT.keyword: "keywordAvailability",
    DCAT.theme: "categoryAvailability",
    DCT.spatial: "spatialAvailability",
    DCT.temporal: "temporalAvailability",
    DCT.accessRights: "accessRightsAvailability",
    DCAT.contactPoint: "contactPointAvailability",
    DCT.publisher: "publisherAvailability",
    DCT.issued: "dateIssuedAvailability",
    DCT.modified: "dateModifiedAvailability",
}
_OF_DISTRIBUTION = {
    DCAT.downloadURL: "downloadUrlAvailability",
    DCT.format: "formatAvailability",
    DCAT.mediaType: "mediaTypeAvailability",
    DCT.license: "licenceAvailability",
    DCT.rights: "rightsAvailability",
    DCAT.byteSize: "byteSizeAvailability",
}
_LICENCES = ("licence", "data-europa-eu-licences")
VOCABULARIES = ("access-right", "file-type", *_LICENCES)
"""The tables by which it is measured whether values are from one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found out about one record."""

    data_set: Facts
    distributions: tuple[Facts, ...]
    offers_files: bool
    """Whether a distribution has a download URL."""


def measure(record: Record, tried: Tried, *, compliant: bool) -> Measured:
    """Measure a mended record. ``compliant``: whether it breaks no rule of DCAT-AP 2.1.1."""
    graph, node = record.graph, record.dataset
    facts: Facts = {name: bool(graph.objects(node, term)) for term, name in _OF_DATA_SET.items()}
    facts["accessRightsVocabularyAlignment"] = _is_in("access-right", graph.objects(node, DCT.accessRights))
    facts["dcatApCompliance"] = compliant
    conditions = conditions_of(record)
    facts["groundAvailability"] = bool(conditions.grounds)
    facts["conditionsAvailability"] = bool(conditions.may_ask or conditions.may_ask_under_condition) and bool(
        conditions.purposes or conditions.forms
    )
    ways = [
        *(conditions.procedure or conditions.page),
        *graph.objects(node, DCAT.landingPage),
        *(address for one in record.distributions for address in graph.objects(one, DCAT.accessURL)),
    ]
    facts["requestAddressStatusCode"] = _answers(ways[:1], tried)
    distributions = tuple(_of_distribution(graph, one, tried) for one in record.distributions)
    files = any(each["downloadUrlAvailability"] for each in distributions)
    return Measured(facts, distributions, files)


def _of_distribution(graph: Graph, node: Node, tried: Tried) -> Facts:
    facts: Facts = {name: bool(graph.objects(node, term)) for term, name in _OF_DISTRIBUTION.items()}
    facts["accessUrlStatusCode"] = _answers(graph.objects(node, DCAT.accessURL), tried)
    facts["downloadUrlStatusCode"] = _answers(graph.objects(node, DCAT.downloadURL), tried)
    formats, types = graph.objects(node, DCT.format), graph.objects(node, DCAT.mediaType)
    codes = {vocabulary("file-type").code_of(iri) for iri in _iris(formats)}
    facts["formatMediaTypeVocabularyAlignment"] = _is_in("file-type", formats) and any(
        entry_of(iri.removeprefix(REGISTER)) for iri in _iris(types) if iri.startswith(REGISTER)
    )
    facts["formatMediaTypeNonProprietary"] = not codes.isdisjoint(NON_PROPRIETARY)
    facts["formatMediaTypeMachineInterpretable"] = not codes.isdisjoint(MACHINE_READABLE)
    licences = graph.objects(node, DCT.license)
    facts["knownLicence"] = any(_is_in(name, licences) for name in _LICENCES)
    return facts


def _is_in(name: str, values: Iterable[Term]) -> bool:
    return any(vocabulary(name).code_of(iri) for iri in _iris(values))


def _answers(values: Iterable[Term], tried: Tried) -> bool | None:
    """Whether one of the addresses answers; False if there is none."""
    told = [tried(iri) for iri in _iris(values)]
    return True if True in told else None if None in told else False


def _iris(values: Iterable[Term]) -> list[str]:
    return [value.value for value in values if isinstance(value, NamedNode)]
