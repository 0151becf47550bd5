"""The one door in: identity, versions, what is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Flaw
from erpd.register import changes
from erpd.register.content import record_of, records
from erpd.register.identity import LONGEST_NAME, key_of
from erpd.register.intake import take_in, withdraw
from erpd.register.models import ChangeCounter, DataSet, Source, Version
from tests.register import arrivals
from tests.register.arrivals import ERROR, coming, history, leaving, one, receipts, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db: None) -> Source:
    return arrivals.source()


@pytest.fixture
def other(db: None) -> Source:
    return arrivals.source("be-source")


def test_a_record_comes_changes_goes_and_comes_back_as_the_same_data_set(source):
    assert take(source, coming(source, "a")) == ["new"]
    first = one("a")
    assert take(source, coming(source, "a", "Another title")) == ["changed"]
    assert take(source, leaving(source, "a")) == ["deleted"]
    assert take(source, leaving(source, "a")) == ["deleted"]  # said again, it is no change
    assert one("a").deleted
    assert take(source, coming(source, "a", "Another title")) == ["changed"]
    back = one("a")
    assert (back.key, back.created, back.deleted) == (first.key, first.created, False)
    assert history("a") == [1, 2, 3, 4]
    assert [bool(version.digest) for version in Version.objects.order_by("change")] == [
        True,
        True,
        False,
        True,
    ]


def test_the_key_follows_from_the_identity_alone(source, other):
    take(source, coming(source, "a"))
    take(other, coming(other, "a", iri="http://elsewhere.example/a"))
    keys = set(DataSet.objects.values_list("key", flat=True))
    assert keys == {key_of("nl-source", "a"), key_of("be-source", "a")}
    # Written into addresses and other people's bookmarks: it must never come out differently.
    assert str(key_of("nl-source", "a")) == "3bcb83a5-3f81-5b34-aa67-22577df02f21"


def test_the_same_content_is_no_change_whatever_its_blank_nodes_are_called(source):
    take(source, coming(source, "a", received="first"))
    assert take(source, coming(source, "a", received="second")) == ["unchanged"]
    assert history("a") == [1]
    assert one("a").received == "second"  # so that the next time nothing needs to be prepared


def test_what_was_found_is_kept_up_to_date_without_a_change(source):
    warning = Finding(Flaw.RECOMMENDED_MISSING, Severity.WARNING, "dcat:theme", "", "G4.1")
    take(source, coming(source, "a", received="first", findings=[warning]))
    take(source, coming(source, "a", received="second"))
    assert one("a").findings == []
    assert history("a") == [1]


def test_a_strict_source_rejects_and_keeps_the_last_good_version(source):
    assert take(source, coming(source, "new", findings=[ERROR])) == ["rejected"]
    take(source, coming(source, "a"))
    (receipt,) = receipts(source, coming(source, "a", "Spoilt", findings=[ERROR]))
    assert (receipt.bin, receipt.findings, receipt.key) == ("rejected", [ERROR], one("a").key)
    assert history("a") == [1]
    assert DataSet.objects.count() == 1


def test_a_lenient_source_takes_it_and_reports(db):
    lenient = arrivals.source(policy="lenient")
    assert take(lenient, coming(lenient, "a", findings=[ERROR])) == ["new"]
    assert one("a").findings == [ERROR.as_dict()]


def test_of_two_sources_that_claim_one_address_the_first_keeps_it(source, other):
    take(source, coming(source, "a", iri="http://data.example/x"))
    (receipt,) = receipts(other, coming(other, "b", iri="http://data.example/x"))
    assert receipt.bin == "duplicate"
    assert [(finding.rule, finding.value) for finding in receipt.findings] == [
        ("iri-taken", "http://data.example/x")
    ]
    assert DataSet.objects.count() == 1
    take(source, leaving(source, "a"))
    assert take(other, coming(other, "b", iri="http://data.example/x")) == ["new"]
    assert take(source, coming(source, "a", iri="http://data.example/x")) == ["duplicate"]
    assert one("a").deleted


def test_of_two_of_one_source_with_one_address_the_second_gets_its_other_one(source, other):
    uri, spare = "http://data.example/x", "http://data.example/page-b"

    def second(of, **more):
        return replace(coming(of, "b", iri=uri, **more), spare=spare)

    taken, kept = receipts(source, coming(source, "a", iri=uri), second(source))
    assert (taken.bin, kept.bin) == ("new", "new")
    assert [(each.rule, each.severity, each.repaired) for each in kept.findings] == [
        ("iri-taken", Severity.WARNING, spare)
    ]
    assert (one("a").iri, one("b").iri) == (uri, spare)
    assert {str(record.dataset.value) for _, record in records([one("a"), one("b")])} == {uri, spare}
    # In another call, and again: it is the same as it was.
    assert take(source, second(source, received="again")) == ["unchanged"]
    # What another source has it cannot be, and nothing gets an address that is taken as well.
    assert take(other, second(other)) == ["duplicate"]
    assert take(source, replace(coming(source, "c", iri=uri), spare=spare)) == ["duplicate"]
    take(source, leaving(source, "a"))
    assert take(source, second(source, received="free")) == ["changed"]
    assert one("b").iri == uri


def test_an_address_that_was_left_is_free_at_once(source):
    take(
        source,
        coming(source, "a", iri="http://data.example/x"),
        coming(source, "b", iri="http://data.example/y"),
    )
    take(source, coming(source, "d", iri="http://data.example/w"))
    assert take(
        source,
        coming(source, "b", iri="http://data.example/z"),  # y is free
        coming(source, "d", iri="http://data.example/y"),  # w is free
        leaving(source, "a"),  # x is free
        coming(source, "c", iri="http://data.example/x"),
        coming(source, "e", iri="http://data.example/w"),
        coming(source, "f", iri="http://data.example/w"),
    ) == ["changed", "changed", "deleted", "new", "new", "duplicate"]
    assert {d.identifier: d.iri[-1] for d in DataSet.objects.filter(deleted=False)} == {
        "b": "z",
        "d": "y",
        "c": "x",
        "e": "w",
    }


def test_a_data_set_without_an_address_gets_one_that_stays(source):
    (receipt,) = receipts(source, coming(source, "a", iri=""))
    assert (receipt.bin, receipt.findings[0].rule) == ("new", "minted-iri")
    assert one("a").iri == f"http://testserver/datasets/{receipt.key}"
    assert take(source, coming(source, "a", iri="", received="again")) == ["unchanged"]
    ((data_set, record),) = records([one("a")])
    assert record.iri == data_set.iri
    assert list(record.title) == [("en", "A title")]


@pytest.mark.parametrize("policy", ["strict", "lenient"])
@pytest.mark.parametrize(
    ("identifier", "rule"),
    [
        ("x" * (LONGEST_NAME + 1), "too-long"),
        ("a\0b", "unstorable"),
        ("a\ud800b", "unstorable"),
        ("\udfff" * (LONGEST_NAME + 1), "too-long"),
        ("None", "placeholder-id"),
        ("https://portal.example/dataset/None", "placeholder-id"),
    ],
)
def test_no_policy_takes_what_names_nothing_or_no_database_can_name(db, policy, identifier, rule):
    to = arrivals.source(policy=policy)
    iri = "http://data.example/1"
    arriving = [coming(to, identifier, iri=iri), coming(to, "good")]
    first, second = receipts(to, *arriving)
    assert (first.bin, first.findings[-1].rule, second.bin) == ("rejected", rule, "new")
    assert take(to, leaving(to, identifier)) == ["deleted"]
    assert [data_set.identifier for data_set in DataSet.objects.all()] == ["good"]


def test_an_address_that_names_nothing_is_rejected(source):
    (receipt,) = receipts(source, coming(source, "a", iri="http://data.example/dataset/None"))
    found = receipt.findings[-1]
    assert (receipt.bin, found.rule, found.path) == ("rejected", "placeholder-id", "@id")


def test_an_address_too_long_for_an_index_is_rejected(source):
    (receipt,) = receipts(source, coming(source, "a", iri="http://data.example/" + "x" * LONGEST_NAME))
    assert (receipt.bin, receipt.findings[-1].rule) == ("rejected", "too-long")


def test_the_longest_names_are_kept(source):
    name = "\N{GRINNING FACE}" * LONGEST_NAME  # four bytes each
    iri = "http://data.example/".ljust(LONGEST_NAME, "\N{GRINNING FACE}")
    assert take(source, coming(source, name, iri=iri)) == ["new"]
    assert (one(name).iri, take(source, coming(source, name, iri=iri))) == (iri, ["unchanged"])


def test_findings_may_quote_anything(source):
    quoted = Finding(Flaw.DATATYPE, Severity.WARNING, "dct:issued", "a\0b \ud800", "G4.1", "\0")
    assert take(source, coming(source, "a", findings=[quoted])) == ["new"]
    assert one("a").findings[0]["value"] == "a\N{REPLACEMENT CHARACTER}b \N{REPLACEMENT CHARACTER}"
    assert take(source, coming(source, "a", received="again", findings=[quoted])) == ["unchanged"]


def test_metadata_may_hold_nul(source):
    assert take(source, coming(source, "a", "Nul \0 in a title", received="1")) == ["new"]
    assert list(records([one("a")])[0][1].title) == [("en", "Nul \0 in a title")]


def test_thousands_at_once_are_numbered_in_order(source, django_assert_max_num_queries):
    amount = 2000
    arriving = [coming(source, f"d{number:04}") for number in range(amount)]
    with django_assert_max_num_queries(60):
        assert set(take(source, *arriving)) == {"new"}
    assert list(DataSet.objects.order_by("change").values_list("change", "identifier")) == [
        (number + 1, f"d{number:04}") for number in range(amount)
    ]
    assert changes.last() == amount
    with django_assert_max_num_queries(60):
        assert set(take(source, *arriving)) == {"unchanged"}
    changed = [coming(source, f"d{number:04}", "Changed") for number in range(amount)]
    assert set(take(source, *changed)) == {"changed"}
    assert (changes.last(), Version.objects.count()) == (2 * amount, 2 * amount)


def test_datestamps_never_run_backwards(source):
    take(source, coming(source, "a"))
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    ChangeCounter.objects.update(at=ahead)  # the clock of the machine was put back
    take(source, coming(source, "b"), leaving(source, "a"))
    assert [one("b").modified, one("a").modified] == [ahead, ahead]
    dates = Version.objects.order_by("change").values_list("at", flat=True)
    assert list(dates) == sorted(dates)


def test_withdrawing_puts_a_tombstone_once(source):
    take(source, coming(source, "a"), coming(source, "b"))
    assert withdraw(DataSet.objects.filter(identifier="a"), origin="test") == 1
    assert withdraw(DataSet.objects.all(), origin="test") == 1
    assert (history("a"), history("b")) == ([1, 3], [2, 4])
    assert changes.last() == 4


def test_however_the_database_finds_them_they_are_withdrawn_in_one_order(source):
    for name in "bca":
        take(source, coming(source, name))
    withdraw(DataSet.objects.order_by("-change"), origin="run 1")
    assert [history(name) for name in "abc"] == [[3, 4], [1, 5], [2, 6]]


def test_every_version_can_be_read_again(source):
    take(source, coming(source, "a"))
    take(source, coming(source, "a", "Second"))
    stored = Version.objects.order_by("change").values_list("content", flat=True)
    assert [record_of(one("a"), content).title.best("en")[0] for content in stored] == ["A title", "Second"]


def test_a_failed_transaction_leaves_nothing(source):
    arriving = [coming(source, "a"), coming(source, "a")]  # against the contract: the database refuses
    with pytest.raises(Exception, match=r"(?i)unique"):
        take_in(source, arriving, origin="test")


NAMES = st.sampled_from("abcd")
STEPS = st.lists(
    st.dictionaries(NAMES, st.tuples(st.sampled_from(["x", "y", "z", ""]), st.sampled_from("12"))),
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
@pytest.mark.django_db(transaction=True)
def test_at_each_moment_an_address_has_one_owner(steps):
    """Data sets take, leave and swap addresses in batches: as if they had come one by one."""
    DataSet.objects.all().delete()
    Source.objects.all().delete()
    ChangeCounter.objects.all().delete()
    source = arrivals.source()
    holds: dict[str, str] = {}  # data set -> address
    for step in steps:
        expected = []
        for name, (iri, _) in step.items():
            if not iri:
                expected.append("deleted")
                holds.pop(name, None)
            elif holds.get(name, iri) == iri and name in holds:
                expected.append("kept")
            elif iri in holds.values():
                expected.append("duplicate")
            else:
                expected.append("kept")
                holds[name] = iri
        came = take(
            source,
            *(
                coming(source, name, title, f"http://data.example/{iri}") if iri else leaving(source, name)
                for name, (iri, title) in step.items()
            ),
        )
        assert [place if place in ("deleted", "duplicate") else "kept" for place in came] == expected
        shown = DataSet.objects.filter(deleted=False).values_list("identifier", "iri")
        assert {name: iri[-1] for name, iri in shown} == holds
        numbers = list(Version.objects.order_by("change").values_list("change", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
