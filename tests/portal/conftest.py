"""The demo's data sets in a register, with its index, seen through the whole stack of middleware."""

import pytest

from erpd.pages.assets import translate
from erpd.pages.languages import interface_languages
from erpd.register.models import DataSet
from erpd.register.search import rebuild
from tests.portal import shelf


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """The pages speak the languages into which they are translated."""
    translate()
    interface_languages.cache_clear()


@pytest.fixture
def demo(db: None) -> dict[str, DataSet]:
    """The last part of the IRI -> the data set."""
    whole = shelf.catalogue("erpd", title={"en": "European Register"}, publisher="European Commission")
    protected = shelf.catalogue(
        "nl",
        country="NL",
        part_of=whole,
        title={"en": "Netherlands National Single Information Point", "nl": "Nationaal informatiepunt"},
        publisher="Netherlands National Single Information Point",
    )
    opened = shelf.catalogue("nl-open", "open", country="NL", title={"en": "Netherlands open data"})
    found = [*shelf.put_demo(protected, "protected.ttl"), *shelf.put_demo(opened, "open.ttl")]
    rebuild()
    return {data_set.iri.rsplit("/", 1)[1]: data_set for data_set in found}
