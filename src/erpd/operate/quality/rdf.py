"""``/datasets/<key>/quality.ttl``: the quality of a description in the Data Quality Vocabulary (DQV).

The metrics of the MQA have the names that data.europa.eu gives them. What nobody knows is not said.
"""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from pyoxigraph import Literal, NamedNode, Quad

from erpd.formats.rdf.document import write
from erpd.metadata.record import Record
from erpd.metadata.terms import DQV, RDF, SKOS, XSD
from erpd.operate.quality.pages import found, here
from erpd.operate.quality.words import METRICS
from erpd.publish.linked_data import content_type
from erpd.publish.methods import safe
from erpd.register.links.answers import state_of
from erpd.register.models import DataSet
from erpd.register.quality.method import method
from erpd.register.quality.scoring import quality_of

_PIVEAU = "https://piveau.eu/ns/voc#"
_ALL_POINTS = "scoring"  # so data.europa.eu calls their sum; its vocabulary has a "score" that nothing uses
_SCORING = "protectedScoring"


@safe
def quality_rdf(request: HttpRequest, key: str, suffix: str) -> HttpResponse:
    """The measurements of one description in a syntax of RDF."""
    data_set = here(key)
    etag = f'W/"{data_set.change}-{method()}-{state_of(data_set.key)}-{suffix}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        content = write(measurements(*found(key)), suffix)
        answer = HttpResponse(content, content_type=content_type(suffix))
    answer["ETag"] = etag
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def measurements(data_set: DataSet, record: Record) -> Iterator[Quad]:
    """The measurements of a description: each metric that is known, and each score of which all are."""
    quality = quality_of(record, data_set.catalogue)
    here = f"{settings.NODE.base_url}/datasets/{data_set.key}/quality#"
    ours = f"{settings.NODE.base_url}/quality#"
    known = {name: met for name, met in quality.mqa.facts.items() if met is not None}
    extra = {row.metric.name: row.met for row in quality.rows if row.metric.is_ours and row.met is not None}
    values = [
        *((NamedNode(f"{_PIVEAU}{name}"), name, Literal(met)) for name, met in known.items()),
        *((NamedNode(f"{ours}{name}"), name, Literal(met)) for name, met in extra.items()),
    ]
    if not quality.mqa.untried:  # else the sum is not known
        values.append((NamedNode(f"{_PIVEAU}{_ALL_POINTS}"), _ALL_POINTS, Literal(quality.mqa.points)))
    names = [*extra]
    if not quality.protected.untried:
        names.append(_SCORING)
        values.append((NamedNode(f"{ours}{_SCORING}"), _SCORING, Literal(quality.protected.points)))
    about = NamedNode(data_set.iri)
    for metric, name, value in values:
        one = NamedNode(f"{here}{name}")
        yield Quad(about, DQV.hasQualityMeasurement, one)
        yield Quad(one, RDF.type, DQV.QualityMeasurement)
        yield Quad(one, DQV.computedOn, about)
        yield Quad(one, DQV.isMeasurementOf, metric)
        yield Quad(one, DQV.value, value)
    yield from _defined(ours, names)


def _defined(ours: str, names: list[str]) -> Iterator[Quad]:
    """What our own metrics are; those of the MQA are defined by their vocabulary."""
    with translation.override("en"):
        said = {name: (str(METRICS[name]), XSD.boolean) for name in names if name != _SCORING}
    if _SCORING in names:
        said[_SCORING] = ("Score for protected data: points", XSD.integer)
    for name, (label, kind) in said.items():
        metric = NamedNode(f"{ours}{name}")
        yield Quad(metric, RDF.type, DQV.Metric)
        yield Quad(metric, SKOS.prefLabel, Literal(label, language="en"))
        yield Quad(metric, DQV.expectedDataType, kind)
