"""Whose the distributions and data services of deliveries from before are: of whoever published them first."""

import zlib
from collections.abc import Iterator
from typing import Any

from django.db import migrations
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.terms import ADMS, DCAT

_KINDS = (DCAT.Distribution, DCAT.DataService)
_LINKS = (DCAT.distribution, ADMS.sample, DCAT.accessService)
_MANY = 500  # of a query
_LONGEST = 600


def fill(apps: Any, _editor: Any) -> None:
    delivery, part = apps.get_model("submit", "Delivery"), apps.get_model("submit", "Part")
    published = delivery.objects.filter(published__isnull=False, parts=None).exclude(catalogue__kind="test")
    for one in published.order_by("published", "pk").iterator(chunk_size=100):
        wanted = list(_parts(one))
        for start in range(0, len(wanted), _MANY):
            iris = wanted[start : start + _MANY]
            others = part.objects.filter(iri__in=iris).exclude(delivery__owner=one.owner_id)
            taken = set(others.values_list("iri", flat=True))
            part.objects.bulk_create(part(delivery=one, iri=iri) for iri in iris if iri not in taken)


def _parts(one: Any) -> Iterator[str]:
    lines = zlib.decompress(one.content)
    graph = Graph(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
    known = {node for kind in _KINDS for node in graph.subjects(kind)}
    known |= {triple.object for triple in graph.triples() if triple.predicate in _LINKS}
    for node in graph.nodes:
        if isinstance(node, NamedNode) and node in known and node.value != one.iri:
            if len(node.value) <= _LONGEST and f"/datasets/{one.pk}" not in node.value:
                yield node.value


class Migration(migrations.Migration):
    dependencies = [("submit", "0007_parts"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
