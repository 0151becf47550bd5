"""JSON of the delivery API, typed into fields and read again."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.delivery import data_set_of, read
from erpd.formats.delivery.fields import DATASET
from erpd.submit.form.editing import edited
from erpd.submit.form.typed import Understanding, flat, nested, typed
from tests.formats.delivery.bodies import BODIES, Json, sorted_json
from tests.hostile import Family, assert_linear
from tests.proofs import length

LANGUAGES = ("nl", "en")
AUTHORITY = "http://publications.europa.eu/resource/authority/"


def posted(tree: Json) -> Json:
    """What a browser sends: lines end with CR LF (HTML, 4.10.21.4)."""
    return nested([(name, text.replace("\n", "\r\n")) for name, text in flat(tree).items()], DATASET.rows)


def again(said: Json, tree: Json, stored: Json) -> Json:
    found = Understanding(LANGUAGES)
    made = found.fields(DATASET.rows, tree, stored)
    assert found.faults == []
    return made


@pytest.mark.proof
@settings(max_examples=length(60, 20_000), deadline=None)
@given(BODIES)
def test_what_is_shown_and_sent_again_is_the_same(body: Json):
    said = data_set_of(read(json.dumps(body).encode()))
    tree = posted(typed(DATASET.rows, said, LANGUAGES))
    said.pop("uri", None)
    assert again(said, tree, said) == said


@pytest.mark.proof
@settings(max_examples=length(60, 20_000), deadline=None)
@given(BODIES, BODIES)
def test_what_is_typed_means_the_same_whatever_was_there_before(body: Json, other: Json):
    said, stored = (data_set_of(read(json.dumps(trimmed(one)).encode())) for one in (body, other))
    tree = posted(typed(DATASET.rows, said, LANGUAGES))
    made = again(said, tree, stored)
    said.pop("uri", None)
    assert sorted_json(data_set_of(read(json.dumps(made).encode()))) == sorted_json(said)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text("dctTile-0123vaulng_ \0", max_size=60)
            | st.sampled_from(
                [
                    "dctTitle-0-value-x",
                    "dctTitle-00000-value",
                    "dctTitle--value",
                    "dctTitle-²-value",
                    "dctTitle",
                    "uri",
                    "dctTitle-0",
                    "dctTitle-0-uri",
                    "dctPublisher-0-uri-0",
                    "dctPublisher-0-foafName",
                    "__class__-0-value",
                    "-".join(["admsSample-0-dcatAccessService-0"] * 9) + "-dctTitle-0-value",
                    "dctTitle-0-value" * 40,
                ]
            ),
            st.text(max_size=5),
        )
    )
)
def test_names_that_are_no_field_say_nothing(pairs: list[tuple[str, str]]):
    tree = nested(pairs, DATASET.rows)
    assert tree.keys() <= {"dctTitle"}
    Understanding(LANGUAGES).fields(DATASET.rows, tree, {})


def test_names_are_bounded():
    assert len(nested([(f"dctTitle-{n}-value", "x") for n in range(5000)], DATASET.rows)["dctTitle"]) == 1000


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("dctAccessRights", "streng geheim", None),
        ("dctAccessRights", "Beperkt toegankelijk", f"{AUTHORITY}access-right/RESTRICTED"),
        ("dctAccessRights", "RESTRICTED", f"{AUTHORITY}access-right/RESTRICTED"),
        ("dctAccrualPeriodicity", "jaarlijks", f"{AUTHORITY}frequency/ANNUAL"),
        ("dctIssued", "31.12.2024", "2024-12-31"),
        ("dctIssued", "2024-12-31", "2024-12-31"),
        ("dcatSpatialResolutionInMeters", "2,5", 2.5),
        ("dcatSpatialResolutionInMeters", "1.500.000", 1500000),
        (
            "dcatLandingPage",
            "www.cbs.nl/ziekte\n\nhttps://a.example/b",
            ["https://www.cbs.nl/ziekte", "https://a.example/b"],
        ),
    ],
)
def test_people_write_as_they_do(name: str, text: str, value: Json):
    found = Understanding(LANGUAGES)
    made = found.fields(DATASET.rows, {name: {"0": {"value": text}}}, {})
    if value is None:
        assert [(at, "not in the list" in said) for at, said in found.faults] == [(f"{name}-0-value", True)]
    else:
        assert (made, found.faults) == ({name: value if isinstance(value, list) else [value]}, [])


def test_a_sign_that_looks_like_a_letter_is_no_unit():
    for text, faults in (("5 kB", []), ("5 \u212aB", ["dcatDistribution-0-dcatByteSize-0-value"])):
        found = Understanding(LANGUAGES)
        typed_size = {"dcatByteSize": {"0": {"value": text}}}
        found.fields(DATASET.rows, {"dcatDistribution": {"0": typed_size}}, {})
        assert [at for at, _ in found.faults] == faults


@pytest.mark.parametrize("shape", ["keywords", "the same in another order", "others"])
def test_many_values_take_time_in_proportion(shape: str):
    def work(numbers: str) -> None:
        many = range(len(numbers))
        if shape == "keywords":
            stored: Json = {"dcatKeyword": [{"value": f"word {n}"} for n in many]}
            tree = posted(typed(DATASET.rows, stored, LANGUAGES))
            tree["dcatKeyword"]["0"]["value"] += "\r\none more"
        else:
            stored = {"dctCreator": [{"foafName": [{"value": f"Name {n}"}]} for n in many]}
            name = "Name" if shape == "the same in another order" else "Other"
            items = {str(n + 1): {"foafName": {"0": {"value": f"{name} {len(numbers) - n}"}}} for n in many}
            tree = {"dctCreator": items}
        (values,) = Understanding(LANGUAGES).fields(DATASET.rows, tree, stored).values()
        assert len(values) == len(numbers) + (shape == "keywords")

    # As many as a request has fields.
    assert_linear(work, Family("", "1", ""), 8_000 if shape == "keywords" else 800, 0.05)


@pytest.mark.parametrize(
    "act",
    [
        *(
            "add dctTitle-0",
            "add dctPublisher-0",
            "add dctTitle-0-value",
            "add zzz",
            "add dctPublisher-x-foafName",
        ),
        *(
            "add ",
            "up dctPublisher-0-foafName",
            "remove dctTitle",
            "remove dctTitle-٣",
            "fill dctPublisher-²",
        ),
        *(f"up dctTitle-{'9' * 5000}", "remove __class__-0", "fill zzz-0"),
    ],
)
def test_a_button_changes_only_what_the_form_has(act: str):
    tree = {"dctTitle": {"0": {"value": "One"}}, "dctPublisher": {"0": {"foafName": {"0": {"value": "We"}}}}}
    verb, _, name = act.partition(" ")
    assert edited(DATASET.rows, deepcopy(tree), verb, name, lambda _: {"foafName": {}}) == tree


def test_a_link_has_no_language():
    found = Understanding(LANGUAGES)
    typed_here = {"0": {"value": "CC BY 4.0", "lang": "nl"}, "1": {"value": "Eigen licentie", "lang": "nl"}}
    tree = {"dcatDistribution": {"0": {"dctLicense": typed_here}}}
    (made,) = found.fields(DATASET.rows, tree, {})["dcatDistribution"]
    assert made["dctLicense"] == [f"{AUTHORITY}licence/CC_BY_4_0", {"value": "Eigen licentie", "lang": "nl"}]


def trimmed(value: Json) -> Json:
    """Nobody types the blanks around a text."""
    if isinstance(value, dict):
        return {name: trimmed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [trimmed(one) for one in value]
    return (value.strip() or "x") if isinstance(value, str) else value
