"""`erpd explain`: every rule that a report may name, in words."""

import json

from click.testing import CliRunner, Result

from erpd.cli import main
from erpd.metadata.rules import RULES
from erpd.sources.errors import Reason


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


def test_a_rule_is_explained_with_an_example() -> None:
    told = run("too-many").stdout
    assert "Keep the right one." in told
    assert told.index("Wrong:\n    :dataset dct:publisher :agency, :ministry .") < told.index(
        "Right:\n    :dataset"
    )
    assert "https://w3id.org/erpd/findings#too-many" in told


def test_every_rule_and_every_reason_is_explained_and_listed() -> None:
    listed = run().stdout
    for name in (*RULES, *Reason):
        assert f"  {name}: " in listed
        result = run(name)
        assert result.exit_code == 0
        assert "{" not in result.stdout.partition("Wrong:")[0]
    assert run("cut").stdout.count("More: ") == 2
    assert run("iri", "link").stdout.count("More: ") == 2


def test_a_mistyped_rule_has_near_ones() -> None:
    result = run("Mandatory-mising")
    assert result.exit_code == 2
    assert "Did you mean mandatory-missing," in result.stderr
    assert "`erpd explain` lists them all" in run("\x1b[31mqqqq").stderr
    assert "\x1b" not in run("\x1b[31mqqqq").stderr


def test_as_json() -> None:
    told = json.loads(run("--json", "date").stdout)
    assert (told["rule"], told["of"], told["section"]) == ("date", "record", "G6.1")
    assert told["example"]["right"] == ':dataset dct:issued "2021-03-04"^^xsd:date .'
    every = [json.loads(line) for line in run("--json").stdout.splitlines()]
    assert len(every) == len(RULES) + len(Reason)
    assert {(each["of"], each["example"] is None) for each in every} == {("record", False), ("file", True)}
