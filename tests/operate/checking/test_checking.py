"""`/check`: what is found, by section and at its line; the corrected version; whatever strangers send."""

import gzip
import io
import zipfile
from contextlib import suppress
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from lxml import html
from pyoxigraph import RdfFormat, parse

from erpd.accounts.rates import Buckets
from erpd.operate.checking import running
from tests.servers import Serving

pytestmark = pytest.mark.django_db

TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://data.example/1> a dcat:Dataset ;
  dct:title "Trees"@en ;
  dct:issued "12/1/2020" ;
  dct:language "en" .
"""


def checked(status: int = 200, /, act: str = "check", **given: object) -> html.HtmlElement:
    answer = Client().post("/check", {"profile": "erpd", "act": act, **given})
    assert answer.status_code == status, answer.content.decode()
    return html.fromstring(answer.content.decode())


def words(page: html.HtmlElement) -> str:
    return " ".join(page.find(".//main").text_content().split())


def lines(page: html.HtmlElement, section: str) -> dict[str, list[str]]:
    """Text of each finding in a section -> its places, with the quotes."""
    (found,) = (one for one in page.iter("section") if one.findtext("h3") == section)
    return {
        " ".join(item.text_content().split()): [
            " ".join(spot.text_content().split()) for spot in item.xpath("ul/li")
        ]
        for item in found.xpath("ul/li")
    }


def test_findings_stand_in_their_section_at_their_line() -> None:
    page = checked(text=TURTLE.replace("\n", "\r\n"))
    assert "Data sets1 With all mandatory metadata0 Without1" in words(page)
    missing = lines(page, "Harvesting guidelines, section 4.1")
    assert any("Description" in text for text in missing)
    (spots,) = {tuple(spots) for spots in missing.values()}
    assert spots == ("Line 3, column 1 https://data.example/1<https://data.example/1> a dcat:Dataset ;",)
    dates = lines(page, "Harvesting guidelines, section 6.1")
    assert [spot for (spot,) in dates.values()] == [
        'Line 5, column 3 https://data.example/1dct:issued "12/1/2020" ;'
    ]
    assert page.xpath("//textarea")[0].text.strip().splitlines() == TURTLE.strip().splitlines()


def test_what_is_found_of_several_values_says_so() -> None:
    again = '  dct:modified "%s" .\n<https://data.example/2> a dcat:Dataset ; dct:modified "%s" .'
    for dates, differ in ((("12/1/2020", "12/1/2020"), False), (("12/1/2020", "12/2/2020"), True)):
        page = checked(text=TURTLE.replace('  dct:language "en" .\n', again % dates))
        assert ("(found 2 times, with different values: also “12/2/2020”)" in words(page)) is differ


def test_of_several_profiles_each_finding_names_those_that_ask_for_it() -> None:
    page = checked(text=TURTLE, profile=["dcat-ap-nl-3.0", "erpd"])
    titles = {section.findtext("h3") for section in page.iter("section")}
    assert "Harvesting guidelines, section 4.1; DCAT-AP-NL 3.0, 4.1.22" in titles  # the publisher
    assert "DCAT-AP-NL 3.0, 4.1.13" in titles  # the identifier
    assert "Harvesting guidelines, section 4.1" in titles  # the distribution


@pytest.mark.parametrize(("to", "kind"), [("ttl", RdfFormat.TURTLE), ("rdf", RdfFormat.RDF_XML)])
def test_the_corrected_version_is_a_file_without_the_faults_that_could_be_mended(
    to: str, kind: RdfFormat
) -> None:
    answer = Client().post(
        "/check", {"profile": "erpd", "act": "correct", "text": TURTLE, "to": to, "name": "a.ttl"}
    )
    assert answer["Content-Disposition"] == f'attachment; filename="a-corrected.{to}"'
    said = {str(triple.predicate): triple.object for triple in parse(answer.content, format=kind)}
    assert said["<http://purl.org/dc/terms/language>"].value.endswith("/language/ENG")
    assert len(said) == 4  # nothing is lost


def test_a_corrected_version_that_would_be_much_longer_is_refused() -> None:
    long = f"@prefix p: <https://data.example/{'x' * 900}/> .\n"
    text = long + "\n".join(
        TURTLE.replace("data.example/1", f"data.example/{number}")
        + f"<https://data.example/{number}> dct:relation {','.join(f'p:{one}' for one in range(200))} ."
        for number in range(220)
    )
    page = checked(422, act="correct", text=text)
    assert "What we would answer has more than 32 MB" in words(page)
    assert "Send the document in parts." in words(page)


def test_a_file_comes_back_as_text_so_that_it_can_be_corrected() -> None:
    sent = SimpleUploadedFile("trees of <b>.ttl", TURTLE.encode())
    page = checked(file=sent)
    assert page.xpath("//textarea")[0].text.strip() == TURTLE.strip()
    (name,) = page.xpath("//input[@name='name']/@value")
    assert name == "trees of _b_.ttl"
    packed = checked(file=SimpleUploadedFile("trees.ttl.gz", gzip.compress(TURTLE.encode())))
    assert "12/1/2020" in words(packed)
    latin = TURTLE.replace("Trees", "Bäume").encode("latin-1")
    page = checked(file=SimpleUploadedFile("latin.ttl", latin))
    assert not (page.xpath("//textarea")[0].text or "").strip()  # it would not be the same
    assert "Choose the file again" in words(page)


def test_what_is_broken_in_an_archive_hides_nothing_of_the_rest() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("<b>.rdf", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>")
        archive.writestr("none.json", "{}")
        archive.writestr("trees.ttl", TURTLE)
    page = checked(file=SimpleUploadedFile("all.zip", packed.getvalue()))
    assert [one.text_content() for one in page.xpath("//div[@role='alert']//li")] == [
        "<b>.rdf:1:66: RDF/XML: it ends before its last element is closed. Fix the file at the source.",
        "none.json: It is JSON, but not JSON-LD. Give the URL or path of an RDF file.",
    ]
    assert "12/1/2020" in words(page)
    assert "It lacks 2 pieces" in words(page)
    answer = Client().post(
        "/check",
        {"profile": "erpd", "act": "correct", "file": SimpleUploadedFile("all.zip", packed.getvalue())},
    )
    assert "all-corrected-without-2.ttl" in answer["Content-Disposition"]


def test_what_is_pasted_is_in_utf_8_whatever_its_head_says() -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/">'
        '<dcat:Dataset xmlns:dcat="http://www.w3.org/ns/dcat#" rdf:about="https://data.example/1">'
        '<dct:title xml:lang="de">Bäume</dct:title></dcat:Dataset></rdf:RDF>'
    )
    answer = Client().post("/check", {"profile": "erpd", "act": "correct", "text": head + body})
    assert "Bäume" in answer.content.decode()


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in pairwise("abcdefghi"))
    + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&i;</rdf:RDF>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>'
)
BIDI = TURTLE.replace("2020", "2020\u202e\u2066\x07\u200b")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "It cannot be read to its end."),
        (OUTSIDE, "It cannot be read to its end."),
        ("[" * 900_000, "It cannot be read to its end."),
        ('{"@graph":' * 90_000, "It cannot be read to its end."),
        ("<a>" * 300_000, "It cannot be read to its end."),
        (TURTLE.replace("12/1/2020", "x" * 900_000), "Line 5, column 3"),
        (BIDI, "12/1/2020[U+202E][U+2066][U+0007][U+200B]"),
        ("<script>alert(1)</script>", "It cannot be read to its end."),
        ("\ufdd0\uffff", "It cannot be read to its end."),
        ("<a:b> <c:d> 'e' .", "There is no data set in it"),
        ("", "Paste the metadata here, choose a file, or give an address."),
        (" \n", "Paste the metadata here, choose a file, or give an address."),
        ("\0", "contains a character that cannot be stored"),
        ("x" * 1_100_000, "The text is longer than 1 MB."),
    ],
    ids=lambda one: repr(one[:20]),
)
def test_whatever_comes_is_told_in_plain_words(text: str, told: str) -> None:
    answer = Client().post("/check", {"profile": "erpd", "act": "check", "text": text})
    assert answer.status_code in (200, 400)
    page = html.fromstring(answer.content.decode())
    assert told in words(page)
    assert "root:" not in answer.content.decode()
    assert not page.xpath("//main//script")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/etc/passwd", "takes an address of the web"),
        ("file:///etc/passwd", "takes an address of the web"),
        ("ftp://data.example/a.ttl", "takes an address of the web"),
        ("http://127.0.0.1/", "The host has no public address."),
        ("http://[::1]:8000/check", "The host has no public address."),
        ("http://169.254.169.254/latest/meta-data", "The host has no public address."),
        ("http://2130706433/", "The host has no public address."),
        ("http://localhost/", "The host has no public address."),
    ],
)
def test_only_public_addresses_are_read(address: str, told: str) -> None:
    answer = Client().post("/check", {"profile": "erpd", "act": "check", "address": address})
    assert told in words(html.fromstring(answer.content.decode()))
    assert "127.0.0.1" not in words(html.fromstring(answer.content.decode())).replace(address, "")


def test_an_address_is_read_and_redirects_lead_to_public_ones_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(path: str, query: dict[str, str], headers: object) -> tuple[int, dict[str, str], bytes]:
        if path == "/hidden":
            return 302, {"Location": "http://127.0.0.2:1/"}, b""
        if path == "/large":
            return 200, {"Content-Type": "text/turtle"}, b"#" * (running.MOST + 1)
        return 200, {"Content-Type": "text/turtle"}, TURTLE.encode()

    monkeypatch.setattr(running, "NETWORKS", ("127.0.0.1/32",))
    with Serving(serve) as server:
        page = checked(address=server.url("/trees.ttl"))
        assert "Line 3, column 1" in words(page)
        answer = Client().post(
            "/check",
            {"profile": "erpd", "act": "correct", "address": server.url("/trees.ttl"), "to": "jsonld"},
        )
        assert answer["Content-Disposition"] == 'attachment; filename="trees-corrected.jsonld"'
        assert "The host has no public address." in words(checked(address=server.url("/hidden")))
        assert "larger than" in words(checked(address=server.url("/large")))


def test_a_file_is_saved_whatever_its_name() -> None:
    sent = {"profile": "erpd", "act": "correct", "text": TURTLE, "name": "Κατάλογος.ttl", "to": "turtle"}
    assert Client().post("/check", sent)["Content-Disposition"].startswith("attachment; filename*=utf-8")


def test_a_text_is_looked_through_for_its_encoding_only_at_its_begin() -> None:
    said = '<?xml version="1.0" encoding="latin-1"?><a/>'
    assert running.bytes_of(said) == b'<?xml version="1.0"?><a/>'
    blank = "<?xml" + 1_000_000 * " "
    assert running.bytes_of(blank) == blank.encode()  # this took two seconds


def test_there_is_one_check_at_a_time_and_a_network_has_so_many_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running.examiner("erpd", "a"):
        answer = Client().post("/check", {"profile": "erpd", "text": TURTLE})
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert "Others are having their metadata checked." in answer.content.decode()
        assert "Trees" in answer.content.decode()  # it is still there
    assert Client().post("/check", {"profile": "erpd", "text": TURTLE}).status_code == 200
    monkeypatch.setattr(running, "OF_NETWORKS", Buckets(1, 1 / 1000))
    assert Client().post("/check", {"profile": "erpd", "text": TURTLE}).status_code == 200
    answer = Client().post("/check", {"profile": "erpd", "text": TURTLE})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 900


def test_a_long_check_costs_its_network_the_turns_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(running, "OF_NETWORKS", Buckets(30, 1 / 10, clock=lambda: now[0]))
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: now[0]))
    asked, neighbour = (
        RequestFactory().get("/", REMOTE_ADDR="192.0.2.1"),
        RequestFactory().get("/", REMOTE_ADDR="198.51.100.1"),
    )
    assert not running.allowance(asked).wait
    with suppress(ValueError), running.charged(asked):
        now[0] += 41
        raise ValueError  # one that dies costs as much
    # 30 - 1 + 4.1 of 41 seconds, at most 30; less 40: -10
    assert running.allowance(asked).wait == 110
    assert not running.allowance(neighbour).wait
    now[0] += 110
    assert not running.allowance(asked).wait
    with running.charged(asked):
        now[0] += 1  # a short one costs its token only
    assert running.allowance(asked).wait == 9


def test_a_fault_of_ours_is_told_without_what_was_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing:
        def one(self, *given: object) -> None:
            raise RuntimeError("secret-of-theirs")

        def __enter__(self) -> "Failing":
            return self

        def __exit__(self, *error: object) -> None: ...

    monkeypatch.setattr(running, "Child", lambda *given: Failing())
    answer = Client().post("/check", {"profile": "erpd", "text": TURTLE})
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert "secret-of-theirs" not in caplog.text


def test_a_text_that_is_too_large_is_refused_on_a_page() -> None:
    page = checked(413, text="a" * 3_000_000)
    assert "have at most 2.5\xa0MB together" in page.text_content()
