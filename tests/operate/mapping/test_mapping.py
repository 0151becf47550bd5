"""An operator says what a value means: tried on real records, then a rule of the sources that say it."""

import re

import pytest
from django.test import Client
from lxml import html

from erpd.accounts.models import Deed
from erpd.harvest.models import SourceSettings, Uncovered
from erpd.operate.mapping.actions import seen_of
from erpd.register.models import DataSet
from tests.harvest.national import Point, good, run, source
from tests.operate.mapping.conftest import CSV
from tests.operate.mapping.test_values import ADDRESS, address_of

pytestmark = pytest.mark.django_db
KARTE, TABLEUR = address_of("karte"), address_of("tableur")
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"


def tried(desk: Client, address: str, code: str, source: str) -> tuple[str, dict[str, str]]:
    """The page that shows the effect, as text, and the form that saves the map."""
    answer = desk.post(address, {"act": "try", "term": FILE_TYPE + code, "source": source})
    assert answer.status_code == 200
    page = html.fromstring(answer.content)
    hidden = page.xpath("//form[.//input[@value='save']]//input[@type='hidden']")
    form = {one.get("name"): one.get("value") for one in hidden if one.get("name") != "csrfmiddlewaretoken"}
    return " ".join(page.text_content().split()), form


def test_a_value_is_mapped_for_one_source_once_its_effect_was_seen(
    land: SourceSettings, water: SourceSettings, desk: Client
) -> None:
    assert "GeoJSON (GEOJSON)" in desk.get(KARTE).content.decode()
    text, form = tried(desk, KARTE, "GEOJSON", "land")
    assert "rejected: mandatory metadata are missing or wrong → new" in text
    assert re.search(r'dct:format "Karte".*dct:format <\S+/file-type/GEOJSON>', text)
    land.refresh_from_db()
    assert "values" not in land.rules, "nothing is saved yet"
    assert desk.post(KARTE, form).status_code == 302
    land.refresh_from_db()
    assert land.rules == (
        '# ours\ndefault_language = "nl"  # as agreed\n\n[values."dct:format"]\nKarte = "GEOJSON"\n'
    )
    water.refresh_from_db()
    assert not water.rules
    detail = Deed.objects.latest("pk").detail
    assert (detail["value"], detail["meaning"]) == ("Karte", f"{FILE_TYPE}GEOJSON")
    assert "Means" in desk.get("/desk/audit/").content.decode()
    page = desk.get(KARTE).content.decode()
    assert "Its rules map it since" in page
    assert desk.post(KARTE, {"act": "ask"}).status_code == 302
    assert Deed.objects.latest("pk").verb == "ask for a run"
    land.refresh_from_db()
    assert land.asked
    run(land)
    assert DataSet.objects.filter(source__slug="land", deleted=False).count() == 1
    assert set(Uncovered.objects.filter(folded="karte").values_list("settings__source__slug")) == {("water",)}


def test_it_is_mapped_for_all_that_say_it_or_for_none(
    land: SourceSettings, water: SourceSettings, desk: Client, reviewing: Client
) -> None:
    _, form = tried(reviewing, TABLEUR, "XLS", "*")
    SourceSettings.objects.filter(pk=water.pk).update(rules="# somebody else was here\n")
    assert reviewing.post(TABLEUR, form).status_code == 409
    assert not Deed.objects.filter(verb="change").exists()
    text, form = tried(reviewing, TABLEUR, "XLS", "*")
    assert "At the last runs, 5 records said it." in text
    assert reviewing.post(TABLEUR, form).status_code == 302
    for settings in SourceSettings.objects.all():
        assert '[values."dct:format"]\n' in settings.rules
        assert "#" in settings.rules
    assert not Uncovered.objects.filter(folded="tableur", covered=False).exists()
    assert "tableur" not in desk.get(ADDRESS).content.decode().casefold()


def test_why_a_record_would_still_be_rejected_is_said(desk: Client) -> None:
    wrong = good("x", valid=False).replace(CSV, "<dct:format>Karte</dct:format>")
    with Point([wrong]) as point:
        run(source(point.url, name="land"))
    text, form = tried(desk, KARTE, "GEOJSON", "land")
    assert "→" not in text
    reasons = text.partition("It is still not taken in, because:")[2].partition("Path")[0]
    assert reasons == "Missing or wrong Access rights is mandatory but missing (G4.1). Please add it."
    assert form


def test_a_map_that_would_do_nothing_is_not_offered(land: SourceSettings, desk: Client) -> None:
    Uncovered.objects.filter(folded="karte").update(value="Mappe", folded="mappe")
    text, form = tried(desk, address_of("mappe"), "XLS", "land")
    assert "The map would change nothing" in text
    assert not form


def test_a_secret_in_a_value_is_never_shown(land: SourceSettings, desk: Client) -> None:
    secret = "https://user:hunter2@data.example/f?api_key=hunter2"
    Uncovered.objects.filter(folded="karte").update(value=secret, folded=secret)
    listing = desk.get(ADDRESS)
    assert "hunter2" not in listing.content.decode()
    name = "https://data.example/f?api_key=…"
    (address,) = html.fromstring(listing.content).xpath(f"//tbody//a[.='{name}']/@href")
    assert "data.example" not in address, "addresses come into logs"
    page = desk.get(address).content.decode()
    assert name in page
    assert "hunter2" not in page
    _, form = tried(desk, address, "XLS", "land")
    assert not form, "no record says it"
    one = Uncovered.objects.select_related("settings__source__catalogue").get(folded=secret)
    term, seen = f"{FILE_TYPE}XLS", seen_of([one])
    assert (
        desk.post(address, {"act": "save", "term": term, "source": "land", "seen": seen}).status_code == 302
    )
    assert Deed.objects.latest("pk").detail["value"] == name
    land.refresh_from_db()
    assert secret in land.rules, "the rule has to know it"


def test_a_reader_looks_only(land: SourceSettings, reading: Client) -> None:
    page = reading.get(KARTE)
    assert "<select" not in page.content.decode().partition("<main")[2]
    for act in ("try", "save", "ask"):
        said = {"act": act, "term": f"{FILE_TYPE}XLS", "source": "land", "seen": "x"}
        assert reading.post(KARTE, said).status_code in (403, 404)
    land.refresh_from_db()
    assert "values" not in land.rules
