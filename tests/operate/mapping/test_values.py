"""The desk lists the values that no authority table covers, those of most records first."""

import pytest
from django.test import Client
from lxml import html

from erpd.cli.doctor import _sources
from erpd.harvest import uncovered
from erpd.harvest.models import Run, SourceSettings, Uncovered
from erpd.harvest.uncovered import counted
from erpd.operate.mapping.terms import terms_for
from erpd.operate.mapping.values import digest_of, listed, number
from tests.accounts.people import person
from tests.harvest.national import Point, good, run, source
from tests.operate.conftest import at_desk
from tests.operate.mapping.conftest import says

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/sources/+values/"


def address_of(value: str) -> str:
    return f"{ADDRESS}one/?property=dct:format&digest={digest_of(value)}"


def rows(client: Client, address: str = ADDRESS) -> list[list[str]]:
    page = html.fromstring(client.get(address).content)
    return [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath("//tbody/tr")]


def test_the_values_of_all_sources_are_listed_those_of_most_records_first(
    land: SourceSettings, water: SourceSettings, reading: Client
) -> None:
    said = [[cells[0].casefold(), *cells[2:]] for cells in rows(reading)]
    assert said == [["tableur", "5", "land (3), water (2)"], ["karte", "3", "water (2), land (1)"]]
    page = reading.get(address_of("tableur")).content.decode()
    assert "/desk/sources/land/runs/" in page
    assert reading.get(address_of("csv")).status_code == 404
    assert "Values that no map covers" in reading.get("/desk/").content.decode()
    assert _sources().ok, "nothing is wrong with the home because of them"


def test_for_others_the_pages_do_not_exist(land: SourceSettings) -> None:
    client = at_desk(person("a@owner.example"))
    for address in (ADDRESS, address_of("karte")):
        assert client.get(address).status_code == 404


def test_pages_are_turned_by_key(water: SourceSettings) -> None:
    for amount in (3, 5, 5, 1):
        made = Uncovered.objects.count()
        Uncovered.objects.create(
            settings=water,
            property="dct:language",
            folded=f"v {made}",
            value="V",
            rule="vocabulary",
            records=amount,
        )
    one_by_one, after = [], None
    while found := listed(1, after):
        (row,) = found
        one_by_one.append((row.records, row.property, row.folded))
        after = one_by_one[-1]
    assert one_by_one == [(one.records, one.property, one.folded) for one in listed(50)]
    assert len(set(one_by_one)) == number() == 6


def test_the_next_page_is_found_by_what_its_address_says(water: SourceSettings, reading: Client) -> None:
    Uncovered.objects.bulk_create(
        Uncovered(
            settings=water,
            property="dct:language",
            folded=f"{place:03}{'v' * 900}",
            value="V",
            rule="vocabulary",
            records=1,
        )
        for place in range(60)
    )
    first = reading.get(ADDRESS).content
    (further,) = html.fromstring(first).xpath("//a[contains(@href, 'after=')]/@href")
    assert len(further) < 200
    assert "vvv" not in further
    assert len(rows(reading)) + len(rows(reading, ADDRESS + further)) == number()
    Uncovered.objects.filter(property="dct:language").update(property="dct:type")
    assert reading.get(ADDRESS + further).status_code == 200, "a run has put it right since"


def test_they_are_those_of_the_last_word_of_each_record() -> None:
    """Also where a run only asks for what has changed; what is covered since, or undone, is not listed."""
    with Point([says("a", "Tableur"), says("b", "Karte"), good("c")]) as point:
        settings = source(point.url, name="land")

        def there() -> dict[str, list[str]]:
            stored = {one.folded: one.examples for one in Uncovered.objects.filter(covered=False)}
            assert {key: one.examples for (_, key), one in counted(settings).items()} == {
                one.folded: one.examples for one in Uncovered.objects.all()
            }
            return stored

        run(settings)
        assert there() == {"tableur": ["a"], "karte": ["b"]}
        # Only what changed was asked for: b did not come, and is as it was; a is right now, c is not.
        point.lists([good("a"), says("c", "Carte")])
        later = run(settings).run
        Run.objects.filter(pk=later.pk).update(since="2026-01-01")
        uncovered.keep(settings, counted(settings))
        assert there() == {"karte": ["b"], "carte": ["c"]}
        SourceSettings.objects.update(rules='[values."dct:format"]\n"  KARTE" = "CSV"\n')
        uncovered.mark(settings)
        assert set(there()) == {"carte"}


def test_no_map_overrides_a_value_of_the_table() -> None:
    """CONFIDENTIAL is one, though not for protected data (G4.1): it is not for us to say what it means."""
    right = "http://publications.europa.eu/resource/authority/access-right/"
    in_words = f'<dct:accessRights rdf:resource="{right}RESTRICTED"/>'
    word = "<dct:accessRights>riservato</dct:accessRights>"
    records = [good("a").replace("RESTRICTED", "CONFIDENTIAL"), good("b").replace(in_words, word)]
    with Point(records) as point:
        run(source(point.url))
    assert [(one.property, one.value) for one in Uncovered.objects.all()] == [
        ("dct:accessRights", "riservato")
    ]
    offered = terms_for(SourceSettings.objects.get(), "dct:accessRights")
    assert {code for _, code in offered.values()} == {"NON_PUBLIC", "RESTRICTED"}  # not what is refused
