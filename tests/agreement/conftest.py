"""Catalogues of every kind, full of mixed data sets, in a node that is served."""

from collections.abc import Callable

import pytest

from erpd.agreement import node
from erpd.publish.catalogue import pages
from erpd.publish.derived import DERIVED
from erpd.publish.oai_pmh import lists
from erpd.register.intake import take_in
from erpd.register.models import Catalogue
from tests.agreement.mixed import mixed
from tests.portal import shelf

KINDS = {"nl": "protected", "nl-open": "open", "be": "open", "trial": "test"}
_SHARES = {"nl": 0.4, "nl-open": 0.3, "be": 0.2, "trial": 0.1}
_FEW = 1_000  # with fewer, pages are so small that edits come between them


@pytest.fixture
def fill(live_server, tmp_path, settings, monkeypatch) -> Callable[[int], list[Catalogue]]:
    """``fill(60)`` puts 60 data sets into the catalogues."""

    def filled(amount: int) -> list[Catalogue]:
        settings.HOME = tmp_path
        settings.NODE = settings.NODE.__class__(**{**vars(settings.NODE), "base_url": live_server.url})
        if amount < _FEW:
            monkeypatch.setattr(pages, "PAGE", 20)
            monkeypatch.setattr(lists, "PAGE", 20)
            monkeypatch.setattr(node, "_AT_ONCE", 20)
        catalogues = [shelf.catalogue(slug, kind, country=slug[:2].upper()) for slug, kind in KINDS.items()]
        for where in catalogues:
            arrivals = [mixed(where, number) for number in range(int(_SHARES[where.slug] * amount))]
            take_in(where.sources.get(), arrivals, origin="test")
        for derived in DERIVED:
            derived.rebuild(None)
        return catalogues

    return filled
