"""Several profiles at once, and what is mandatory in some cases only."""

from datetime import UTC, datetime
from itertools import product

import pytest
from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan.package import Registration, package_of
from erpd.metadata.checks import check
from erpd.metadata.conforming import conformed
from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.profile import PROFILES, cases, load_profile
from erpd.metadata.terms import DCAT, DCATAP, DCT, XSD, shorten

from .records import AUTHORITY, DATASET, DISTRIBUTION, record

NL, OPEN = load_profile("dcat-ap-nl-3.0"), load_profile("open-data+dcat-ap-nl-3.0")
BOTH = load_profile("erpd+dcat-ap-nl-3.0")
DGA = "<http://data.europa.eu/eli/reg/2022/868/oj>"
HVD = "<http://data.europa.eu/eli/reg_impl/2023/138/oj>"
RULES = ("mandatory-missing", "mandatory-here", "act-unnamed")


def lacking(said: str, left_out: str = "", profile: str = "open-data+dcat-ap-nl-3.0") -> dict[str, Finding]:
    """Path -> what is said to be missing there, of a record that says ``said`` and not ``left_out``."""
    spoilt = record("dcat:keyword", f"{said} dcat:keyword")
    if left_out:
        spoilt.graph.set(NamedNode(f"{DATASET[:-9]}distribution/1"), getattr(DCAT, left_out), [])
    found = [each for each in check(spoilt, load_profile(profile)) if each.rule in RULES]
    assert len({each.path for each in found}) == len(found)  # each field is named once
    return {each.path.replace(DISTRIBUTION, "D"): each for each in found}


@pytest.mark.parametrize(
    ("act", "applies"),
    [
        (DGA, True),
        ("<https://eur-lex.europa.eu/eli/reg/2022/868/2022-06-03/eng>", True),
        ("<http://data.europa.eu/eli/reg/2022/868>", True),
        ("<http://data.europa.eu/eli/reg/2022/8680/oj>", False),
        ("<https://evil.example/eli/reg/2022/868/oj>", False),
        (HVD, False),
    ],
)
def test_a_size_is_mandatory_where_the_data_governance_act_applies(act: str, applies: bool) -> None:
    found = lacking(f"dcatap:applicableLegislation {act} ;", "byteSize").get("D/dcat:byteSize")
    assert bool(found) is applies
    if found:
        assert found.severity is Severity.ERROR
        assert explain(found).startswith(
            f"{DISTRIBUTION}/dcat:byteSize is missing, but mandatory because of "
            "http://data.europa.eu/eli/reg/2022/868/oj (DCAT-AP-NL 3.0, 4.2.5)."
        )


def test_protected_data_are_under_that_act_without_saying_so() -> None:
    (found,) = [
        each for path, each in lacking("", "byteSize", "erpd+dcat-ap-nl-3.0").items() if "byteSize" in path
    ]
    assert (found.rule, found.section) == ("mandatory-missing", "G4.2; DCAT-AP-NL 3.0, 4.2.5")


def test_high_value_data_name_their_act_and_their_category_everywhere() -> None:
    category = "dcatap:hvdCategory <http://data.europa.eu/bna/c_ac64a52d> ;"
    by_act = lacking(f"dcatap:applicableLegislation {HVD} ;")
    by_category = lacking(category)
    service = f"{DISTRIBUTION}/dcat:accessService[{DATASET[:-10]}/service]/".replace(DISTRIBUTION, "D")
    acts = {f"{place}dcatap:applicableLegislation" for place in ("D/", service)}
    assert acts < by_act.keys()
    assert "dcatap:hvdCategory" in by_act
    assert by_act["dcatap:hvdCategory"].value == HVD.strip("<>")
    assert acts | {"dcatap:applicableLegislation"} < by_category.keys()
    assert by_category["dcatap:applicableLegislation"].value == "dcatap:hvdCategory"
    assert {f"{service}foaf:page", f"{service}dct:conformsTo"} < by_category.keys()
    other = lacking(f"{category} dcatap:applicableLegislation {DGA} ;")["dcatap:applicableLegislation"]
    assert (other.rule, other.value) == ("act-unnamed", HVD.strip("<>"))
    assert not lacking("").keys() & (acts | {"dcatap:hvdCategory"})


def test_a_download_has_a_media_type() -> None:
    distribution = NamedNode(f"{DATASET[:-9]}distribution/1")
    spoilt = record()
    spoilt.graph.set(distribution, DCAT.mediaType, [])
    assert "mandatory-here" not in {each.rule for each in check(spoilt, NL)}
    spoilt.graph.set(distribution, DCAT.downloadURL, [NamedNode("https://nsip.example.eu/file.csv")])
    (found,) = [each for each in check(spoilt, NL) if each.rule == "mandatory-here"]
    assert (found.path, found.value) == (f"{DISTRIBUTION}/dcat:mediaType", "dcat:downloadURL")


def test_values_come_from_the_lists_of_the_netherlands() -> None:
    spoilt = record(f"{AUTHORITY}/licence/CC_BY_4_0", "https://nsip.example.eu/our-licence")
    found = {each.path: each.severity for each in check(spoilt, NL) if each.rule == "value"}
    assert found == {f"{DISTRIBUTION}/dct:license": Severity.WARNING}
    assert not [each for each in check(record(), NL) if each.rule == "value"]


def test_the_stricter_rule_holds() -> None:
    """For each row of all pairs: at least as much is asked for as by each of them."""
    order = ("mandatory", "recommended", "optional")
    for one, other in product(PROFILES, PROFILES):
        joined = load_profile(f"{one}+{other}")
        for profile in (load_profile(one), load_profile(other)):
            assert profile.classes.keys() <= joined.classes.keys()
            for kind, rows in profile.classes.items():
                for iri, row in rows.items():
                    held, where = joined.classes[kind][iri], f"{one}+{other} {shorten(kind)} {shorten(iri)}"
                    assert held.min >= row.min, where
                    assert row.max is None or (held.max or 99) <= row.max, where
                    assert order.index(held.obligation) <= order.index(row.obligation), where
                    assert not row.codes or held.codes <= row.codes, where
                    assert held.obligation != row.obligation or row.section in held.section, where
        assert joined.errors == load_profile(one).errors
        assert joined.form == load_profile(one).form
    same = load_profile("erpd+erpd")
    assert {**same.classes} == {kind: {**rows} for kind, rows in load_profile("erpd").classes.items()}


def test_a_field_that_two_profiles_ask_for_is_named_once_with_both_sections() -> None:
    spoilt = record("dct:publisher <https://nsip.example.eu/agency> ;", "")
    found = [each for each in check(spoilt, BOTH) if each.path == "dct:publisher"]
    assert [each.section for each in found] == ["G4.1; DCAT-AP-NL 3.0, 4.1.22"]
    alone = {each.path for each in check(record(), load_profile("erpd"))}
    assert "dct:creator" not in alone
    assert {each.path: each.severity for each in check(record(), BOTH)}["dct:creator"] is Severity.ERROR


def test_what_the_profiles_disagree_on() -> None:
    """docs/profiles.md is made from the tables; these are the ones to know."""
    size = {
        name: load_profile(name).classes[DCAT.Distribution][DCAT.byteSize].datatypes[0] for name in PROFILES
    }
    assert size["erpd"] == size["dcat-ap-2.1.1"] == XSD.decimal
    assert size["dcat-ap-nl-3.0"] == size["dcat-ap-3.0.1"] == XSD.nonNegativeInteger
    assert BOTH.classes[DCAT.Distribution][DCAT.byteSize].datatypes == (XSD.decimal,)
    most = {
        name: (load_profile(name).classes[DCAT.Distribution][DCAT.accessURL].max, rights.min, rights.max)
        for name in ("erpd", "dcat-ap-3.0.1", "dcat-ap-nl-3.0", BOTH.name)
        if (rights := load_profile(name).classes[DCAT.Distribution][DCT.rights])
    }
    assert most == {
        "erpd": (None, 1, 1),
        "dcat-ap-3.0.1": (None, 0, None),
        "dcat-ap-nl-3.0": (1, 0, 1),
        BOTH.name: (1, 1, 1),
    }


@pytest.mark.parametrize("name", ["dcat-ap-2.1.1", "dcat-ap-3.0.1", "dcat-ap-nl-3.0", "erpd+dcat-ap-nl-3.0"])
def test_what_each_door_writes_of_them(name: str) -> None:
    """The type of a size follows the profile; no value is left out because there may be only one."""
    several, node = record(), NamedNode(f"{DATASET[:-9]}distribution/1")
    links = [NamedNode(f"https://nsip.example.eu/access/{number}") for number in range(3)]
    several.graph.set(node, DCAT.accessURL, [*links])
    several.graph.set(node, DCAT.byteSize, [Literal("18006", datatype=XSD.decimal)])
    profile = load_profile(name)
    written = conformed(several, profile)
    assert written.objects(node, DCAT.accessURL) == links
    (size,) = written.objects(node, DCAT.byteSize)
    assert size == Literal("18006", datatype=profile.classes[DCAT.Distribution][DCAT.byteSize].datatypes[0])


def test_what_ckans_api_writes_of_them() -> None:
    several, node = record(), NamedNode(f"{DATASET[:-9]}distribution/1")
    links = [f"https://nsip.example.eu/access/{number}" for number in range(3)]
    several.graph.set(node, DCAT.accessURL, [NamedNode(link) for link in links])
    several.graph.set(node, DCT.rights, [Literal("On request"), Literal("For research")])
    now = datetime.now(UTC)
    (resource,) = package_of(several, Registration("k", now, now))["resources"]  # type: ignore[misc]
    assert resource["access_url"] == links  # type: ignore[index,call-overload]
    assert resource["url"] == links[0]  # type: ignore[index,call-overload]
    assert resource["rights"] == ["On request", "For research"]  # type: ignore[index,call-overload]
    assert resource["size"] == 18006  # type: ignore[index,call-overload]


def test_cases_are_told_in_words() -> None:
    assert all(case.label and (case.act or case.given) for case in cases().values())
    assert DCATAP.hvdCategory in cases()["HVD"].given
    assert OPEN.applies == frozenset()
    assert BOTH.applies == {"DGA"}
