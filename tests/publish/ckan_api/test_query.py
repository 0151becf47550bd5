"""The query language of q and fq, as harvesters use it; nothing that is asked is slow or a fault of ours."""

import time
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from erpd.metadata.ckan_alphabet import name_of
from erpd.publish.ckan_api.errors import BadSearch
from erpd.publish.ckan_api.query import DEEPEST, LONGEST, condition
from erpd.register.models import DataSet
from erpd.register.search.fielded import EVERYTHING, Words
from tests.proofs import length
from tests.publish.ckan_api.conftest import Api

NAMES = {"water": "Water quality", "roads": "Roads and bridges", "brief": "Sick leave"}
ORG = name_of("Ministry of Health & Care")
AGENCY = name_of("Road Agency")


def asked(api: Api, **arguments: str) -> str:
    titles = api.titles(**arguments)
    return " ".join(name for name, title in NAMES.items() if title in titles)


@pytest.mark.parametrize(
    ("fq", "found"),
    {
        f"organization:{ORG}": "water",
        f'organization:"{ORG}"': "water",
        f"organization:{ORG} OR organization:{AGENCY}": "water roads",
        f"organization:({ORG} OR {AGENCY})": "water roads",
        f"-organization:{ORG}": "roads brief",
        f"+organization:{ORG} +groups:envi": "water",
        f"organization:{ORG} AND groups:tran": "",
        f"owner_org:{ORG}": "water",
        "organization:*": "water roads",
        "organization:minis*": "water",
        "-organization:[* TO *]": "brief",
        "NOT groups:tran": "water brief",
        "!groups:tran": "water brief",
        "groups:(envi tran)": "",
        "groups:(envi OR tran) -res_format:XLSX": "water",
        "(groups:envi OR (groups:tran AND tags:river)) AND kind:open": "roads",
        'tags:"air & water"': "water",
        "tags:river": "water roads",
        "res_format:csv": "water",
        'res_format:("CSV" OR "XLSX")': "water roads",
        "res_format:http\\://publications.europa.eu/resource/authority/file-type/CSV": "water",
        "license_id:CC_BY_4_0": "roads",
        "access_rights:RESTRICTED": "water",
        "kind:protected": "water brief",
        "catalogue:nl-open": "roads",
        "country:nl": "water roads brief",
        "state:active": "water roads brief",
        "+capacity:public +type:dataset": "water roads brief",
        "state:deleted": "",
        "private:true": "",
        "no_such_field:x": "",
        "-no_such_field:x": "water roads brief",
        "no_such_field:[1 TO 5]": "",
        "title:water": "water",
        'title:"roads and bridges"': "roads",
        'title:"bridges roads"': "",
        "notes:lakes^2": "water",
        "text:(lakes OR roads~1)": "water roads",
        "*:*": "water roads brief",
        "*": "water roads brief",
        "": "water roads brief",
        "metadata_modified:*": "water roads brief",
    }.items(),
)
def test_filters(api: Api, fq: str, found: str) -> None:
    assert (
        asked(api, fq=fq)
        == asked(api, fq_list=f"[{fq!r}]".replace("'", '"') if '"' not in fq else fq)
        == found
    )
    assert asked(api, q=fq) == found


def test_by_key(api: Api, data_sets: dict[str, DataSet]) -> None:
    water, roads = data_sets["water"].key, data_sets["roads"].key
    assert asked(api, fq=f"id:{water}") == asked(api, fq=f'name:"{water}"') == "water"
    assert asked(api, fq=f"id:({water} OR {roads})") == "water roads"
    assert asked(api, fq=f"id:{str(water)[:13]}*") == "water"
    assert asked(api, fq="id:x") == ""


@pytest.mark.parametrize("field", ["metadata_modified", "metadata_created"])
def test_times(api: Api, data_sets: dict[str, DataSet], field: str) -> None:
    at = data_sets["roads"].created - timedelta(days=9)
    moment, before = f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at - timedelta(days=5):%Y-%m-%d}"
    assert asked(api, fq=f"{field}:[{moment} TO *]") == "roads brief"
    assert asked(api, fq=f"{field}:{{{moment} TO *]") == "brief"
    assert asked(api, fq=f"{field}:[* TO {moment}]") == "water roads"
    assert asked(api, fq=f"{field}:[* TO {moment}}}") == "water"
    assert asked(api, fq=f"{field}:[{before} TO {moment}] AND -groups:tran") == "water"
    assert asked(api, fq=f"{field}:[{moment} TO {before}]") == ""
    assert asked(api, fq=f'{field}:"{moment}"') == asked(api, fq=f"{field}:{moment}") == "roads"
    assert asked(api, fq=f"{field}:{at:%Y-%m-%d}") == "roads"
    # piveau's importer has it encoded twice
    assert (
        asked(api, q=f"{field}:[{moment}%20TO%20*]")
        == asked(api, q=f"{field}:[{moment}+TO+*]")
        == "roads brief"
    )


def test_questions(api: Api) -> None:
    assert asked(api, q="lakes") == asked(api, q="rivers lakes") == asked(api, q="water+quality") == "water"
    assert asked(api, q="water%20quality") == asked(api, q='"water quality"') == "water"
    assert asked(api, q="lakes OR bridges") == "water roads"
    assert asked(api, q="roads -bridges") == ""
    assert asked(api, q="roads", fq="kind:protected") == ""
    assert api.titles(q="river", sort="score desc, metadata_modified desc")[0] in NAMES.values()
    # As for people, what cannot be read is a question of words.
    for question in ("river (", "river AND", '"river', "river ]", "-", "OR", "river && ||"):
        api.titles(q=question)


@pytest.mark.parametrize(
    "fq",
    [
        "organization:",
        "organization:(a OR",
        "organization:a)",
        'title:"a',
        "a AND",
        "OR a",
        "a AND AND b",
        "metadata_modified:[2026 TO *",
        "metadata_modified:[2026-01-01T00:00:00Z *]",
        "metadata_modified:[NOW-7DAYS TO NOW]",
        "metadata_modified:[yesterday TO *]",
        "metadata_modified:soon",
        "organization:[a TO b]",
        "num_resources:[1 TO *]",
        "author:Ada",
        "tags:a*b*c*d*e*f*",
        "organization:" + "a" * 200 + "*",
        "title:(notes:a)",
        "(" * (DEEPEST + 5) + "a" + ")" * (DEEPEST + 5),
        " OR ".join(["id:a"] * 2_000),
        "a" * (LONGEST + 1),
        "{!func}x",
        "()",
        "title:()",
        "+",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(api: Api, fq: str) -> None:
    assert api.refused("package_search", fq=fq) == (409, "Search Error")
    assert api.ask("package_search", fq=fq)[1]["message"]


def test_a_plain_question_is_left_to_the_search() -> None:
    assert condition("water and soil", forgiving=True) == Words("water and soil")
    assert condition("*:*") == condition("  ") == EVERYTHING


_SIGNS = st.one_of(
    st.sampled_from('()[]{}:"*?\\+-!&|^~/.,%$#@\0\n \u202e\ud83d\U0010ffffé'),
    st.sampled_from(["TO", "AND", "OR", "NOT"]),
)
_WORDS = st.sampled_from(
    [
        "title:",
        "id:",
        "metadata_modified:[",
        "organization:",
        "tags:(",
        "NOW",
        "2026-01-01",
        "{!x}",
        "%20",
        "a",
        "x*",
    ]
)
HOSTILE = st.lists(st.one_of(_SIGNS, _WORDS, st.text(max_size=5)), max_size=30).map("".join)


@pytest.mark.proof
@settings(
    max_examples=length(30, 20_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=HOSTILE)
@example("title:" + "*" * 5)
@example("\\")
@example("id:\\")
@example('"\\"')
@example("tags:" + "(" * 31)
def test_no_question_is_a_fault_of_ours(api: Api, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    for name in ("q", "fq", "sort", "fq_list", "fl", "facet.field", "rows", "start"):
        status, answer = api.ask("package_search", **{name: text})
        assert status in (200, 400, 409), answer


@pytest.mark.parametrize(
    "part",
    [
        "(",
        "a OR ",
        "-",
        '"',
        "\\",
        "title:",
        "[",
        "* ",
        "id:a* OR ",
        "tags:a*a*a*a* ",
        "a:",
        "&&",
        "+a ",
        "~",
        "^",
    ],
)
def test_the_longest_query_is_read_quickly(part: str) -> None:
    begun = time.process_time()
    with suppress(BadSearch):
        condition(part * (LONGEST // len(part)))
    assert time.process_time() - begun < 0.5
