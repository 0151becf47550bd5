"""`erpd source remove`: what becomes of the data sets, and how all of it comes back."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from erpd.cli import main
from erpd.harvest import removing
from erpd.harvest.keeping import recordings
from erpd.harvest.lease import SourceBusy, begin
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.harvest.worker import due
from erpd.register.models import Catalogue, DataSet
from erpd.register.search import IndexFailed
from tests.cli.test_sources import ALWAYS, OAI, add, alive, erpd, slug
from tests.harvest.national import Point, good, many, rdf

pytestmark = pytest.mark.django_db


def test_withdrawn_undone_and_added_again(tmp_path, monkeypatch):
    rules = tmp_path / "rules.toml"
    rules.write_text(ALWAYS)
    monkeypatch.setattr(removing, "_BATCH", 3)  # several turns, as for a large source
    with Point(many(8)) as point:
        add(point.url, "--rules", rules, ERPD_SOURCE_BEARER="tok.en")
        erpd("harvest", "--source", slug())
        keys = set(DataSet.objects.values_list("key", flat=True))
        told = erpd("source", "remove", slug(), code=2)
        assert "has 8 data sets. Say what becomes of them: --withdraw or --keep." in told
        assert len(alive()) == 8

        told = erpd("source", "remove", slug(), "--withdraw")
        number = Run.objects.latest("pk").pk
        assert "is removed, with its credentials and recordings. Its ledger is kept." in told
        assert f"8 data sets withdrawn by run {number}. To restore: erpd undo {number}" in told
        assert (alive(), DataSet.objects.filter(deleted=True).count()) == (set(), 8)
        assert Catalogue.objects.filter(slug="nl").exists()
        assert Entry.objects.exists()
        assert not SourceSettings.objects.get().secret
        assert not list(recordings().glob("*/*.gz"))
        for command in ("source probe", "source values", "harvest --source", "source active"):
            assert "has been removed. Add it again" in erpd(*command.split(), slug(), code=2)
        assert "There are no sources yet" in erpd("source", "list")
        assert erpd("worker", "--once").startswith("0 harvested")
        with pytest.raises(SourceBusy, match="has been removed"):  # a worker that found it due before
            begin(SourceSettings.objects.get())

        assert "8 data sets restored" in erpd("undo", number)
        assert len(alive()) == 8
        assert "8 data sets withdrawn" in erpd("source", "remove", slug(), "--withdraw")
        add(point.url)
        tomorrow = Run.objects.latest("pk").started + timedelta(days=1)
        assert [one.settings.source.slug for one in due(tomorrow)] == [slug()]
        assert "The source was removed" in erpd("source", "list")
        told = json.loads(erpd("harvest", "--source", slug(), "--json"))
        assert (told["received"], told["changed"], told["new"]) == (8, 8, 0)  # they are its own, revived
        assert set(DataSet.objects.filter(deleted=False).values_list("key", flat=True)) == keys


def test_kept_data_sets_stay_and_are_found_again():
    with Point(many(4)) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
        told = erpd("source", "remove", slug(), "--keep")
        assert "4 data sets kept in the catalogue 'nl'." in told
        assert len(alive()) == 4
        point.lists([*many(4)[:3], good("new")])
        told = erpd("harvest", *OAI, "--url", point.url, "--json", code=5)
        assert json.loads(told)["unchanged"] == 3
        erpd("source", "remove", slug(), "--keep")
        assert "5 data sets withdrawn" in erpd("source", "remove", slug(), "--withdraw")
        assert "has been removed already" in erpd("source", "remove", slug())  # nothing is left to decide
        both = erpd("source", "remove", slug(), "--keep", "--withdraw", code=2)
        assert "Choose one" in both
    assert "no source 'nl-nothing'" in erpd("source", "remove", "nl-nothing", "--keep", code=2)


def test_a_source_of_the_wrong_country_leaves_nothing_and_frees_its_address(client):
    with Point(many(2)) as point:
        described = ("source", "add", "--protocol", "oai-pmh", "--url", point.url)
        erpd(*described, "--country", "Suomi")
        wrong = slug()
        told = erpd(*described, "--country", "IT", code=2)
        assert f"run `erpd source remove {wrong} --withdraw`, then add it again" in told
        assert not Catalogue.objects.filter(slug="it").exists()
        told = erpd(
            "source", "remove", wrong, "--keep"
        )  # it was never harvested, so there is nothing to keep
        assert "ledger" not in told
        assert not Catalogue.objects.filter(country="FI").exists()
        assert not SourceSettings.objects.exists()

        erpd(*described, "--country", "IT")
        erpd("harvest", "--source", slug())
        assert "National Single Information Point" in client.get("/catalogues").text
        erpd("source", "remove", slug(), "--keep")
        told = erpd(*described, "--country", "FI", code=2)
        assert "has been removed, but its data sets are still in the catalogue 'it'" in told
        erpd("source", "remove", slug(), "--withdraw")
        assert "Italy" not in client.get("/catalogues").text  # its tombstones are nothing for readers
        assert client.get("/catalogues/it").status_code == 200
        erpd(*described, "--country", "FI")
        erpd("harvest", "--source", SourceSettings.objects.get(removed=None).source.slug)
        assert len(alive()) == 2
        assert "fills the catalogue 'fi'" in erpd(*described, "--country", "IT", code=2)


def test_a_source_that_is_being_harvested_is_not_removed():
    add("http://data.example/oai")
    begin(SourceSettings.objects.get())
    told = erpd("source", "remove", slug(), "--withdraw", code=4)
    assert "is being harvested, or its run was interrupted. Let that run finish" in told
    assert SourceSettings.objects.get().removed is None


def test_killed_in_between_a_second_call_withdraws_the_rest(monkeypatch):
    with Point(many(6)) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
    monkeypatch.setattr(removing, "_BATCH", 2)
    withdraw, calls = removing.intake.withdraw, []

    def dies(data_sets, **facts):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return withdraw(data_sets, **facts)

    monkeypatch.setattr(removing.intake, "withdraw", dies)
    with pytest.raises(KeyboardInterrupt):
        removing.remove(SourceSettings.objects.get(), withdraw=True)
    assert len(alive()) == 4
    assert "6 data sets withdrawn" in erpd("source", "remove", slug(), "--withdraw")  # in one run
    erpd("undo", Run.objects.latest("pk").pk)
    assert len(alive()) == 6


def test_an_empty_source_names_the_command(tmp_path):
    file = tmp_path / "all.rdf"
    file.write_text(rdf("x"))
    erpd("source", "add", "--protocol", "dump", "--country", "NL", "--url", file)
    erpd("harvest", "--source", slug())
    file.write_text(rdf("x").replace("dcat:Dataset", "dcat:DataService"))
    assert f"remove the source: erpd source remove {slug()}" in erpd("harvest", "--source", slug(), code=1)


def test_what_was_rolled_back_is_said_to_be():
    with Point(many(3)) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
    erpd("undo", Run.objects.get().pk)
    assert "UTC, rolled back; it had brought: 3 new" in erpd("source", "list")
    assert json.loads(erpd("source", "list", "--json"))["last"]["rolled_back"] is True


def test_at_a_terminal_it_asks(monkeypatch):
    with Point(many(2)) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
    monkeypatch.setattr("erpd.cli.sources._is_terminal", lambda: True)
    asked = CliRunner().invoke(main, ["source", "remove", slug()], input="burn\nkeep\n").output
    assert "has 2 data sets. What becomes of them? (withdraw, keep)" in asked
    assert "'burn' is not one of" in asked
    assert "2 data sets kept" in asked


def test_an_index_that_cannot_be_updated_is_an_exit_status(monkeypatch):
    def fails(*_: object) -> None:
        raise IndexFailed("No space left")

    add("http://data.example/oai")
    monkeypatch.setattr("erpd.register.search.follow", fails)
    assert "No space left" in erpd("source", "remove", slug(), "--keep", code=1)
