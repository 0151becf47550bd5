"""Forms, answers and their differences: for any form, not only for ours."""

import json

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.access.questions import (
    FormError,
    Kind,
    as_json,
    asked,
    common,
    differences,
    final,
    problems,
    read_form,
    trimmed,
    typed,
)
from erpd.access.questions.difference import in_words
from erpd.access.questions.question import DECIDING, MOST_ROWS, WITH_OPTIONS, Question
from erpd.access.questions.typing import name_of

TEXT = st.text(max_size=30)
LABEL = st.dictionaries(
    st.sampled_from(["en", "nl", "el"]), st.text("abcæø ?", min_size=1), min_size=1
).filter(lambda texts: all(text.strip() for text in texts.values()))


@st.composite
def forms(draw):
    """A form that is right, with conditions on earlier questions."""
    found, deciding = [], []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(list(Kind)))
        one = {"id": f"q{number}", "kind": kind.value, "label": draw(LABEL)}
        if kind in WITH_OPTIONS:
            one["options"] = [{"id": code, "label": {"en": code}} for code in ("a", "b", "c")]
        if kind is Kind.TABLE:
            one["columns"] = [{"id": "x", "label": {"en": "X"}}, {"id": "y", "label": {"nl": "Y"}}]
        if kind not in (Kind.HEADING, Kind.NOTE):
            one["required"] = draw(st.booleans())
        if deciding and draw(st.booleans()):
            on = draw(st.sampled_from(deciding))
            values = ["yes"] if on["kind"] == "yes or no" else draw(st.sampled_from([["a"], ["a", "c"]]))
            one["only_if"] = {"question": on["id"], "values": values}
        if kind in DECIDING:
            deciding.append(one)
        found.append(one)
    return read_form(found)


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), TEXT, st.sampled_from(["a", "b", "yes", "no", "2027-01-31"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["x", "y", "from", "until", "en"]), inner, max_size=4),
    ),
    max_leaves=6,
)
ANSWERS = st.dictionaries(st.sampled_from([f"q{number}" for number in range(9)]), ANYTHING)


@given(forms())
def test_a_form_is_read_as_it_was_kept(form):
    assert read_form(json.loads(json.dumps(as_json(form)))) == form


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "kind", "label", "options", "only_if", "longest"]), ANYTHING)
    )
)
def test_whatever_a_form_says_is_read_or_its_mistakes_are_told(given_form):
    try:
        assert len(read_form(given_form)) == len(given_form)
    except FormError as error:
        told = error.mistakes
    else:
        return
    assert told
    assert all(place and text for place, text in told)


@given(forms(), ANSWERS)
def test_answers_keep_their_shape_whatever_is_sent(form, answers):
    draft = trimmed(form, answers)
    assert trimmed(form, draft) == draft
    json.dumps(draft)
    sent = final(form, draft)
    assert final(form, sent) == sent, "what is left out decides nothing that is kept"
    assert sent.keys() <= {question.id for question in asked(form, draft)}
    assert problems(form, draft) == problems(form, sent)
    assert all(problems(form, draft).values())


@given(forms(), ANSWERS, ANSWERS)
@settings(max_examples=50)
def test_a_difference_is_told_from_both_sides(form, first, second):
    assert not differences((form, first), (form, first))
    there = {one.question.id: (one.before, one.after) for one in differences((form, first), (form, second))}
    back = {one.question.id: (one.after, one.before) for one in differences((form, second), (form, first))}
    assert there == back
    before, after = final(form, first), final(form, second)
    assert there.keys() == {key for key in before | after if before.get(key) != after.get(key)}


@given(forms(), ANSWERS)
@settings(max_examples=50)
def test_what_a_page_shows_comes_back_as_it_was(form, answers):
    draft = trimmed(form, answers)
    posted = QueryDict(mutable=True)
    for question in form:
        match draft.get(question.id):
            case str(text):
                posted[name_of(question)] = text
            case [*values] if question.kind is Kind.SEVERAL:
                posted.setlist(name_of(question), values)
            case [*rows]:
                for number, row in enumerate(rows):
                    for column, text in row.items():
                        posted[name_of(question, number, column)] = text
            case dict(ends):
                for end, text in ends.items():
                    posted[name_of(question, end)] = text
    assert typed(form, posted) == draft


def test_all_mistakes_of_a_form_are_told_with_their_places():
    with pytest.raises(FormError) as raised:
        read_form(
            [
                {"id": "Über", "kind": "text", "label": {"en": "Name"}},
                {"id": "size", "kind": "dropdown", "label": {}},
                {
                    "id": "way",
                    "kind": "choice",
                    "label": {"en": "Way"},
                    "options": [{"id": "a", "label": "A"}],
                },
                {"id": "more", "kind": "text", "label": {"xx": "More"}, "longest": 10**9, "hint": "?"},
                {
                    "id": "why",
                    "kind": "text",
                    "label": {"en": "Why?"},
                    "only_if": {"question": "z", "values": [1]},
                },
                {"id": "why", "kind": "note", "label": {"en": "Read"}, "required": True, "options": []},
                "what",
            ]
        )
    told = str(raised.value)
    for said in (
        "Question 1: The id begins",
        "Question 2 (size): Unknown kind. Known: text, long text",
        "Question 2 (size): label: write a text",
        "Question 3 (way), options 1: label: expected texts by language",
        "Question 4 (more): “hint” is not known.",
        "Question 4 (more): label: “xx” is not an official language",
        "Question 4 (more): longest: expected a number from 1 to 300.",
        "Question 5 (why): only_if: “z” is not an earlier question",
        "Question 6 (why): Another question has this id.",
        "Question 6 (why): A heading or a note asks nothing",
        "Question 6 (why): options: this kind of question has none.",
        "Question 7: Expected an object",
    ):
        assert said in told


WRONG = {
    Kind.DATE: ("31-01-2027", "2027-02-30", "20270131"),
    Kind.NUMBER: ("a dozen", "1.000.000", "١٢"),
    Kind.EMAIL: ("ann", "ann@", "ann@example.org, ben@example.org"),
    Kind.PHONE: ("call me", "12", "+31 70 <b>"),
    Kind.TEXT: ("x" * 301,),
    Kind.PERIOD: ({"from": "2027-02-01", "until": "2027-01-31"}, {"from": "2027-02-01"}, {"until": "soon"}),
    Kind.YES_NO: ("perhaps",),
}
RIGHT = {
    Kind.DATE: "2028-02-29",
    Kind.NUMBER: "-0,5",
    Kind.EMAIL: "ann@example.org",
    Kind.PHONE: "+31 (70) 123 45-67",
    Kind.TEXT: "x" * 300,
    Kind.PERIOD: {"from": "2027-01-31", "until": "2027-01-31"},
    Kind.YES_NO: "no",
}


@pytest.mark.parametrize("kind", WRONG, ids=str)
def test_an_answer_that_is_wrong_stays_in_the_draft_and_is_not_sent(kind):
    form = read_form([{"id": "q", "kind": kind.value, "label": {"en": "Q"}, "required": True}])
    assert "q" in problems(form, {})
    assert not problems(form, {"q": RIGHT[kind]})
    for wrong in WRONG[kind]:
        assert trimmed(form, {"q": wrong}) == {"q": wrong}
        assert "q" in problems(form, {"q": wrong}), wrong


def test_a_file_that_is_needed_is_asked_for():
    form = read_form([{"id": "plan", "kind": "attachment", "label": {"en": "Plan"}, "required": True}])
    assert problems(form, {"plan": "here"}) == {"plan": ["Attach a file."]}
    assert not problems(form, {}, ["plan"])


def test_a_long_table_is_bounded():
    form = read_form(
        [{"id": "t", "kind": "table", "label": {"en": "T"}, "columns": [{"id": "x", "label": {"en": "X"}}]}]
    )
    assert len(trimmed(form, {"t": [{"x": "1"}] * 10_000})["t"]) == MOST_ROWS


def test_dates_are_written_as_elsewhere():
    day = Question("d", Kind.DATE, {"en": "Day"})
    with override("nl"):
        assert in_words(day, "2027-02-01", "nl") == "1 februari 2027"
    assert in_words(day, "soon") == "soon"
    period = Question("p", Kind.PERIOD, {"en": "When"})
    span = {"from": "2027-02-01", "until": "2028-01-31"}
    assert in_words(period, span) == "1 February 2027 – 31 January 2028"
    assert in_words(period, {"until": "2028-01-31"}) == "– 31 January 2028"


def test_what_every_body_asks():
    form = common("nl", "de")
    assert read_form(as_json(form)) == form
    assert all("nl" in question.label and "en" in question.label for question in form)
    hidden = {"other-country", "environment-own", "transfer-countries", "transfer-purpose"}
    assert hidden.isdisjoint(question.id for question in asked(form, {}))
    assert {"transfer-countries", "transfer-purpose"} <= problems(form, {"transfer": "yes"}).keys()
    # A body's own questions may depend on them.
    own = [
        {
            "id": "sme",
            "kind": "note",
            "label": {"en": "S"},
            "only_if": {"question": "category", "values": ["sme"]},
        }
    ]
    assert read_form(own, form)
    with pytest.raises(FormError, match="earlier"):
        read_form(own)
