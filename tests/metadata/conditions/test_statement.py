"""Conditions in words: made anew when they change, never in place of what a person wrote."""

from hypothesis import given, settings
from pyoxigraph import Literal, NamedNode

from erpd.metadata.canonical import canonical
from erpd.metadata.conditions import Conditions, in_words, is_generated, set_conditions
from erpd.metadata.findings import Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.rules import Repair
from erpd.metadata.terms import DCT, ODRL, RDFS
from erpd.metadata.text import EU_LANGUAGES
from tests.metadata.conditions.records import CONDITIONS, EXAMPLE, SET, record, with_conditions

CSV, XML = NamedNode("https://a.example/csv"), NamedNode("https://a.example/xml")
PROFILE = load_profile("erpd")


def rights(told: Record, node: NamedNode = SET) -> list[list[str]]:
    return [
        [str(label) for label in told.graph.objects(each, RDFS.label)]
        for each in told.graph.objects(node, DCT.rights)
    ]


def test_the_conditions_as_people_read_them():
    assert in_words(EXAMPLE, "en") == (
        "Grounds of protection: protection of personal data; statistical confidentiality. "
        "Who may ask for access: research organisations. Who may ask under a condition: companies. "
        "Who may not ask: individuals. Condition for asking: The result is published. "
        "Permitted purposes: scientific research. Excluded purposes: advertising and marketing. "
        "Form of access: remote access in a secure processing environment. "
        "Needed before access: accreditation of the institution. Fees: according to a published tariff. "
        "List of fees: https://a.example/tariff. "
        "Reduced fees for: small and medium-sized enterprises (SMEs). "
        "Usual number of days until a decision: 40. Transfer outside the European Union: not allowed. "
        "How to ask for access: https://a.example/ask. Conditions in full: https://a.example/conditions. "
        "Documents to provide: A research plan."
    )
    for language in EU_LANGUAGES:
        assert in_words(EXAMPLE, language).count("The result is published.") == 1


def test_a_record_says_its_conditions_in_its_languages_and_where_rights_were_missing():
    told = with_conditions(EXAMPLE)
    findings = mend(told, PROFILE)
    (said,) = rights(told)
    assert len(said) == 2  # the languages of its texts: en, nl
    assert rights(told, CSV) == [said]
    assert rights(told, XML) == [['"Ask me"@en']]
    (repair,) = [each for each in findings if each.rule is Repair.RIGHTS_TOLD]
    assert (repair.severity, repair.path) == (Severity.REPAIR, f"dcat:distribution[{CSV.value}]/dct:rights")


def test_other_conditions_replace_the_words_and_none_remove_them():
    told = with_conditions(EXAMPLE)
    mend(told, PROFILE)
    set_conditions(told.graph, SET, Conditions(days=(Literal("7"),)))
    mend(told, PROFILE)
    assert (
        rights(told)
        == rights(told, CSV)
        == [
            [
                '"Usual number of days until a decision: 7."@en',
                '"Gebruikelijk aantal dagen tot een besluit: 7."@nl',
            ]
        ]
    )
    set_conditions(told.graph, SET, Conditions())
    mend(told, PROFILE)
    assert canonical(told.graph)[1] == canonical(record().graph)[1]


def test_words_that_a_person_changed_are_a_persons():
    told = with_conditions(EXAMPLE)
    mend(told, PROFILE)
    (node,) = told.values(DCT.rights)
    own = [*told.graph.objects(node, RDFS.label)[1:], Literal("Ask Ada.", language="en")]
    told.graph.set(node, RDFS.label, own)
    assert not is_generated(told.graph, node)
    set_conditions(told.graph, SET, Conditions(days=(Literal("7"),)))
    mend(told, PROFILE)
    assert len(rights(told)) == 2
    assert '"Ask Ada."@en' in rights(told)[0]
    assert rights(told, CSV) == rights(told)[:1]


@settings(max_examples=12, deadline=None)
@given(CONDITIONS)
def test_mending_again_changes_nothing(conditions: Conditions):
    told = with_conditions(conditions)
    mend(told, PROFILE)
    before = canonical(told.graph)[1]
    assert mend(told, PROFILE) == []
    assert canonical(told.graph)[1] == before


def test_blank_texts_are_no_words():
    blank = (Literal(" ", language="nl"), Literal(""))
    assert in_words(Conditions(documents=blank, days=(Literal("7"),)), "en") == in_words(
        Conditions(days=(Literal("7"),)), "en"
    )


def test_words_are_not_written_for_a_policy_that_says_more():
    told = with_conditions(EXAMPLE)
    (offer,) = told.values(ODRL.hasPolicy)
    told.graph.add(offer, ODRL.obligation, Literal("inform us"))  # type: ignore[arg-type]
    mend(told, PROFILE)
    assert rights(told) == []
