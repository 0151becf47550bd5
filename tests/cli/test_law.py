"""`erpd law`: files are checked, regimes listed, days counted."""

import json

import pytest
from click.testing import CliRunner

from erpd.cli import main

OVERRIDE = (
    'overrides = "dga-2022"\ncountry = "NL"\nsource = "Access Act"\n'
    '[limits.ordinary]\namount = {}\nunit = "working-days"\n'
)


@pytest.fixture
def run(monkeypatch):
    monkeypatch.delenv("ERPD_HOME", raising=False)

    def call(*words: str, status: int = 0) -> str:
        done = CliRunner().invoke(main, ["law", *words])
        assert done.exit_code == status, done.output
        return done.output

    return call


def test_files_are_checked_before_the_node_reads_them(run, tmp_path):
    file = tmp_path / "nl.toml"
    file.write_text(OVERRIDE.format(20))
    assert "0 regimes, 1 override, no mistake" in run("check", str(tmp_path))
    file.write_text(OVERRIDE.format(0))
    told = run("check", str(tmp_path), status=1)
    assert told.startswith(f"{file}: limits.ordinary.amount: expected a number from 1 to 400, found 0.")
    assert json.loads(run("check", str(tmp_path), "--json", status=1))["faults"] == told.splitlines()


def test_regimes_are_listed_on_a_day(run):
    assert [each["id"] for each in json.loads(run("list", "--on", "2026-01-01", "--json"))] == ["dga-2022"]
    assert run("list", "--on", "2023-09-23") == ""
    assert "dga-reform-2025 (version 1): Data Act, as the Digital Omnibus would amend it, pending" in run(
        "list"
    )


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("--received 2025-12-31 --country NL", "2026-03-02"),
        ("--received 2025-12-31 --country NL --extended", "2026-03-30"),
        ("--received 2026-01-31T23:00:00+00:00 --country NL", "2026-04-01"),
        ("--received 2026-04-04 --country DE --region BY", "2026-06-05"),
        ("--received 2026-04-20 --country NL --regime dga-reform-2025 --kind ordinary", "2026-05-20"),
        # The Act does not stop the clock.
        ("--received 2026-03-02 --country NL --pause returned:2026-03-10:2026-03-20", "2026-05-04"),
    ],
)
def test_when_a_decision_is_due(run, words, due):
    assert json.loads(run("when", *words.split(), "--json"))["due"] == due


def test_without_a_law_there_is_no_date(run):
    assert "No law that we know" in run("when", "--received", "2023-09-23", "--country", "NL", status=1)
    assert json.loads(run("when", "--received", "2026-01-01", "--country", "NL", "--act", "reg/2025/327", "--json", status=1))["due"] is None  # fmt: skip # noqa: E501


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--received 2026-01-01", "Name a country"),
        ("--received 2026-01-01T10:00 --country NL", "expected a date, or a time with its zone"),
        ("--received 2026-02-30 --country NL", "expected a date"),
        ("--received 9999-12-31T23:59-12:00 --country NL", "expected a date"),
        ("--received 2026-01-01 --country XX", "We do not know the time zone of XX"),
        ("--received 9999-12-31 --country NL", "Name a year from 1971 to 2200"),
        ("--received 2026-01-01 --country NL --regime x", "There is no regime 'x'"),
        ("--received 2026-01-01 --country NL --pause x", "is not CAUSE:DAY:DAY"),
        ("--received 2026-01-01 --country NL --pause returned:2026-01-20:2026-01-10", "is not before"),
    ],
)
def test_wrong_use_is_told(run, words, told):
    assert told in " ".join(run("when", *words.split(), status=2).split())
