"""One catalogue for each country, labelled and placed as G2 wants it."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from erpd.register.catalogues import (
    REGISTER,
    UnknownCountry,
    country_catalogue,
    country_code,
    country_name,
    european_register,
    numbers,
    numbers_of_sources,
    profile_of,
)
from erpd.register.models import Catalogue, DataSet
from tests.plans import plans_of
from tests.register.arrivals import coming, leaving, source, take

UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT"),
    *("LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((code, code) for code in UNION),
        *(("NLD", "NL"), ("nl", "NL"), ("Netherlands", "NL"), ("Nederland", "NL"), (" NL ", "NL")),
        *(("GR", "EL"), ("GRC", "EL"), ("Greece", "EL"), ("Ελλάδα", "EL"), ("el", "EL")),
        *(("NO", "NO"), ("IS", "IS"), ("LI", "LI"), ("UK", "UK"), ("GB", "UK")),
        ("http://publications.europa.eu/resource/authority/country/ITA", "IT"),
    ],
)
def test_a_country_is_known_by_its_codes_and_names(text, code):
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["", "XX", "N", "Atlantis", "nl-open", "\0", "N" * 10_000, "..", "NLD2"])
def test_what_is_no_country_is_refused_with_an_example(text):
    with pytest.raises(UnknownCountry, match=r"is not a country. Use its two letters \(IT\)"):
        country_code(text)


def test_a_country_has_a_name_in_each_language():
    assert country_name("NL", "nl") == "Nederland"
    assert country_name("EL", "en") == "Greece"


@pytest.mark.django_db
def test_a_country_has_one_protected_catalogue_inside_the_register():
    made = country_catalogue("IT", open_data=False, european=True)
    assert made == country_catalogue("IT", open_data=False, european=True)
    title = "Italy National Single Information Point"
    assert (made.slug, made.title, made.publisher, made.kind) == ("it", {"en": title}, title, "protected")
    assert made.part_of == european_register()
    assert (made.part_of.title, made.part_of.publisher) == ({"en": REGISTER}, "European Commission")
    with pytest.raises(IntegrityError), transaction.atomic():
        Catalogue.objects.create(slug="it-2", kind="protected", country="IT")
    assert Catalogue.objects.count() == 2


@pytest.mark.django_db
def test_open_data_stand_apart():
    made = country_catalogue("IT", open_data=True, european=True)
    assert (made.slug, made.kind, made.title, made.part_of) == (
        "it-open",
        "open",
        {"en": "Italy open data"},
        None,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["all", "protected", "open"])
def test_no_catalogue_is_called_as_a_scope_is_and_none_has_its_address(name, client):
    with pytest.raises(IntegrityError), transaction.atomic():
        Catalogue.objects.create(slug=name, kind="open")
    country_catalogue("IT", open_data=False, european=False)
    for path in ("", "/oai?verb=Identify"):
        assert client.get(f"/catalogues/it{path}").status_code in (200, 503)
        assert client.get(f"/catalogues/{name}{path}").status_code == 404


@pytest.mark.django_db
def test_a_national_node_is_part_of_nothing():
    assert country_catalogue("IT", open_data=False, european=False).part_of is None
    assert Catalogue.objects.count() == 1


@pytest.mark.django_db
def test_data_sets_are_counted_once_for_each_change(django_assert_num_queries):
    nl, be = source("nl-source"), source("be-source")
    take(nl, coming(nl, "1"), coming(nl, "2"))
    take(be, coming(be, "3"))
    assert numbers() == {nl.catalogue_id: 2, be.catalogue_id: 1}
    with django_assert_num_queries(1):  # which change is the last
        assert numbers() == {nl.catalogue_id: 2, be.catalogue_id: 1}
    take(nl, leaving(nl, "1"))
    assert numbers() == {nl.catalogue_id: 1, be.catalogue_id: 1}
    take(nl, coming(nl, "1"), coming(nl, "4"))
    assert numbers() == {nl.catalogue_id: 3, be.catalogue_id: 1}
    assert numbers_of_sources() == {nl.pk: 3, be.pk: 1}


@pytest.mark.django_db
def test_counts_read_an_index_alone_and_sort_nothing():
    """With half a million data sets, each change would otherwise take a second of the next page."""
    nl = source("nl-source")
    take(nl, coming(nl, "1"))
    with CaptureQueriesContext(connection) as queries:
        assert numbers() == {nl.catalogue_id: 1}
        assert DataSet.objects.filter(source=nl, deleted=False).count() == 1
    for plan in plans_of(queries, "COUNT"):
        assert len(plan) == 1
        assert "COVERING INDEX present_of_a_source" in plan[0]


def test_a_catalogue_has_a_profile_of_its_own_and_those_of_the_node_and_the_operator(settings):
    protected, open_data = Catalogue(kind="protected"), Catalogue(kind="open")
    assert [profile_of(each).name for each in (protected, open_data)] == ["erpd", "open-data"]
    protected.profiles = "dcat-ap-3.0.1"
    settings.NODE = replace(settings.NODE, profiles=("dcat-ap-nl-3.0", "erpd"))
    assert profile_of(Catalogue(kind="test")).name == "erpd+dcat-ap-nl-3.0"
    assert profile_of(protected).name == "erpd+dcat-ap-nl-3.0+dcat-ap-3.0.1"
    assert profile_of(open_data).name == "open-data+dcat-ap-nl-3.0+erpd"
