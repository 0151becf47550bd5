"""The register of decisions as a data set in DCAT, and its figures for each data set (DQV).

Nothing is added to the records of these data sets: theirs is what their owners say.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.access.decisions import kept
from erpd.access.decisions.figures import Figures
from erpd.access.decisions.periods import Period, last_12_months
from erpd.access.decisions.words import until_day
from erpd.formats.decision_figures import TERMS
from erpd.formats.rdf.document import write
from erpd.metadata.graph import Term
from erpd.metadata.iri import is_iri
from erpd.metadata.terms import AUTHORITY, DCAT, DCT, DQV, FOAF, RDF, RDFS, SKOS, XSD
from erpd.publish.linked_data import content_type
from erpd.publish.methods import safe


class Metric(NamedTuple):
    """A figure, as a metric of DQV."""

    field: str
    label: str
    definition: str

    @property
    def term(self) -> NamedNode:
        """As the other nodes know it."""
        return TERMS[self.field]


METRICS = (
    Metric("decided", "decided", "Requests for access that were decided."),
    Metric("granted", "granted", "Requests that were granted, in whole or in part."),
    Metric("refused", "refused", "Requests that were refused."),
    Metric("late", "decided late", "Requests that were decided after their due date."),
    Metric(
        "median_days",
        "median days to decision",
        "Days from receipt within which half of the requests were decided.",
    ),
    Metric(
        "most_days",
        "90th percentile of days to decision",
        "Days from receipt within which nine of ten requests were decided.",
    ),
)
_FILES = {  # suffix -> media type, name in the authority table of file types
    "csv": ("text/csv", "CSV"),
    "json": ("application/json", "JSON"),
    "ttl": ("text/turtle", "RDF_TURTLE"),
}
_DIMENSION = NamedNode("http://www.w3.org/2016/05/ldqd#timeliness")  # DQV, section 5


@safe
def decisions_rdf(request: HttpRequest, suffix: str) -> HttpResponse:
    """The description of the register, and how requests for each data set ended in the last 12 months."""
    response = HttpResponse(write(described(), suffix), content_type=content_type(suffix))
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "max-age=3600"
    return response


def described() -> Iterator[Quad]:
    """All triples."""
    period = last_12_months(timezone.localdate())
    me = NamedNode(f"{_here('all')}#dataset")
    publisher = NamedNode(f"{settings.NODE.base_url}/#publisher")  # as the catalogue names it
    yield from (Quad(me, *fact) for fact in _data_set(publisher))
    yield Quad(publisher, RDF.type, FOAF.Agent)
    yield Quad(publisher, FOAF.name, Literal(settings.NODE.title))
    for suffix, (media_type, name) in _FILES.items():
        one = NamedNode(f"{_here('all')}#{suffix}")
        address = NamedNode(_here("rdf", suffix) if suffix == "ttl" else _here(suffix))
        yield Quad(me, DCAT.distribution, one)
        yield Quad(one, RDF.type, DCAT.Distribution)
        yield Quad(one, DCT.title, Literal(suffix.upper() if suffix != "ttl" else "Turtle"))
        yield Quad(one, DCAT.accessURL, address)
        yield Quad(one, DCAT.downloadURL, address)
        yield Quad(one, DCT.format, NamedNode(f"{AUTHORITY}file-type/{name}"))
        yield Quad(
            one, DCAT.mediaType, NamedNode(f"https://www.iana.org/assignments/media-types/{media_type}")
        )
    found = kept.of_period(period).data_sets
    if not found:
        return
    for metric in METRICS:
        yield Quad(metric.term, RDF.type, DQV.Metric)
        yield Quad(metric.term, SKOS.prefLabel, Literal(metric.label, language="en"))
        yield Quad(metric.term, SKOS.definition, Literal(metric.definition, language="en"))
        yield Quad(metric.term, DQV.expectedDataType, XSD.integer)
        yield Quad(metric.term, DQV.inDimension, _DIMENSION)
    time = BlankNode("p")
    yield Quad(time, RDF.type, DCT.PeriodOfTime)
    yield Quad(time, DCAT.startDate, Literal(period.since.isoformat(), datatype=XSD.date))
    yield Quad(time, DCAT.endDate, Literal(until_day(period), datatype=XSD.date))
    for iri, figures in found.items():
        if is_iri(iri):
            yield from _measured(NamedNode(iri), figures, time, period)


def _data_set(publisher: NamedNode) -> Iterator[tuple[NamedNode, Term]]:
    page = NamedNode(_here("all"))
    yield RDF.type, DCAT.Dataset
    yield DCT.identifier, Literal(f"{page.value}#dataset")
    yield DCT.title, Literal("Decisions on requests for access to protected data", language="en")
    yield (
        DCT.description,
        Literal(
            "How competent bodies answered requests for access to protected data (Regulation (EU) 2022/868,"
            " Article 9): body, data sets, outcome, grounds, days, and the quarter of the decision.",
            language="en",
        ),
    )
    yield DCT.publisher, publisher
    yield DCAT.landingPage, page
    yield DCT.accessRights, NamedNode(f"{AUTHORITY}access-right/PUBLIC")
    yield DCT.accrualPeriodicity, NamedNode(f"{AUTHORITY}frequency/CONT")
    yield DCAT.theme, NamedNode(f"{AUTHORITY}data-theme/GOVE")
    yield DCAT.keyword, Literal("requests for access", language="en")
    yield FOAF.page, page


def _measured(data_set: NamedNode, figures: Figures, time: BlankNode, period: Period) -> Iterator[Quad]:
    named = blake2b(f"{data_set.value} {period.until}".encode(), digest_size=8).hexdigest()
    for metric in METRICS:
        number = getattr(figures, metric.field)
        if number is None:
            continue
        one = NamedNode(f"{_here('all')}#{named}-{metric.field}")
        yield Quad(data_set, DQV.hasQualityMeasurement, one)
        yield Quad(one, RDF.type, DQV.QualityMeasurement)
        yield Quad(one, DQV.computedOn, data_set)
        yield Quad(one, DQV.isMeasurementOf, metric.term)
        yield Quad(one, DQV.value, Literal(number))
        yield Quad(one, DCT.temporal, time)
        yield Quad(one, RDFS.isDefinedBy, NamedNode(f"{_here('all')}#dataset"))


def _here(name: str, *arguments: str) -> str:
    return f"{settings.NODE.base_url}{reverse(f'decisions:{name}', args=arguments)}"
