"""Sources as a file in git: applied, compared, exported, pruned."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from erpd.cli import main
from erpd.harvest.lease import begin
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.secrets import unseal
from erpd.register.models import DataSet
from erpd.sources.http.credentials import Basic, Header
from tests.cli.test_sources import OAI, alive, erpd
from tests.harvest.national import Point, many

pytestmark = pytest.mark.django_db

LAND = """
[sources.land]
protocol = "oai-pmh"
url = "https://data.example.org/oai"
country = "IT"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sources.toml"


def applied(file: Path, text: str, *options: str, code: int = 0, **variables: str) -> str:
    file.write_text(text, "utf-8")
    return erpd("source", "apply", file, *options, code=code, **variables)


def source(name: str = "land") -> SourceSettings:
    return SourceSettings.objects.get(source__slug=name)


def test_a_file_is_applied_changed_and_applied_again(file):
    assert applied(file, LAND).startswith("land: added")
    assert applied(file, LAND) == "Nothing to change: 1 source is as the file says."
    changed = f'{LAND}policy = "lenient"\nactive = false\n[sources.land.rules]\nwithout = ["test-*"]\n'
    assert "Dry run: nothing was saved." in applied(file, changed, "--dry-run")
    assert source().active
    shown = erpd("source", "diff", file, code=1)
    assert '+policy = "lenient"' in shown
    assert "land: changed (policy none → lenient, active none → false, rules added)" in applied(file, changed)
    assert (source().active, source().source.policy, source().rules) == (
        False,
        "lenient",
        'without = ["test-*"]\n',
    )
    assert erpd("source", "diff", file) == ""
    assert "policy lenient → none" in applied(file, LAND)  # what the file does not say is as it is by itself
    assert (source().active, source().source.policy, source().rules) == (True, "strict", "")


def test_local_files_beside_an_exported_file_go_with_it(file, tmp_path):
    """The folder can be moved. Files elsewhere keep their whole paths; so do all on the standard output."""
    kind = 'protocol = "dump"\ncountry = "IT"\n'
    there = f'[sources.there]\n{kind}url = "/srv/there.ttl"\n'
    applied(file, f'[sources.here]\n{kind}url = "data/here.ttl"\n{there}')
    assert f'url = "{tmp_path}/data/here.ttl"' in erpd("source", "export")
    erpd("source", "export", "-o", file)
    text = file.read_text("utf-8")
    assert 'url = "data/here.ttl"' in text
    assert 'url = "/srv/there.ttl"' in text
    assert "Nothing to change" in erpd("source", "apply", file)
    (tmp_path / "moved").mkdir()
    assert "here: changed" in erpd("source", "apply", file.rename(tmp_path / "moved" / file.name))
    assert source("here").url == f"{tmp_path}/moved/data/here.ttl"


def test_what_is_added_by_hand_is_exported_under_its_name(file):
    told = erpd(
        "source", "add", *OAI, "--url", "https://a.example/oai", "--name", "mine", ERPD_SOURCE_BEARER="tok.en"
    )
    assert told.startswith("mine fills the catalogue 'nl'.")
    again = erpd("source", "add", *OAI, "--url", "http://A.example:80/oai/")  # no second source
    assert again.startswith("mine fills")
    text = CliRunner().invoke(main, ["source", "export"]).output
    assert "tok.en" not in text
    assert 'credentials = "stored"' in text
    assert applied(file, text) == "Nothing to change: 1 source is as the file says."
    assert unseal(source("mine").secret) == Header("Authorization", "Bearer tok.en")
    assert json.loads(erpd("source", "export", "--json"))["sources"]["mine"]["url"] == "https://a.example/oai"
    assert "[sources.mine]" in erpd("source", "show", "mine")
    assert json.loads(erpd("source", "show", "mine", "--json"))["sources"]["mine"]["country"] == "NL"
    other = erpd("source", "add", *OAI, "--url", "https://a.example/oai", "--name", "other", code=2)
    assert "is the address of the source mine, which keeps its name" in other
    taken = erpd("source", "add", *OAI, "--url", "https://b.example/oai", "--name", "mine", code=2)
    assert "The name 'mine' is taken already" in taken
    assert "is no name of a source" in erpd(
        "source", "add", *OAI, "--url", "http://b.nl", "--name", "B b", code=2
    )


def test_secrets_come_from_where_the_file_says_and_are_never_shown(file, tmp_path):
    (tmp_path / "pw").write_text("battery\n")
    text = f'{LAND}user = "me"\npassword_file = "pw"\n'
    told = applied(file, text)
    assert unseal(source().secret) == Basic("me", "battery")
    assert "Nothing to change" in applied(file, text)
    (tmp_path / "pw").write_text("staple\n")
    told += erpd("source", "diff", file, code=1) + applied(file, text, "--json")
    assert unseal(source().secret) == Basic("me", "staple")
    assert '"credentials": ["stored", "replaced"]' in told
    told += applied(file, f'{LAND}header_env = "KEY"\n', KEY="X-Key: horse")
    assert unseal(source().secret) == Header("X-Key", "horse")
    assert "Nothing to change" in applied(file, LAND)  # what it does not say stays here
    assert "the variable KEY is not set" in applied(file, f'{LAND}header_env = "KEY"\n', code=2)
    assert "pw2 cannot be read" in applied(file, f'{LAND}user = "me"\npassword_file = "pw2"\n', code=2)
    told += applied(file, f'{LAND}credentials = "none"\n')
    assert bytes(source().secret) == b""
    assert "the node has none" in applied(file, f'{LAND}credentials = "stored"\n', code=2)
    assert not any(secret in told for secret in ("battery", "staple", "horse"))


def test_paths_that_lead_nowhere_and_texts_that_nothing_stores(file, tmp_path):
    (tmp_path / "loop.ttl").symlink_to("loop.ttl")
    kind = '[sources.a]\nprotocol = "dump"\ncountry = "IT"\n'
    assert "a: added" in applied(file, f'{kind}url = "loop.ttl"\n')
    assert "the character U+0000" in applied(file, f'{kind}url = "a\\u0000b"\n', code=2)
    assert "the character U+0000" in applied(file, f'{kind}url = "a"\ncontact = "\\U00000000"\n', code=2)


def test_all_mistakes_are_told_at_once_and_nothing_is_changed(file):
    applied(file, LAND)
    wrong = f"""
surces = 1
{LAND.replace("country", "contry")}polcy = "lenient"
[sources.land.rules.schedule]
every = 0
[sources.new]
protocol = "oai"
url = "https://new.example"
country = "Atlantis"
[sources.fine]
protocol = "oai-pmh"
url = "https://data.example.org/oai/"
country = "IT"
graph = "x"
[sources.ruled]
protocol = "dump"
url = "https://ruled.example/all.ttl"
country = "IT"
profiles = ["dcat-ap-3.0.1"]
[sources.ruled.rules.values."dct:formt"]
x = "CSV"
[sources.unkeyed]
protocol = "dump"
url = "https://u.example/all.ttl?api_key=geheim"
country = "IT"
profiles = []
password_env = "NOWHERE"
[sources.twice]
protocol = "dump"
url = "https://data.example.org/twice.ttl"
country = "IT"
user = "me"
password_env = "NOWHERE"
[sources."Not a name"]
"""
    told = applied(file, wrong, code=2)
    for said in (
        "surces is not a known key. Did you mean sources?",
        "sources.land.contry is not a known key. Did you mean country?",
        "sources.land.polcy is not a known key. Did you mean policy?",
        "sources.land.country: expected a country",
        "sources.land.rules.schedule.every: expected a number of days from 1 to 366, found 0",
        'sources.new.protocol: expected a protocol, found "oai" (',
        'sources.new.country: expected a country of the EU\'s table, found "Atlantis"',
        "sources.fine.graph does not apply to oai-pmh.",
        "sources.ruled.rules.values.dct:formt: dct:formt is not a known name. Did you mean dct:format?",
        "sources.unkeyed.password_env needs the user, too.",
        "sources.twice: password_env: the variable NOWHERE is not set.",
        "sources.Not a name: expected a name of small letters",
    ):
        assert said in told
    assert "geheim" not in told
    assert [one.source.slug for one in SourceSettings.objects.all()] == ["land"]
    assert "This is not TOML: " in applied(file, "[sources", code=2)
    assert "line 2" in applied(file, "[sources]\nx\n", code=2)
    assert "expected a table for each source" in applied(file, "", code=2)
    file.write_bytes("[sources]\n# é".encode("latin-1"))
    assert "is not in UTF-8" in erpd("source", "apply", file, code=2)


def test_what_does_not_fit_the_node_is_told(file):
    applied(file, LAND)
    second = LAND.replace("sources.land", "sources.other").replace("/oai", "/oai/")
    assert "is the address of the source land, which keeps its name" in applied(file, LAND + second, code=2)
    told = applied(file, LAND.replace('"IT"', '"FR"'), code=2)
    assert "fills the catalogue 'it'" in told
    differing = LAND + 'profiles = ["dcat-ap-3.0.1"]\n' + second.replace("/oai/", "/b") + "profiles = []\n"
    assert "land fills the same catalogue, and names other profiles" in applied(file, differing, code=2)


def test_a_source_that_moves_keeps_its_data_sets_and_is_read_whole(file):
    with Point(many(3)) as old, Point(many(3)) as new:
        text = LAND.replace("https://data.example.org/oai", old.url)
        applied(file, text)
        erpd("harvest", "--source", "land")
        keys = set(DataSet.objects.values_list("key", flat=True))
        assert "url http" in applied(file, text.replace(old.url, new.url))
        ledger = json.loads(erpd("harvest", "--source", "land", "--json"))
        assert (ledger["received"], ledger["new"], ledger["held"]) == (3, 0, 0)
        assert set(DataSet.objects.filter(deleted=False).values_list("key", flat=True)) == keys
        begin(source())
        assert "then change its address" in applied(file, text, code=4)
        assert source().url == new.url


def test_pruning_says_what_it_withdraws_and_asks_a_person(file, monkeypatch):
    with Point(many(4)) as point:
        text = LAND.replace("https://data.example.org/oai", point.url)
        applied(file, text)
        erpd("harvest", "--source", "land")
        assert "Nothing to change" in applied(file, "[sources]\n")
        assert "need --prune" in applied(file, "[sources]\n", "--withdraw", code=2)
        assert "-[sources.land]" in erpd("source", "diff", file, "--prune", code=1)
        told = applied(file, "[sources]\n", "--prune", code=2)
        assert "--prune would remove sources with data sets: land (4)" in told
        assert "have 4 data sets: --withdraw or --keep" in applied(
            file, "[sources]\n", "--prune", "--dry-run"
        )
        for dry in ([], ["--dry-run"]):
            told = applied(file, "[sources]\n", "--prune", "--withdraw", *dry, code=5)
            assert "4 of the 4 data sets" in told
        approved = ("--prune", "--withdraw", "--approve-deletions", "--dry-run")
        assert "4 data sets would be withdrawn" in applied(file, "[sources]\n", *approved)
        assert "4 of the 4 data sets of the catalogue 'it' would be withdrawn, more than a fifth." in told
        assert len(alive()) == 4
        told = applied(file, "[sources]\n", "--prune", "--withdraw", "--approve-deletions")
        run = Run.objects.latest("pk").pk
        assert f"land: removed Data sets were withdrawn by run {run}" in told
        assert alive() == set()
        erpd("undo", run)
        assert len(alive()) == 4
        assert applied(file, text).startswith("land: added")  # and finds its own
        assert "4 data sets kept" in applied(file, "[sources]\n", "--prune", "--keep")
        assert len(alive()) == 4
        applied(file, text)
        monkeypatch.setattr("erpd.cli.source_files._is_terminal", lambda: True)
        file.write_text("[sources]\n")
        asked = CliRunner().invoke(main, ["source", "apply", str(file), "--prune"], input="withdraw\n")
        assert "To be removed: land, with 4 data sets." in asked.stderr
        assert asked.exit_code == 0
        assert alive() == set()


def test_a_file_beside_the_sources_is_found_from_anywhere(file, tmp_path, monkeypatch):
    text = '[sources.here]\nprotocol = "dump"\nurl = "all.ttl"\ncountry = "IT"\n'
    monkeypatch.chdir("/")
    applied(file, text)
    assert (source("here").url, source("here").local) == (str(tmp_path / "all.ttl"), True)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["source", "apply", "-"], input=text)
    assert result.output.startswith("Nothing to change")
