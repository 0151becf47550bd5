"""What may be seen of which catalogue, and by which name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erpd.register.catalogues import every
from erpd.register.models import Catalogue, DataSet, Source
from erpd.register.scope import NoSuchScope, scope
from tests.plans import plans_of
from tests.register.arrivals import coming, leaving, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogues(db):
    """Each with a data set and a tombstone that bear its name."""

    def make(slug, kind, part_of=None):
        made = Catalogue.objects.create(slug=slug, kind=kind, part_of=part_of)
        source = Source.objects.create(slug=slug, catalogue=made)
        take(source, coming(source, slug), coming(source, f"{slug}-gone"))
        take(source, leaving(source, f"{slug}-gone"))
        return made

    register = make("erpd", "protected")
    make("nl", "protected", register)
    make("be", "protected", register)
    make("nl-open", "open", register)  # filed wrongly: never seen among protected data (G3.1)
    make("be-open", "open")
    make("trial", "test", register)


@pytest.mark.parametrize(
    ("name", "seen", "prefix"),
    [
        ("all", ["be", "be-open", "erpd", "nl", "nl-open"], ""),
        ("protected", ["be", "erpd", "nl"], "/protected"),
        ("open", ["be-open", "nl-open"], "/open"),
        ("nl", ["nl"], "/catalogues/nl"),
        ("nl-open", ["nl-open"], "/catalogues/nl-open"),
        ("erpd", ["be", "erpd", "nl"], "/catalogues/erpd"),
    ],
)
def test_a_scope_shows_its_catalogues_and_no_tombstones(name, seen, prefix):
    chosen = scope(name)
    assert sorted(data_set.identifier for data_set in chosen.data_sets()) == seen
    ever = sorted([*seen, *(f"{slug}-gone" for slug in seen)])
    assert sorted(data_set.identifier for data_set in chosen.history()) == ever
    assert chosen.prefix == prefix


@pytest.mark.parametrize("name", ["trial", "test", "xx", "", "NL", "nl' OR 1=1", "x" * 5000])
def test_what_does_not_exist_or_is_a_test_is_no_scope(name):
    with pytest.raises(NoSuchScope):
        scope(name)


def test_a_register_without_catalogues_shows_nothing():
    Catalogue.objects.update(kind="test")
    for name in ("all", "protected", "open"):
        assert list(scope(name).history()) == []


def test_data_sets_are_fetched_by_key_and_filtered_afterwards(django_assert_num_queries):
    """With both in one query, SQLite walks every row of the catalogues: pages grew with the register."""
    keys = list(DataSet.objects.values_list("pk", flat=True))
    for name in ("all", "protected", "open", "nl"):
        chosen = scope(name)
        with CaptureQueriesContext(connection) as queries:
            found = chosen.among(keys)
        assert set(found) == set(chosen.data_sets())
        with django_assert_num_queries(1):
            seen = chosen.seen(keys)
        assert {(one.key, one.iri, one.change, one.catalogue) for one in seen} == {
            (one.key, one.iri, one.change, one.catalogue) for one in found
        }
        with django_assert_num_queries(0):
            assert all(one.created <= one.modified and one.catalogue.kind for one in found)
        assert all("findings" in data_set.get_deferred_fields() for data_set in found)
        assert len(queries) == 1
    for plan in plans_of(queries):
        assert plan[0].startswith(
            "SEARCH register_dataset USING INDEX sqlite_autoindex_register_dataset_1 (key=?)"
        )
        assert not [step for step in plan if step.startswith("SCAN register")]


def test_one_data_set_or_its_tombstone_comes_with_its_catalogue_and_source():
    for kept in DataSet.objects.select_related("catalogue", "source"):
        for name in ("all", "open", "nl"):
            chosen = scope(name)
            with CaptureQueriesContext(connection) as queries:
                found = chosen.one(kept.pk)
                if found:
                    assert (found.catalogue, found.source.slug) == (kept.catalogue, kept.source.slug)
            assert len(queries) == 1
            if kept.catalogue_id in chosen.catalogues:
                names = [field.attname for field in DataSet._meta.concrete_fields]
                assert [getattr(found, each) for each in names] == [getattr(kept, each) for each in names]
            else:
                assert found is None


def test_catalogues_are_what_the_database_says_now():
    before = every()
    assert every() is before
    assert [*before.values()] == [*Catalogue.objects.order_by("pk")]
    Catalogue.objects.filter(slug="nl").update(title={"en": "The Netherlands"})
    (changed,) = [catalogue for catalogue in every().values() if catalogue.slug == "nl"]
    assert changed.title == {"en": "The Netherlands"}
