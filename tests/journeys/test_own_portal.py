"""A real node as the portal of an owner, by each protocol that it speaks, from address to register.

``test_every_way.py`` does it by CKAN's.
"""

import pytest
from django.test import Client

from erpd.register.models import DataSet
from tests.harvest.national import bins, run
from tests.journeys.conftest import Meeting
from tests.submit.own_portal.conftest import approved, cbs, desk, intranet, looked_at  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "protocol"),
    [
        ("/protected/oai", "oai-pmh"),
        ("/protected/catalogue.ttl", "dump"),
        ("/protected/sparql", "sparql"),
    ],
)
def test_from_the_address_to_the_register(cbs, desk, meeting: Meeting, path, protocol):  # noqa: F811
    seen = looked_at(cbs, f"{meeting.national.url}{path}")
    assert (seen.preview, seen.protocol) == ("done", protocol), seen.seen
    assert len(seen.seen["looks"]) == min(20, seen.seen["total"] or 20)
    portal = approved(cbs, desk, seen)
    new = bins(run(portal.source.settings))["new"]
    held = DataSet.objects.filter(catalogue=cbs.catalogues["protected"], deleted=False)
    assert held.count() == new >= seen.seen["fit"] > 0
    page = Client().get(f"/datasets/{held.first().pk}")  # type: ignore[union-attr]
    assert page.status_code == 200
