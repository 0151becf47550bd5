"""What comes from outside may be anything: a clear message, nothing lost, nothing deleted."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from erpd.harvest.models import Run
from erpd.metadata.findings import explain, finding_from
from erpd.metadata.rules import RULES
from erpd.metadata.terms import DCAT, RDF
from erpd.register.catalogues import UnknownCountry, country_code
from erpd.register.content import records
from erpd.register.models import DataSet
from erpd.sources.http.client import Limits
from tests.harvest import national
from tests.harvest.national import Point, bins, good, many, run, source
from tests.servers import Answer, Serving, free_port
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db(transaction=True)

HTML = b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Please log in</body></html>"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE OAI-PMH [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>&b;</ListRecords></OAI-PMH>'
)


def answering(status: int, body: bytes, **headers: str) -> Callable[..., Answer]:
    return lambda *asked: (status, {"Content-Type": "text/xml", **headers}, body)


def redirecting(to: str) -> Callable[..., Answer]:
    return answering(302, b"", Location=to)


def cut(page: bytes) -> bytes:
    """Ends in the middle of its last record."""
    return page[: page.rindex(b"<dct:description>")]


FAILURES: dict[str, tuple[Callable[[Point], Callable[..., Answer]], str]] = {
    "a password is wanted": (lambda point: answering(401, b""), "unauthorised"),
    "nothing is there": (lambda point: answering(404, b"Not found"), "not-found"),
    "a page for people": (lambda point: answering(200, HTML), "not-xml"),
    "nothing": (lambda point: answering(200, b""), "not-xml"),
    "entities": (lambda point: answering(200, BOMB), "entity"),
    "an unknown encoding": (
        lambda point: answering(200, b'<?xml version="1.0" encoding="klingon"?>' + oai.page(["\x03"])[38:]),
        "encoding",
    ),
    "cut in the middle": (lambda point: on_page(2, point, cut), "cut"),
    "a token that leads back": (lambda point: on_page(3, point, loop), "token-loop"),
    "more than was announced is missing": (lambda point: on_page(2, point, ends_early), "count-mismatch"),
    "no list and no error": (lambda point: answering(200, oai.around("")), "protocol-error"),
    "a list of nothing": (lambda point: answering(200, oai.page([])), "empty-list"),
    "nothing matches": (lambda point: answering(200, oai.error("noRecordsMatch")), "empty-list"),
    "an answer without an end": (
        lambda point: on_page(2, point, lambda page: page + b" " * 200_000),
        "too-large",
    ),
    "sent into this machine": (
        lambda point: answering(302, b"", Location="http://127.0.0.2/oai"),
        "forbidden-address",
    ),
    "sent to a file": (lambda point: redirecting("file:///etc/passwd"), "forbidden-scheme"),
    "sent round in circles": (lambda point: redirecting("/oai"), "too-many-redirects"),
}


def on_page(number: int, point: Point, spoil: Callable[[bytes], bytes]) -> Callable[..., Answer]:
    """The repository, but for one page of the list."""

    def handle(path, query, headers):
        status, kind, page = point.repository(path, query, headers)
        start = (number - 1) * point.repository.size
        wanted = query["verb"] == "ListRecords" and query.get("resumptionToken", "0") == str(start)
        return status, kind, spoil(page) if wanted else page

    return handle


def loop(page: bytes) -> bytes:
    return page.replace(b">9</resumptionToken>", b">3</resumptionToken>")


def ends_early(page: bytes) -> bytes:
    return page.replace(b">6</resumptionToken>", b"></resumptionToken>")


@pytest.mark.parametrize("failure", FAILURES)
def test_a_run_that_fails_says_why_and_deletes_nothing(failure):
    spoilt, rule = FAILURES[failure]
    with Point(many(10)) as point:
        assert bins(point.harvested()) == {"new": 10}
        before = national.register()
        listing = answering(200, oai.around(oai.FORMATS))
        broken = spoilt(point)
        point.handle = lambda path, query, headers: (
            broken(path, query, headers)
            if query.get("verb") != "ListMetadataFormats"
            else listing(path, query, headers)
        )
        limits = Limits(connect=5, read=5, total=20, retries=0, max_bytes=100_000)
        report = point.harvested(limits=limits, allow=("127.0.0.1/32",), approved=True)
    error = report.run.error
    assert (report.failed, error["rule"]) == (True, rule), error
    assert error["message"]
    assert error["advice"]
    assert error["url"].startswith(("http://127.0.0.", "file:"))
    assert bins(report).keys() <= {"unchanged"}
    assert (report.ledger["gone"], report.ledger["held"], report.ledger["complete"]) == (0, 0, False)
    assert national.register() == before
    assert DataSet.objects.filter(deleted=False).count() == 10


def test_a_host_that_is_not_there():
    report = run(source(f"http://127.0.0.1:{free_port()}/oai"))
    assert (report.failed, report.run.error["rule"], report.ledger["received"]) == (True, "unreachable", 0)


def test_this_machine_is_not_harvested_unless_it_is_allowed():
    with Point(many(1)) as point:
        report = point.harvested(allow=())
        assert point.server.asked == []
    assert report.run.error["rule"] == "forbidden-address"


TWO = '<dcat:Dataset rdf:about="http://data.example/2"><dct:title>2</dct:title></dcat:Dataset></rdf:RDF>'
CLASH = 'RightsStatement rdf:about="http://a.example/" rdf:nodeID="n">'
ONE_BAD = {
    "a tag that is not closed": (national.broken("bad"), "unreadable", "broken-xml"),
    "no metadata": (oai.record("bad", ""), "unreadable", "no-metadata"),
    "no identifier": (oai.record("", national.rdf("bad")), "unreadable", "no-identifier"),
    "no RDF": (oai.record("bad", "<a xmlns='http://a.example/'/>"), "unreadable", "no-data-set"),
    "no data set": (good("bad").replace("dcat:Dataset", "dcat:Catalog"), "unreadable", "no-data-set"),
    "two data sets": (good("bad").replace("</rdf:RDF>", TWO), "unreadable", "several-data-sets"),
    "broken XML": (good("bad").replace("<dct:rights>", "<dct:rights a='' a=''>"), "unreadable", "broken-xml"),
    "broken RDF": (good("bad").replace("RightsStatement>", CLASH, 1), "unreadable", "broken-syntax"),
    "a broken address": (good("bad").replace("data.example/ask", "data.example/a b"), "new", "iri"),
    "no address": (good("bad", iri=""), "new", "minted-iri"),
    "an address of another": (good("bad", iri=national.address_of("d0000")), "duplicate", "iri-taken"),
    "an endless identifier": (good("bad" * 300), "rejected", "too-long"),
    "mandatory metadata left out": (good("bad", valid=False), "rejected", "mandatory-missing"),
    "an identifier for the second time": (good("d0000", "Again"), "duplicate", "same-identifier"),
}  # fmt: skip


@pytest.mark.parametrize("fault", ONE_BAD)
def test_one_bad_record_costs_one_record(fault):
    record, place, rule = ONE_BAD[fault]
    with Point([*many(2), record, *many(6)[2:]]) as point:
        report = point.harvested()
    assert not report.failed, report.run.error
    assert (report.ledger["received"], report.ledger["complete"]) == (7, True)
    good_ones = {f"d{number:04}" for number in range(6)}
    assert good_ones <= set(national.titles())
    (entry,) = [
        entry
        for entry in report.run.entries.all()
        if entry.identifier not in good_ones or entry.bin == "duplicate"
    ]
    # What was taken in has its findings on its version.
    found = entry.findings or DataSet.objects.get(identifier=entry.identifier).findings
    assert (entry.bin, rule in {facts["rule"] for facts in found}) == (place, True), found
    assert bool(entry.content) == (place != "new")  # what was not taken in is kept with its bytes
    for facts in found:
        assert facts["rule"] in RULES
        assert explain(finding_from(facts))
    assert len(records(DataSet.objects.all())) == DataSet.objects.count() == (7 if place == "new" else 6)


def test_a_wrong_encoding_costs_the_characters_in_which_it_stands():
    with Point([*many(2), good("bad", "Ziekenhuiž"), *many(4)[2:]], size=9) as point:
        point.handle = on_page(1, point, lambda page: page.replace("ž".encode(), b"\xbe"))
        report = point.harvested()
    assert bins(report) == {"new": 5}
    assert national.titles()["bad"] == "Ziekenhui\ufffd"
    assert ("bad", "character-lost") in [(each.identifier, each.finding.rule) for each in report.findings]


HOSTILE = r"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<http://data.example/good> a dcat:Dataset ; dct:title "Good" .
[] a dcat:Dataset ; dct:identifier "nul \u0000 in it" ; dct:title "Named with NUL" .
<http://data.example/quoted> a dcat:Dataset ; dct:title "x" ; dct:issued "nul \u0000 date" .
<http://data.example/\u0000> a dcat:Dataset ; dct:title "Address with NUL" .
<\u0000> a dcat:Dataset ; dct:title "No address at all" .
<http://data.example/a b> a dcat:Dataset ; dct:title "Blank" ; <relative> <//> ; dct:language "x"@e_1 .
"""


def test_a_file_may_hold_what_no_database_does(tmp_path):
    file = tmp_path / "all.ttl"
    file.write_text(HOSTILE + '<http://data.example/broken> a dcat:Dataset ; dct:title "\0 .\n')
    report = run(source(str(file), "dump", policy="lenient"))
    assert not report.failed, report.run.error
    assert report.ledger["complete"]
    assert "Good" in national.titles().values()
    (entry,) = report.run.entries.filter(identifier__startswith="nul ")
    assert (entry.bin, entry.findings[-1]["rule"]) == ("rejected", "unstorable")
    assert report.findings
    assert len(records(DataSet.objects.all())) == DataSet.objects.count()
    again = run(source(str(file), "dump"))
    assert again.ledger["unchanged"] == report.ledger["new"]


def test_pieces_without_a_name_are_all_told(tmp_path, monkeypatch):
    monkeypatch.setattr("erpd.sources.dump.source.PAGE", 2)
    file = tmp_path / "all.nt"
    good_line = f"<http://data.example/1> {RDF.type} {DCAT.Dataset} .\n"
    file.write_text(good_line + "".join(f"<broken {number} .\n" for number in range(5)))
    report = run(source(str(file), "dump", policy="lenient"))
    assert bins(report) == {"new": 1, "unreadable": 5}


@contextmanager
def little_room(pages: int) -> Iterator[None]:
    """The database can grow by so many pages of 4 KiB, no more."""
    if connection.vendor == "sqlite":
        sql("VACUUM")
        most = sql("PRAGMA max_page_count")
        sql(f"PRAGMA max_page_count={sql('PRAGMA page_count') + pages}")
        undo = f"PRAGMA max_page_count={most}"
    else:  # the error that PostgreSQL has for it, after so many rows
        table = "register_version" if pages else "harvest_run"
        sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF (SELECT count(*) FROM {table}) > {pages // 2} THEN RAISE EXCEPTION "
            "'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END IF; "
            f"RETURN NULL; END $$; CREATE TRIGGER full_disk AFTER INSERT ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION full_disk()"
        )
        undo = "DROP FUNCTION full_disk CASCADE"
    try:
        yield
    finally:
        sql(undo)


def sql(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


@pytest.mark.parametrize("pages", [0, 5, 20, 35])
def test_a_full_disk_loses_nothing_that_was_stored(pages):
    texts = random.Random(1)
    with Point([good(f"d{number}", texts.randbytes(1500).hex()) for number in range(30)], size=5) as point:
        settings = source(point.url)
        with little_room(pages):
            report = run(settings)
        error = report.run.error
        assert (report.failed, error["rule"], report.ledger["complete"]) == (True, "disk-full", False)
        assert "Free some space" in error["advice"]
        assert report.ledger["seconds"] is not None
        kept = DataSet.objects.count()
        assert kept == report.ledger["received"] < 30
        assert pages < 10 or kept > 0
        report = run(settings)
        assert not report.failed
        assert report.ledger["new"] + report.ledger["unchanged"] == 30
        assert report.ledger["new"] in (30, 30 - kept)
        assert not Run.objects.filter(state=Run.State.RUNNING).exists()


def test_where_there_is_no_room_even_for_the_end_the_next_harvest_goes_on():
    def full(execute, statement, params, many, context):
        if statement.startswith(("INSERT", "UPDATE")) and len(point.server.asked) > 3:
            raise OperationalError("database or disk is full")
        return execute(statement, params, many, context)

    with Point(many(10), size=2) as point:
        settings = source(point.url)
        with connection.execute_wrapper(full):
            report = run(settings)
        assert (report.failed, report.run.error["rule"]) == (True, "disk-full")
        assert report.ledger["received"] < 10
        again = run(settings)
        assert again.run.pk == report.run.pk
        assert bins(again) == {"new": 10}


def test_an_unknown_country():
    for text in (
        "XX",
        "",
        "Atlantis",
        "N",
        "\0",
        "http://publications.europa.eu/resource/authority/country/",
    ):
        with pytest.raises(UnknownCountry, match="is not a country"):
            country_code(text)


def test_two_sources_of_one_country_fill_one_catalogue_and_leave_each_other_alone():
    kept = national.many(5)
    with Point([*kept, good("shared")]) as first, Point([good("b"), good("shared", "Mine")]) as second:
        assert bins(first.harvested()) == {"new": 6}
        report = second.harvested()
        assert bins(report) == {"new": 1, "duplicate": 1}
        assert (report.ledger["gone"], report.ledger["held"]) == (0, 0)
        assert national.titles()["shared"] == "Hospital discharges"
        assert len({data_set.catalogue_id for data_set in DataSet.objects.all()}) == 1
        first.lists([*kept, oai.deleted("shared")])
        first.harvested()
        assert bins(second.harvested()) == {"unchanged": 1, "new": 1}
        assert national.titles()["shared"] == "Mine"


def test_an_answer_that_never_ends():
    def endless(path, query, headers):
        return 200, oai.XML, iter(lambda: b"<x>" * 1000, b"")

    with Serving(endless) as server:
        limits = Limits(connect=5, read=5, total=20, retries=0, max_bytes=1_000_000)
        report = run(source(server.url("/oai")), limits=limits)
    assert report.run.error["rule"] == "too-large"
