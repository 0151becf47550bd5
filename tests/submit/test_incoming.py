"""What a delivery may not say: about things of others, or so that it harms who reads it."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.formats.ckan.marked import _graph
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, RDF
from erpd.register.identity import key_of
from erpd.submit.actions import deliver, publish, withdraw
from erpd.submit.models import Delivery, Part
from erpd.submit.refusals import IdentifierTaken, Unnameable
from tests.submit.owners import office
from tests.submit.test_actions import record

pytestmark = pytest.mark.django_db
KEY = key_of("cbs", "discharges")
OWN = "http://data.example/discharges"
TITLE = "<http://purl.org/dc/terms/title>"


@pytest.fixture
def cbs():
    return office("cbs")


def saying(more: str, iri: str = OWN) -> Record:
    graph = Graph(parse(f"<{iri}> {RDF.type} {DCAT.Dataset} .\n{more}".encode(), format=RdfFormat.N_TRIPLES))
    return Record("discharges", graph, graph.subjects(DCAT.Dataset)[0])


@pytest.mark.parametrize(
    "iri",
    [
        "http://testserver/",
        "http://testserver/catalogues/cbs#catalogue",
        f"http://testserver/datasets/{key_of('cbs', 'other')}",
        f"HTTP://TESTSERVER//datasets/{key_of('cbs', 'other')}",
        f"http://testserver:80/%64atasets/{key_of('cbs', 'other')}#x",
        f"http://testserver/x/../datasets/{key_of('cbs', 'other')}/distribution/1",
    ],
)
def test_no_address_of_the_portal_is_described(cbs, iri: str) -> None:
    for said in (saying(f'<{iri}> {TITLE} "Taken over" .'), saying("", iri)):
        with pytest.raises(IdentifierTaken, match="address of this portal"):
            deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=said)


def test_what_lies_below_its_own_page_is_its_own(cbs) -> None:
    said = saying(f'<http://testserver/datasets/{KEY}/distribution/1> {TITLE} "Own" .')
    assert deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=said)


def test_no_other_data_set_is_described(cbs) -> None:
    other = office("rivm")
    deliver(who=other.actor(), catalogue=other.catalogues["protected"], record=record(), publish=True)
    said = saying(f'<{OWN}> {TITLE} "Taken over" .', "http://data.example/mine")
    with pytest.raises(IdentifierTaken, match="another data set"):
        deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=said)


FILE = f"{OWN}/file"


@pytest.mark.parametrize(
    "kind", ["", f"<{FILE}> {RDF.type} {DCAT.Distribution} .", f"<{FILE}> {RDF.type} <a:Agent> ."]
)
def test_no_distribution_of_another_owner_is_described(cbs, kind: str) -> None:
    mine = deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=record(), publish=True)
    rivm = office("rivm")
    theirs = {"who": rivm.actor(), "catalogue": rivm.catalogues["protected"], "publish": True}

    def evil(identifier: str) -> Record:
        made = record(identifier, iri=f"http://rivm.example/{identifier}")
        more = f"{kind}\n<{FILE}> {DCAT.accessURL} <http://evil.example/> .".encode()
        for triple in parse(more, format=RdfFormat.N_TRIPLES):
            made.graph.add(triple.subject, triple.predicate, triple.object)
        return made

    for _ in ("published", "withdrawn"):
        with pytest.raises(IdentifierTaken, match="of another owner") as refused:
            deliver(record=evil("x"), **theirs)
        assert refused.value.iri == FILE
        withdraw(who=cbs.actor(), delivery=mine)
    # A link to it is not a description, and the same owner may share it among its data sets.
    linked = record("y", iri="http://rivm.example/y")
    linked.graph.add(linked.dataset, DCAT.landingPage, NamedNode(FILE))
    assert deliver(record=linked, **theirs)
    assert deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=evil("z"), publish=True)
    parts = {(one.iri, one.delivery_id) for one in Part.objects.all()}
    assert sum(iri == FILE for iri, _ in parts) == (2 if "Distribution" in kind else 1)
    Part.objects.all().delete()  # as it was before there were any
    Delivery.objects.filter(pk=mine.pk).update(published=timezone.now() - timedelta(days=1))
    for _ in range(2):
        import_module("erpd.submit.migrations.0008_parts_of_earlier_deliveries").fill(apps, None)
        assert {(one.iri, one.delivery_id) for one in Part.objects.all()} == parts


def test_a_publisher_is_shared(cbs) -> None:
    rivm = office("rivm")
    name = '<http://org.example/ministry> <http://xmlns.com/foaf/0.1/name> "Ministry" .'
    for of, identifier in ((cbs, "a"), (rivm, "b")):
        made = record(identifier)
        for triple in parse(name.encode(), format=RdfFormat.N_TRIPLES):
            made.graph.add(triple.subject, triple.predicate, triple.object)
        assert deliver(who=of.actor(), catalogue=of.catalogues["protected"], record=made, publish=True)


def test_what_lies_below_a_harvested_data_set_is_its_own(cbs) -> None:
    other = office("rivm")
    deliver(who=other.actor(), catalogue=other.catalogues["protected"], record=record(), publish=True)
    Delivery.objects.filter(owner=other.owner).delete()  # as if it had been harvested
    for said in (saying(f'<{FILE}> {TITLE} "Taken" .', "http://cbs.example/1"), saying("", f"{OWN}#more")):
        with pytest.raises(IdentifierTaken, match="lies below another data set"):
            deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=said)


def test_a_withdrawn_data_set_keeps_its_iri(cbs) -> None:
    mine = deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=record(), publish=True)
    withdraw(who=cbs.actor(), delivery=mine)
    other = office("rivm")
    with pytest.raises(IdentifierTaken):
        deliver(who=other.actor(), catalogue=other.catalogues["protected"], record=record(), publish=True)
    mine.refresh_from_db()
    assert publish(who=cbs.actor(), delivery=mine).state == "published"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "vbscript:x"])
def test_nothing_that_runs_is_a_link(cbs, link: str) -> None:
    said = saying(f"<{OWN}> {DCAT.landingPage} <{link}> .")
    with pytest.raises(Unnameable, match="is not a link"):
        deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=said)


def test_triple_terms_are_refused(cbs) -> None:
    said = saying(
        f"<{OWN}> {DCAT.landingPage} <<( <http://a.example/> <http://b.example/> <http://c.example/> )>> ."
    )
    with pytest.raises(Unnameable, match="Triple terms"):
        deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=said)


def test_nesting_costs_no_stack() -> None:
    deep = "<a:s> <a:p> " + "<<( <a:b> <a:c> " * 40_000 + "<a:b>" + " )>>" * 40_000 + " ."
    assert _graph(deep) is None
