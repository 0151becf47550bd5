"""Which metrics a record meets. Facts only: what they are worth is in ``score``."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

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
_OF_LINKS = {"accessUrlStatusCode": DCAT.accessURL, "downloadUrlStatusCode": DCAT.downloadURL}
_LICENCES = ("licence", "data-europa-eu-licences")
VOCABULARIES = ("access-right", "file-type", *_LICENCES)
"""The tables by which it is measured whether values are from one."""


class Link(NamedTuple):
    """An address that a metric asks to answer."""

    metric: str
    place: int | None
    """Of the distribution; None if it is that of the data set."""
    address: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found out about one record."""

    data_set: Facts
    distributions: tuple[Facts, ...]
    offers_files: bool
    """Whether a distribution has a download URL."""
    links: tuple[Link, ...] = ()

    def answered(self, tried: Tried) -> "Measured":
        """The same, with what is known of its links: a metric is met if one of its addresses answers."""
        data_set, distributions = dict(self.data_set), tuple(map(dict, self.distributions))
        told: dict[tuple[str, int | None], list[bool | None]] = {}
        for one in self.links:
            told.setdefault((one.metric, one.place), []).append(tried(one.address))
        for (metric, place), answers in told.items():
            facts = data_set if place is None else distributions[place]
            facts[metric] = True if True in answers else None if None in answers else False
        return replace(self, data_set=data_set, distributions=distributions)


def measure(record: Record, tried: Tried = lambda _: None, *, compliant: bool) -> Measured:
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
    facts["requestAddressStatusCode"] = False
    links = [Link("requestAddressStatusCode", None, iri) for iri in _iris(ways[:1])]
    for place, one in enumerate(record.distributions):
        links += _links(graph, one, place)
    distributions = tuple(_of_distribution(graph, one) for one in record.distributions)
    files = any(each["downloadUrlAvailability"] for each in distributions)
    return Measured(facts, distributions, files, tuple(links)).answered(tried)


def _links(graph: Graph, node: Node, place: int) -> Iterator[Link]:
    for metric, term in _OF_LINKS.items():
        yield from (Link(metric, place, iri) for iri in _iris(graph.objects(node, term)))


def _of_distribution(graph: Graph, node: Node) -> Facts:
    facts: Facts = {name: bool(graph.objects(node, term)) for term, name in _OF_DISTRIBUTION.items()}
    facts |= dict.fromkeys(_OF_LINKS, False)
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


def _iris(values: Iterable[Term]) -> list[str]:
    return [value.value for value in values if isinstance(value, NamedNode)]
