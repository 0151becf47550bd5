"""A profile that somebody wrote for themselves: what it asks for, and what is said of its mistakes."""

import pickle
import re
from dataclasses import fields
from pathlib import Path

import pytest

from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.own_profile import MOST_BYTES, ProfileError, _File, _Row, read_profile
from erpd.metadata.profile import joined, load_profile
from erpd.metadata.terms import DCAT, DCT, RDFS
from tests.metadata.records import record

GUIDE = Path(__file__).parents[2] / "docs/guides/write-a-profile.md"
(OWN,) = re.findall(r"^```toml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "handbook.toml"
    path.write_text(OWN, "utf-8")
    return path


def test_it_asks_for_more_than_what_it_extends(own: Path) -> None:
    profile, ours = read_profile(own), load_profile("erpd")
    assert (profile.name, profile.title, profile.errors) == ("handbook", "Our handbook", ours.errors)
    rows, theirs = profile.classes[DCAT.Dataset], ours.classes[DCAT.Dataset]
    assert len(rows) == len(theirs) + 1
    assert {iri for iri in theirs if rows[iri] != theirs[iri]} == {DCT.provenance}
    assert (rows[DCT.provenance].min, rows[DCT.provenance].range) == (1, DCT.ProvenanceStatement)
    team = list(rows.values())[-1]
    assert (team.label, team.range, team.min, team.max) == ("team", RDFS.Literal, 0, 1)
    assert (team.kind, team.obligation, team.section) == ("literal", "optional", "Our handbook")
    assert profile.classes[DCAT.Distribution] == ours.classes[DCAT.Distribution]


def test_what_it_asks_for_is_found(own: Path) -> None:
    assert check(record(), load_profile("erpd")) == []
    (missing,) = check(record(), read_profile(own))
    assert missing.severity is Severity.ERROR
    assert (missing.path, missing.section) == ("dct:provenance", "Handbook, 3.2")


def test_profiles_that_turn_on_hold_beside_it(own: Path) -> None:
    """Those are found by name, and its own name is no name of ours."""
    high_value = record(
        "dct:title",
        "dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ; dct:title",
    )
    sections = {finding.section for finding in check(high_value, read_profile(own))}
    assert any(section.startswith("DCAT-AP HVD") for section in sections)
    assert "Handbook, 3.2" in sections


def test_it_can_hold_together_with_others_and_be_sent_to_a_child(own: Path) -> None:
    both = joined(read_profile(own), load_profile("dcat-ap-nl-3.0"))
    assert both.name == "handbook+dcat-ap-nl-3.0"
    assert "Handbook, 3.2" in {finding.section for finding in check(record(), both)}
    assert pickle.loads(pickle.dumps(both)) == both


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "",
            "extends: expected one of our profiles, or several with + between them, found nothing.",
        ),
        ('extends = "erp"', 'found "erp" (Did you mean erpd?)'),
        ('extends = "erpd"\n[[clas]]', "clas is not a known key. Did you mean class?"),
        ('extends = "erpd"\nclass = [1]', "class[1]: expected tables, found 1."),
        (
            'extends = "erpd"\n[[class]]\niri = "dca:Dataset"',
            'class[1].iri: expected a name with a known prefix, or an IRI, found "dca:Dataset"',
        ),
        (
            '{ iri = "dct:x" }',
            '.kind: expected "literal", "iri" or "node", because erpd says nothing of dct:x; found nothing.',
        ),
        (
            '{ iri = "dct:title", min = 3, max = 2 }',
            "class[1].property[1].max: expected at least min (3), found 2.",
        ),
        ('{ iri = "dct:title", when = ["war"] }', "no case war; known: DGA"),
        ('{ iri = "dct:language", vocabulary = "langage" }', "there is no such table"),
        (
            '{ iri = "dct:language", vocabulary = "language", codes = ["english"] }',
            "codes: expected codes of language, found 'english'",
        ),
        ("extends", "This is not TOML"),
        ("#" * MOST_BYTES + "#", "It has more than 1 MiB, so it is no profile."),
    ],
)
def test_each_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.toml"
    if text.startswith("{"):
        text = f'extends = "erpd"\n[[class]]\niri = "dcat:Dataset"\nproperty = [{text}]'
    path.write_text(text, "utf-8")
    with pytest.raises(ProfileError) as raised:
        read_profile(path)
    (line,) = str(raised.value).splitlines()
    assert line.startswith(f"{path}: ")
    assert told in line


def test_the_guide_names_every_key() -> None:
    told = set(re.findall(r"`([a-z]+)`", GUIDE.read_text("utf-8")))
    keys = {field.name for kind in (_File, _Row) for field in fields(kind)} - {"class_"}
    assert keys <= told
