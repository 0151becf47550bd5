"""One run after another: what is kept, what is done again, what a person is told."""

import hashlib
import json

import pytest

from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.harvest.opening import way_of
from erpd.harvest.source_settings import OtherCatalogue, UnfitAddress, neighbours
from erpd.metadata.findings import Severity, explain
from erpd.metadata.vocabularies import use_directory, vocabulary
from erpd.register.catalogues import REGISTER
from erpd.register.models import Catalogue, ChangeCounter, DataSet, Source, Version
from tests.harvest import national
from tests.harvest.national import Point, bins, good, many, run, source
from tests.servers import Serving

pytestmark = pytest.mark.django_db


def test_a_run_is_kept_with_its_reasons():
    with Point([*many(3), good("bad", valid=False)]) as point:
        report = point.harvested()
        assert bins(report) == {"new": 3, "rejected": 1}
        example = report.findings[0]
        worst = example.finding
        assert (example.identifier, example.times) == ("bad", 1)
        assert (worst.rule, worst.severity, worst.path) == (
            *("mandatory-missing", Severity.ERROR),
            "dct:accessRights",
        )
        assert "G4.1" in explain(worst)
        (entry,) = report.run.entries.filter(bin="rejected")
        assert entry.content  # with its bytes
        assert json.dumps(report.ledger)
        assert Run.objects.get() == report.run
        assert set(Version.objects.values_list("origin", flat=True)) == {str(report.run)}
        again = point.harvested()
        assert bins(again) == {"unchanged": 3, "rejected": 1}
        assert Entry.objects.count() == 8
        point.harvested()
        # Of the second run only what says something is kept; of the third all.
        assert sorted(Entry.objects.filter(run=again.run).values_list("bin", flat=True)) == ["rejected"]


def test_an_unchanged_source_is_asked_and_nothing_is_written():
    with Point(many(7)) as point:
        point.harvested()
        before = national.register()
        requests = len(point.server.asked)
        assert bins(point.harvested()) == {"unchanged": 7}
        assert len(point.server.asked) == 2 * requests
    assert national.register() == before
    assert ChangeCounter.objects.get().last == 7


def test_a_dry_run_tells_all_and_keeps_nothing():
    with Point(many(10)) as point:
        point.harvested()
        before = national.register()
        point.lists([good("d0000", "Changed"), good("new"), good("bad", valid=False), *many(9)[2:]])
        dry = point.harvested(dry_run=True)
        assert national.register() == before
        assert Run.objects.count() == 1
        wet = point.harvested()
        assert national.ledger(dry) == national.ledger(wet)
        assert dry.ledger["gone"] == 2
        assert dry.findings == wet.findings


def test_what_was_taken_leniently_is_rejected_once_the_source_is_strict():
    with Point([good("a"), good("bad", valid=False)]) as point:
        assert bins(point.harvested()) == {"new": 1, "rejected": 1}
        assert bins(point.harvested(policy="lenient")) == {"unchanged": 1, "new": 1}
        assert bins(point.harvested()) == {"unchanged": 2}  # the policy stays
        for _ in range(2):
            report = point.harvested(policy="strict")
            assert bins(report) == {"unchanged": 1, "rejected": 1}
            assert report.findings[0].finding.rule == "mandatory-missing"
        assert set(national.titles()) == {"a", "bad"}  # invalid is not absent: the version stays
        assert Version.objects.count() == 2


def test_the_same_address_is_the_same_source_and_fills_one_catalogue():
    first = source("http://a.example/oai")
    assert first.source.policy == Source.Policy.STRICT
    assert source("http://a.example/oai", policy="lenient", prefix="dcat").pk == first.pk
    again = source("http://a.example/oai")
    assert (again.source.policy, again.prefix) == ("lenient", "dcat")
    assert neighbours(again) == []
    other = source("http://a.example/oai", set="protected")
    assert neighbours(again) == [other]
    assert other.source.catalogue == first.source.catalogue
    with pytest.raises(OtherCatalogue, match=r"'nl'.*'be'"):
        source("http://a.example/oai", country="BE")
    with pytest.raises(OtherCatalogue, match=r"'nl'.*'nl-open'"):
        source("http://a.example/oai", open_data=True)
    for spelling in (
        *(
            "HTTP://A.example/oai",
            "http://a.example:80/oai/",
            "http://a.example./oai#x",
            "https://a.example/oai?",
        ),
        *("http://a.example/x/../%6fai", "http://a.example//oai"),
    ):
        assert source(spelling).pk == first.pk
        with pytest.raises(OtherCatalogue):
            source(spelling, country="BE")
    for no_address in ("http://[", "https://[::1", "http:///oai", "http://a.example:99999/"):
        with pytest.raises(UnfitAddress):
            source(no_address)
    assert SourceSettings.objects.count() == 2
    assert not Catalogue.objects.filter(slug__in=["be", "nl-open"]).exists()  # the refusal left nothing
    assert Catalogue.objects.get(slug="nl").part_of.title == {"en": REGISTER}


def test_a_source_made_anew_has_the_same_keys():
    """Its slug is made of its address alone: a register that is made again keeps every address."""
    expected = hashlib.sha256(b"oai-pmh\nhttp://a.example/oai\nS\n\n").hexdigest()[:8]
    assert source("http://a.example/oai", set="S").source.slug == f"nl-{expected}"


def test_open_data_need_not_be_protected():
    record = good("open").replace("RESTRICTED", "PUBLIC")
    with Point([record]) as point:
        report = run(source(point.url))
        assert bins(report) == {"rejected": 1}
        assert report.findings[0].finding.rule == "access-right-public"
    with Point([record]) as point:
        assert bins(run(source(point.url, open_data=True))) == {"new": 1}
    assert DataSet.objects.get().catalogue.kind == Catalogue.Kind.OPEN


def test_many_at_once_are_prepared_in_other_processes_as_they_are_in_this_one(settings):
    """Also with the vocabularies that the operator imported."""
    own = settings.HOME / "vocabularies"
    facts = json.loads(vocabulary("file-type").write(own).read_text("utf-8"))
    records = [*many(120), good("bad", valid=False), national.broken("broken")]
    facts["concepts"]["NEWEST"] = {"en": "Newest"}
    (own / "file-type.json").write_text(json.dumps(facts), "utf-8")
    use_directory(own)
    try:
        records = [record.replace("file-type/CSV", "file-type/NEWEST") for record in records]
        with Point(records, size=200) as point:
            report = point.harvested()
            assert bins(report) == {"new": 120, "rejected": 1, "unreadable": 1}
    finally:
        (own / "file-type.json").unlink()
        use_directory(own)
    assert "vocabulary" not in {example.finding.rule for example in report.findings}


PACE = "[schedule]\npause = 0.25\nevery = 3\nnot_on = [2026-12-24]\n[expect]\nat_most = 50\n"
RECORDS = 'default_language = "it"\nwithout = ["test-*"]\n'


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("", PACE, True),
        (RECORDS, f"{RECORDS} # as before\n{PACE}", True),
        (RECORDS, RECORDS.replace("it", "fr"), False),
        (RECORDS + PACE, PACE, False),
        ("not TOML", PACE, False),
    ],
)
def test_how_fast_and_when_a_source_is_asked_changes_no_record(before, after, same):
    with Point([good("a")]) as point:
        source(point.url)
        SourceSettings.objects.update(rules=before)
        way = way_of(SourceSettings.objects.get())
        source(point.url, rules=after)
        assert (way_of(SourceSettings.objects.get()) == way) is same


def test_a_dump_that_has_not_changed_is_not_read_again():
    """A conditional request (RFC 9110, 13): the ledger is that of the run before, nothing left the source."""
    content = national.rdf("one").encode()
    answered = []

    def handle(path, query, headers):
        fresh = headers.get("If-None-Match") != '"1"'
        answered.append(200 if fresh else 304)
        return answered[-1], {"ETag": '"1"', "Content-Type": "application/rdf+xml"}, content if fresh else b""

    with Serving(handle) as server:
        dump = source(server.url("/all.rdf"), protocol="dump", policy="lenient")
        assert bins(run(dump)) == {"new": 1}
        again = run(dump)
        assert (bins(again), again.ledger["complete"], answered) == ({"unchanged": 1}, True, [200, 304])
        assert again.ledger["gone"] == again.ledger["held"] == 0
        # The same bytes mean something else by other rules.
        assert bins(run(source(server.url("/all.rdf"), protocol="dump", rules='without = ["*one*"]'))) == {
            "filtered": 1
        }
        assert answered == [200, 304, 200]
