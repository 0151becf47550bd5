"""Sources from the command line: described, tried, harvested, held, approved, undone, replayed."""

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from erpd.cli import main
from erpd.harvest.lease import begin, let_go
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.secrets import unseal
from erpd.register.models import Catalogue, DataSet, Source
from erpd.sources import SOURCES
from erpd.sources.http.credentials import Basic, Header
from tests.harvest.national import Point, good, many, source
from tests.journeys.nodes import Node

pytestmark = pytest.mark.django_db

OAI = ("--protocol", "oai-pmh", "--country", "NL")
ALWAYS = "[schedule]\nbegin = 00:00:00\nend = 00:00:00\n"


def erpd(*arguments: object, code: int = 0, **variables: str) -> str:
    """What was said, on one line; the exit code must be ``code``."""
    result: Result = CliRunner(env=variables).invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def add(url: str, *options: object, code: int = 0, **variables: str) -> str:
    return erpd("source", "add", *OAI, "--url", url, *options, code=code, **variables)


def slug() -> str:
    return SourceSettings.objects.get().source.slug


def alive() -> set[str]:
    return set(DataSet.objects.filter(deleted=False).values_list("identifier", flat=True))


def test_a_life(tmp_path):
    rules = tmp_path / "rules.toml"
    french = [good(name).replace("file-type/CSV", "x/tableur") for name in ("y", "z")]
    with Point([*many(8), *french]) as point:
        told = add(point.url)
        assert told.startswith("nl-")
        assert f"fills the catalogue 'nl'. Next: erpd source probe {slug()}" in told
        assert f"{slug()} oai-pmh {point.url} never harvested" in erpd("source", "list")
        assert "10 of 10 records looked at: 8 without errors, 2 with errors." in erpd(
            "source", "probe", slug()
        )
        assert Run.objects.count() == 0
        assert "This source has not been harvested yet." in erpd("source", "values", slug())

        told = erpd("harvest", "--source", slug())
        assert "10 records received" in told
        assert "8 new, 2 rejected" in told
        told = erpd("source", "values", slug())
        assert told.startswith("2 dct:format http")
        assert f"This is as of run {Run.objects.get().pk}, 20" in told
        rules.write_text(
            '[values."dct:format"]\n"http://publications.europa.eu/resource/authority/x/tableur"="CSV"'
        )
        add(point.url, "--rules", rules)
        number = Run.objects.get().pk
        told = erpd("harvest", "--replay", number)
        assert "nothing was saved" in told
        assert f"Run {number} originally: 8 new, 2 rejected" in told
        assert "against the current register: 2 new, 8 unchanged" in told
        assert len(alive()) == 8
        replayed = json.loads(erpd("harvest", "--replay", number, "--json"))
        assert (replayed["new"], replayed["unchanged"]) == (2, 8)
        assert json.loads(erpd("harvest", "--source", slug(), "--json"))["new"] == 2

        point.lists(many(6))
        told = erpd("harvest", "--source", slug(), code=5)
        assert "Gone from the source but NOT withdrawn: 4 data sets, because more than a fifth" in told
        assert f"To list them: erpd source held {slug()} " in told
        assert f"erpd source approve {slug()}" in told
        assert f"4 deletions held for your approval. To list them: erpd source held {slug()}" in erpd(
            "source", "list"
        )
        number = Run.objects.latest("pk").pk
        assert f"4 data sets withdrawn by run {number}. To restore: erpd undo {number}" in erpd(
            "source", "approve", slug()
        )
        assert len(alive()) == 6
        assert "No deletion" in erpd("source", "approve", slug(), code=1)
        assert f"4 data sets restored to the state before run {number}." in erpd("undo", number)
        assert len(alive()) == 10
        assert "Nothing undone: " in erpd("undo", number, code=1)
        assert "This run was undone" in erpd("source", "list")

        assert "is off" in erpd("source", "active", slug(), "--off")
        assert "(off)" in erpd("source", "list")
        rules.write_text(ALWAYS)
        add(point.url, "--rules", rules)
        Run.objects.all().delete()
        assert erpd("worker", "--once").startswith("0 harvested. No source is waiting")
        assert f"Say --on or --off. {slug()} is off." in erpd("source", "active", slug(), code=2)
        assert "is on" in erpd("source", "active", slug(), "--on")
        told = erpd("worker", "--once", code=5)
        assert "6 unchanged" in told
        assert told.endswith("1 harvested.")
        due = Run.objects.latest("pk").started + timedelta(days=7, hours=1)  # to the next full hour
        assert f"0 harvested. Next: {slug()}, {due:%Y-%m-%d %H}:00 UTC" in erpd("worker", "--once")


def test_an_undo_says_what_became_of_each():
    with Point(many(3)) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
        point.lists([*many(2), good("d0002", title="Later")])
        erpd("harvest", "--source", slug())
        first, later = Run.objects.order_by("pk")
        told = erpd("undo", first.pk)
        assert f"2 data sets withdrawn, because they did not exist before {first}." in told
        assert f"1 data set left alone: {later} changed it since. Undo that first." in told
        point.lists([])
        assert "Nothing received in " in erpd("harvest", "--source", slug(), code=1)


def test_a_run_that_fails_says_why_and_what_to_do(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text("[expect]\nat_least = 5")
    with Point(many(4)) as point:
        add(point.url, "--rules", rules)
        told = erpd("harvest", "--source", slug(), code=1)
        assert "The run failed and was rolled back. Nothing has changed." in told
        assert (
            "does not meet the expectations of this source: at least 5 records were expected, but 4" in told
        )
        assert "[expect]" in told
        assert "Nothing was deleted." in told
        assert (
            json.loads(erpd("harvest", "--source", slug(), "--json", code=1))["error"]["rule"]
            == "expectation"
        )
        assert alive() == set()
        assert "at least 5 records" in erpd("source", "list")
        told = erpd("harvest", "--source", slug(), "--approve-deletions")
        assert "4 changed" in told  # put back, they had left tombstones
        rules.write_text("")  # no rules any more
        add(point.url, "--rules", rules)
        erpd("harvest", "--source", slug())
        listed = json.loads(erpd("source", "list", "--json"))
        assert (listed["held"], listed["active"], listed["last"]["state"]) == (0, True, "done")


def test_a_probe_tells_what_would_become_of_it():
    with Point([good("a"), good("b", valid=False), good("c", "\x03")]) as point:
        add(point.url)
        told = erpd("source", "probe", slug())
        assert "3 of 3 records looked at: 2 without errors, 1 with errors." in told
        assert "dct:accessRights is mandatory but missing" in told
        point.handle = lambda *asked: (404, {}, b"")
        assert "404" in erpd("source", "probe", slug(), code=3)
        assert (Run.objects.count(), DataSet.objects.count()) == (0, 0)


def test_a_source_that_is_busy_or_has_not_ended_is_left_alone():
    with Point(many(2)) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
        number = Run.objects.get().pk
        run = begin(SourceSettings.objects.get())
        assert "is being harvested; its run began at" in erpd("harvest", "--source", slug(), code=4)
        assert "its run was interrupted" in erpd("harvest", "--replay", number, code=4)
        for one in (run.pk, number):
            assert f"then undo run {one}" in erpd("undo", one, code=4)
        let_go(run)


CREDENTIALS = {
    "options": (("--user", "u", "--password", "battery"), {}, Basic("u", "battery")),
    "password": (("--user", "u"), {"ERPD_SOURCE_PASSWORD": "battery"}, Basic("u", "battery")),
    "bearer": ((), {"ERPD_SOURCE_BEARER": "battery"}, Header("Authorization", "Bearer battery")),
    "header": ((), {"ERPD_SOURCE_HEADER": "X-Key: battery"}, Header("X-Key", "battery")),
}


@pytest.mark.parametrize(("options", "variables", "auth"), CREDENTIALS.values(), ids=CREDENTIALS)
def test_credentials_are_kept_and_never_shown(options, variables, auth):
    with Point(many(2)) as point:
        told = add(point.url, *options, **variables)
        told += add(point.url)  # said once, they stay
        assert unseal(SourceSettings.objects.get().secret) == auth
        name, value = auth.header()
        told += erpd("harvest", "--source", slug())
        assert {one.headers[name] for one in point.server.asked} == {value}
        point.handle = lambda *asked: (401, {}, b"")
        told += erpd("harvest", "--source", slug(), code=1)
        told += erpd("source", "probe", slug(), code=3)
        told += erpd("source", "list") + erpd("source", "list", "--json")
        assert "battery" not in told
        assert json.loads(erpd("source", "list", "--json"))["credentials"] is True


def test_credentials_that_are_taken_away_are_not_sent_any_more():
    with Point(many(2)) as point:
        add(point.url, "--user", "u", "--password", "battery")
        said = "--no-credentials cannot be combined with credentials"
        assert said in add(point.url, "--no-credentials", "--bearer", "t", code=2)
        assert said in add(point.url, "--no-credentials", code=2, ERPD_SOURCE_BEARER="t")
        assert unseal(SourceSettings.objects.get().secret) == Basic("u", "battery")
        add(point.url, "--no-credentials")
        assert bytes(SourceSettings.objects.get().secret) == b""
        erpd("harvest", "--source", slug())
        assert all("Authorization" not in one.headers for one in point.server.asked)
        assert json.loads(erpd("source", "list", "--json"))["credentials"] is False
        add(point.url)
        assert bytes(SourceSettings.objects.get().secret) == b""


def test_the_secret_of_another_home_is_told(settings):
    add("http://a.example/oai", "--bearer", "battery")
    settings.SECRET_KEY = "other"
    for command in (("harvest", "--source", slug()), ("source", "probe", slug())):
        assert "Enter them again" in erpd(*command, code=1)


def test_what_is_added_twice_is_named(tmp_path, monkeypatch):
    assert "'sea' would be a second name, beside 'land'" in erpd("source", "add", "land", "sea", *OAI, code=2)
    (tmp_path / "land").touch()
    monkeypatch.chdir(tmp_path)  # a file of that name does not make the name a URL
    assert "'sea' would be a second name, beside 'land'" in erpd("source", "add", "land", "sea", *OAI, code=2)
    assert "would be a second name" in erpd("source", "add", "n" * 300, "m" * 300, *OAI, code=2)


def test_name_and_address_can_be_given_as_words(tmp_path):
    """In a process of its own: in this one, Django has been started before."""
    node = Node(tmp_path / "node", "european")
    node.erpd("source", "add", "sea", "https://sea.example/oai", *OAI)
    node.erpd("source", "add", "https://land.example/oai", "land", *OAI)
    listed = node.erpd("source", "list", "--json").splitlines()
    assert [json.loads(one)["source"] for one in listed] == ["land", "sea"]


WRONG = {
    ("--protocol", "oai-pmh"): "Missing option '--url'",
    ("--url", "http://a.example"): "Missing option '--protocol'",
    (*OAI[:2], "--url", "http://a.example"): "Missing option '--country'",
    (*OAI[:2], "--url", "http://a.example", "--country", "XX"): "'XX' is not a country",
    (*OAI, "--url", "http://a.example", "--query", "x"): "--query does not apply to oai-pmh",
    (
        "--protocol",
        "ckan",
        "--country",
        "NL",
        "--url",
        "http://a.example",
        "--set",
        "x",
    ): "--set does not apply",
    (*OAI, "--url", "example.org/oai"): "oai-pmh needs a web address, and 'example.org/oai' is the path of a "
    "file. Did you mean https://example.org/oai?",
    (*OAI, "--url", "file:///etc/passwd"): "oai-pmh needs a web address",
    (*OAI, "--url", "http:/example.org"): "Did you mean https://example.org?",
    (*OAI, "--url", "htp://example.org/oai"): "URLs of the type 'htp' are not supported",
    (*OAI, "--url", "ftp://example.org/oai"): "FTP is not supported for harvesting",
    (*OAI, "--url", "http://u:battery@a.example/oai"): "not in --url",
    (*OAI, "--url", "http://a.example/" + "x" * 1000): "1000",
    (*OAI, "--url", "http://a.example", "--prefix", "x" * 101): "100",
    (
        *OAI,
        "--url",
        "http://a.example",
        "--rules",
        "{wrong}",
    ): "wrong.toml: expect.atleast is not a known key.",
    (*OAI, "--url", "http://a.example", "--rules", "{latin}"): "not in UTF-8",
    (*OAI, "--url", "http://a.example", "--rules", "{none}"): "No such file",
    (*OAI, "--url", "http://a.example", "--header", "X-Key"): "a name and a value",
    (*OAI, "--url", "http://a.example", "--header", "X-Key: é"): "plain ASCII",
    (*OAI, "--url", "http://a.example", "--user", "a:b"): "must not contain a colon",
    (*OAI, "--url", "http://a.example", "--policy", "mild"): "'mild' is not one of",
}


@pytest.mark.parametrize("command", [("source", "add"), ("harvest",)], ids=["add", "harvest"])
@pytest.mark.parametrize(("options", "said"), WRONG.items(), ids=[" ".join(one)[:40] for one in WRONG])
def test_a_source_described_wrongly_is_not_made(command, options, said, tmp_path: Path):
    (tmp_path / "wrong.toml").write_text("[expect]\natleast = 3")
    (tmp_path / "latin.toml").write_bytes('default_language = "é"'.encode("latin-1"))
    files = {name: tmp_path / f"{name}.toml" for name in ("wrong", "latin", "none")}
    told = erpd(*command, *(option.format(**files) for option in options), code=2)
    assert said in told
    assert "battery" not in told
    for made in (SourceSettings, Source, Catalogue, Run):
        assert not made.objects.exists()


def test_rules_that_are_wrong_leave_the_source_as_it_was(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text('only = ["a*"]')
    add("http://a.example/oai", "--rules", rules, "--policy", "lenient")
    before = SourceSettings.objects.values().get()
    rules.write_text('values."dct:format".x = "NO-SUCH"')
    add("http://a.example/oai", "--rules", rules, "--policy", "strict", "--bearer", "t", code=2)
    assert SourceSettings.objects.values().get() == before
    assert Source.objects.get().policy == "lenient"


def test_a_catalogue_follows_further_profiles():
    """What was accepted is read again, found wanting and kept; without the profile it is fine again."""
    with Point([good("a")]) as point:
        add(point.url)
        assert '"new": 1' in erpd("harvest", "--source", slug(), "--json")
        add(point.url, "--profile", "dcat-ap-nl-3.0")
        (listed,) = map(json.loads, erpd("source", "list", "--json").splitlines())
        assert listed["profiles"] == ["erpd", "dcat-ap-nl-3.0"]
        assert '"rejected": 1' in erpd("harvest", "--source", slug(), "--json")
        assert alive() == {"a"}
        add(point.url)
        assert Catalogue.objects.get(slug="nl").profiles == "dcat-ap-nl-3.0"
        add(point.url, "--profile", "erpd")
        assert Catalogue.objects.get(slug="nl").profiles == ""
        assert '"unchanged": 1' in erpd("harvest", "--source", slug(), "--json")
    assert "Invalid value for '--profile'" in add(point.url, "--profile", "x", code=2)


def test_wrong_names_numbers_and_mixtures():
    known = source("http://a.example/oai").source.slug
    for command in ("probe", "values", "approve", "active", "held"):
        assert "There is no source 'none'" in erpd("source", command, "none", code=2)
    assert "There is no source 'none'" in erpd("harvest", "--source", "none", code=2)
    assert "There is no run 7000" in erpd("undo", 7000, code=2)
    assert "There is no run 7000" in erpd("run", 7000, code=2)
    assert "'lost' is not one of 'new', 'changed'" in erpd("run", 1, "--bin", "lost", code=2)
    assert "There is no run 7000" in erpd("harvest", "--replay", 7000, code=2)
    assert "not a valid integer" in erpd("undo", "last", code=2)
    assert "--url cannot be combined with --source" in erpd(
        "harvest", "--source", known, "--url", "http://b.example", code=2
    )
    assert "--dry-run cannot be combined with --replay" in erpd("harvest", "--replay", 1, "--dry-run", code=2)
    assert "--open cannot be combined with --source" in erpd("harvest", "--source", known, "--open", code=2)


def test_a_dry_run_leaves_not_even_the_source(tmp_path):
    (tmp_path / "rules.toml").write_text('without = ["d0002"]')
    with Point(many(3)) as point:
        rules = ("--rules", tmp_path / "rules.toml")
        told = erpd("harvest", *OAI, "--url", point.url, *rules, "--dry-run")
        assert "2 new, 1 filtered" in told
        assert "nothing was saved" in told
    assert not SourceSettings.objects.exists()


def test_what_the_guide_shows_is_accepted(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "connect-a-source.md").read_text("utf-8")
    *_, rules = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)  # the last shows all there is
    (tmp_path / "rules.toml").write_text(rules, "utf-8")
    examples = re.findall(r"^    erpd (source add (?:.*\\\n)*.*)$", guide, re.MULTILINE)
    for example in examples:
        erpd(*shlex.split(example.replace("\\\n", " ")), "--rules", tmp_path / "rules.toml")
    assert set(SourceSettings.objects.values_list("protocol", flat=True)) == set(SOURCES)
    assert len(examples) == len(SOURCES)
