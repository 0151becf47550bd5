"""Every real catalogue in ../shared/data: what can be parsed comes in whole, and nothing breaks."""

import csv
import json
import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from erpd.cli import main
from erpd.harvest.run import harvest
from erpd.harvest.source_settings import Wanted, settings_for
from erpd.register.arrival import Bin
from erpd.register.models import DataSet
from erpd.sources.http.client import Client
from tests.needs import SHARED

CATALOGUES = SHARED / "catalogues"
SEED = SHARED / "seed" / "erpd-example.rdf"
# Neither rdflib nor pyoxigraph reads the one; the other is cut in the middle of its only data set.
HOPELESS = {
    "be-fedict/dist/data/dcat-other/fpsbosabudget.xml",
    "no-fdk/harvest_response_error.ttl",
}


def _rows() -> Iterator[tuple[str, int, bool]]:
    """File, data sets counted in it, and whether the parsers of others could read it."""
    table = CATALOGUES / "FILES.tsv"
    if table.exists():
        with table.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                counted = re.search(r"(\d+) datasets", row["counts"])
                sound = "rdflib:" not in row["parse_defects"] and "lxml:" not in row["parse_defects"]
                yield row["file"], int(counted[1]) if counted else 0, sound


ROWS = list(_rows())
pytestmark = pytest.mark.skipif(not ROWS, reason="../shared/data/catalogues is not here")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "amount", "sound"), ROWS, ids=[name for name, *_ in ROWS])
def test_harvest(name: str, amount: int, sound: bool) -> None:
    with Client() as client:
        wanted = Wanted("dump", str(CATALOGUES / name), "NL", policy="lenient", local=True)
        report = harvest(settings_for(wanted), client)
    ledger = report.ledger
    assert ledger["received"] == sum(ledger[place] for place in Bin)
    assert DataSet.objects.count() == ledger["new"]
    assert set(DataSet.objects.values_list("catalogue__slug", flat=True)) <= {"nl"}
    if sound and amount:
        assert (report.failed, ledger["new"], ledger["unreadable"]) == (False, amount, 0)
    elif name not in HOPELESS:
        assert ledger["new"] >= amount
    if report.failed:
        assert report.run.error["message"]
        assert report.run.error["advice"]


def _check(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["check", *arguments])
    assert result.exit_code in (0, 1, 3)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(("name", "amount"), [row[:2] for row in ROWS], ids=[name for name, *_ in ROWS])
def test_check(name: str, amount: int) -> None:
    path = str(CATALOGUES / name)
    told = [json.loads(line) for line in _check("--json", path).stdout.splitlines()]
    assert told
    assert all(fact["file"] == path for fact in told)
    assert all(fact.get("error") or "findings" in fact for fact in told)
    if name not in HOPELESS:
        assert len({fact.get("identifier") for fact in told if fact.get("identifier")}) >= amount


def test_check_for_people_says_it_in_words() -> None:
    result = _check(*(str(CATALOGUES / name) for name, *_ in ROWS[:12]))
    assert result.exit_code == 3  # two have no data set, two are no XML
    assert "Please add it." in result.output
    assert "Traceback" not in result.output


@pytest.mark.skipif(not SEED.exists(), reason="../shared/data/seed is not here")
def test_the_example_of_the_guidelines_passes_after_repair() -> None:
    (told,) = [json.loads(line) for line in _check("--json", str(SEED)).stdout.splitlines()]
    assert told["valid"]
    broken = {
        finding["value"]: finding["repaired"] for finding in told["findings"] if finding["rule"] == "iri"
    }
    assert broken["http://publications.europa.eu/resource/authority/file-\ntype/PDF"] == (
        "http://publications.europa.eu/resource/authority/file-type/PDF"
    )
    assert len(broken) == 5
    result = _check(str(SEED))
    assert result.exit_code == 0
    assert "has all mandatory metadata" in result.output
    assert "(section 4)" in result.output
