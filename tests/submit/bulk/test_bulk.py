"""Many data sets in one file: checked, stored row by row or all at once, and sent back with findings."""

import io
import re
import zlib
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone
from pyoxigraph import Literal, RdfFormat, serialize

from erpd.accounts.models import Deed, Membership
from erpd.formats.spreadsheet.book import read
from erpd.metadata.terms import DCT
from erpd.submit import actions
from erpd.submit.bulk import pages, storing, working
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery, Upload
from tests.formats.spreadsheet.files import ods, text, xlsx
from tests.submit.catalogue_pages.conftest import put, root
from tests.submit.catalogue_pages.test_acts import text_of
from tests.submit.owners import agree, office, record

pytestmark = pytest.mark.django_db

HEADINGS = ["Identifier", "Title (en)", "Description", "Publisher", "Access rights", "Theme"]
OWN = ["Data set", "Access URL", "Format", "Size in bytes", "Conditions for re-use"]


def iri(number: int) -> str:
    return f"https://data.example/{number}"


def row(number: int, **other: object) -> list[object]:
    said = [iri(number), f"Title {number}", "Every discharge.", "Statistics", "restricted", "Environment"]
    return [other.get(heading, cell) for heading, cell in zip(HEADINGS, said, strict=True)]


def own(number: int) -> list[object]:
    return [iri(number), f"{iri(number)}/apply", "CSV", 1000, "On request."]


def sheets(*rows, of=None):
    numbers = range(len(rows)) if of is None else of
    return xlsx({"Datasets": [HEADINGS, *rows], "Distributions": [OWN, *map(own, numbers)]})


def send(client, made, content, *, act="store", name="a.xlsx", kind="protected", **more):
    sent = {"file": SimpleUploadedFile(name, content), "act": act, "how": "rows", "then": "draft"}
    answer = client.post(f"{root(made, kind)}bulk/", {**sent, **more}, follow=True)
    upload = Upload.objects.order_by("-created").first()
    return answer, upload


def worked(client, made, content, **more):
    answer, upload = send(client, made, content, **more)
    assert answer.status_code == 200, text_of(answer)
    assert answer["Refresh"] == "2"
    assert working.work_one()
    upload.refresh_from_db()
    return upload, client.get(answer.redirect_chain[-1][0])


def cells(upload):
    return openpyxl.load_workbook(io.BytesIO(bytes(upload.report)))


def test_checked_without_a_trace_then_stored_then_unchanged(cbs, signed):
    agree(cbs)
    client, content = signed(), sheets(row(0), row(1), row(2))
    upload, page = worked(client, cbs, content, act="check")
    assert (upload.state, upload.counts["new"], Delivery.objects.count()) == ("done", 3, 0)
    assert "nothing was stored" in text_of(page)
    assert "Refresh" not in page
    assert not Deed.objects.filter(thing="data set").exists()
    upload, page = worked(client, cbs, content, then="publish")
    assert (upload.counts["new"], upload.counts["takes"]) == (3, 1)
    assert set(Delivery.objects.values_list("state", "way")) == {("published", "file")}
    assert "Title 1" in client.get(f"/datasets/{Delivery.objects.get(identifier=iri(1)).pk}").content.decode()
    upload, _ = worked(client, cbs, content)
    assert upload.counts == {"unchanged": 3, "more": 0, "takes": 1}
    assert set(Delivery.objects.values_list("edition", flat=True)) == {1}
    upload, _ = worked(client, cbs, sheets(row(0), row(1, **{"Title (en)": "Other"})))
    assert (upload.counts["unchanged"], upload.counts["changed"]) == (1, 1)


def test_what_the_file_does_not_say_stays(cbs, signed):
    put(cbs)
    one = Delivery.objects.get()
    content = text([["Identifier", "Title (nl)"], ["discharges", "Lozingen"]]).encode()
    upload, _ = worked(signed(), cbs, content, name="a.csv")
    one.refresh_from_db()
    assert (upload.counts["changed"], one.titles) == (1, {"": "Discharges", "nl": "Lozingen"})
    assert b"file-type/CSV" in zlib.decompress(one.content)


def test_row_by_row_or_nothing(cbs, signed):
    agree(cbs)
    client = signed()
    content = sheets(row(0), row(1, Theme="Sausages"), row(2), of=(0, 1))
    upload, page = worked(client, cbs, content, how="whole", then="publish")
    assert not Delivery.objects.exists()
    assert "Nothing was stored, because data sets are refused." in text_of(page)
    assert (upload.counts["new"], upload.counts["refused"], upload.counts["takes"]) == (1, 2, 0)
    upload, page = worked(client, cbs, content, then="publish")
    assert [*Delivery.objects.values_list("identifier", flat=True)] == [iri(0)]
    said = text_of(page)
    assert "“Sausages” is not in the list" in said
    assert "Datasets!F3" in said
    upload, _ = worked(client, cbs, sheets(row(3), row(4), of=(3, 4)), how="whole", then="publish")
    assert upload.counts["takes"] == 1
    assert Delivery.objects.filter(state="published").count() == 3


def test_drafts_with_errors_are_counted_apart_and_checking_says_the_same(cbs, signed):
    client, content = signed(), sheets(row(0), row(1, Publisher=""), row(2, Theme="Sausages"), of=(0, 1))
    for act, said in (
        ("check", "“Store” with the same choices does this:"),
        ("store", "All data sets are stored, except those that are refused."),
    ):
        upload, page = worked(client, cbs, content, act=act)
        assert (upload.counts["new"], upload.counts["flawed"], upload.counts["refused"]) == (1, 1, 1)
        told = text_of(page)
        assert said in told
        assert re.search(r"stored as drafts with errors\s*1", told)
        assert "Drafts with errors cannot be published until you correct them." in told
        assert str(cells(upload)["Datasets"].cell(3, 7).value).startswith("draft with errors")
    upload, page = worked(client, cbs, content, act="check", how="whole")
    assert "stores nothing, because data sets are refused" in text_of(page)


def test_the_file_comes_back_with_its_findings_and_can_be_sent_again(cbs, signed):
    client = signed()
    content = sheets(row(0), row(1, Publisher=""), row(2, **{"Title (en)": "=1+1"}), of=(0, 1, 2))
    upload, _ = worked(client, cbs, content)
    # A formula without a value is refused, a draft without a publisher is not.
    assert upload.counts == {"new": 1, "flawed": 1, "refused": 1, "more": 0, "takes": 1}
    back = client.get(f"{root(cbs)}bulk/{upload.pk}/findings.xlsx")
    assert back["Content-Type"].endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(back.content))
    sheet = book["Datasets"]
    assert [cell.value for cell in sheet[1]] == [*HEADINGS, "Findings"]
    findings = [sheet.cell(number, 7).value for number in (2, 3, 4)]
    assert findings[0].startswith("new")
    assert "D3: " in findings[1]  # the cell that is empty
    assert findings[2].startswith("refused\nB4: The formula in this cell has no stored value")
    colours = {sheet.cell(number, 3).fill.fgColor.rgb for number in (2, 4)}
    assert len(colours) == 2
    assert sheet.cell(4, 2).fill.fgColor.rgb not in colours
    assert sheet.cell(4, 2).value == "#N/A"  # sent back as it is, it is refused again and removes nothing
    sheet.cell(4, 2).value = "Mended"
    file = io.BytesIO()
    book.save(file)
    upload, _ = worked(client, cbs, file.getvalue())
    assert upload.counts == {"unchanged": 2, "new": 1, "more": 0, "takes": 1}
    again = cells(upload)["Datasets"]
    assert [cell.value for cell in again[1]] == [*HEADINGS, "Findings"]
    assert again.max_column == 7


def test_findings_are_told_in_the_language_of_the_page(cbs, signed):
    client = signed()
    client.cookies["django_language"] = "de"
    content = sheets(row(0, **{"Access rights": "https://a.example/x"}), of=())
    upload, _ = worked(client, cbs, content)
    assert upload.language == "de"
    assert cells(upload)["Datasets"].cell(1, 7).value == "Befunde"


def test_all_faults_of_a_file_are_told_in_one_round(cbs, signed):
    said = {"Release date": "31 May", "Contact point: Name": "Desk", "Contact point: E-mail": "info at x"}
    headings, values = [*HEADINGS, *said], [*row(0, Theme="Sausages", Publisher=""), *said.values()]
    headings, values = [*headings, "Landing page"], [*values, "see above"]
    upload, _ = worked(signed(), cbs, xlsx({"Data sets": [headings, values]}), then="publish")
    notes = {(note["cell"][-2:], note["text"].split(". ")[0]) for note in upload.notes}
    assert {
        ("F2", "“Sausages” is not in the list"),
        ("G2", "This is not a date"),
        ("I2", "This is not an e-mail address"),
        ("J2", "This is not a link"),
        ("D2", "Publisher is mandatory but missing (G4.1)"),
    } <= notes
    assert not Delivery.objects.exists()
    assert "Write one such as info@example.org." in str(upload.notes)


def test_findings_of_conditions_are_at_their_columns(cbs, signed):
    said = {
        "Grounds of protection": "",
        "Who may ask for access": "research organisations",
        "Who may ask under a condition": "companies",
        "Who may not ask": "research organisations",
    }
    headings = [*HEADINGS, *(f"Conditions of access: {name}" for name in said)]
    client = signed()
    upload, _ = worked(client, cbs, xlsx({"Data sets": [headings, [*row(0), *said.values()]]}))
    found = [
        (note["cell"], note["text"]) for note in upload.notes if "Conditions of access, " in note["text"]
    ]
    for cell, words in (
        ("G2", "do not say on what ground"),
        ("H2", "“research organisations” is allowed here, and excluded elsewhere"),
        ("H2", "is missing: something is allowed under a condition"),  # it has no column
    ):
        assert [at for at, told in found if words in told] == [f"Data sets!{cell}"]
    assert len(found) == 3


@pytest.mark.parametrize("name", ["a.ods", "a.csv"])
def test_ods_and_csv(cbs, signed, name):
    rows = [HEADINGS, row(0), row(1)]
    content = ods(rows) if name == "a.ods" else text(rows, ";").encode()
    upload, _ = worked(signed(), cbs, content, name=name)
    assert upload.counts["flawed"] == 2  # without distributions


def test_a_catalogue_in_rdf(cbs, signed):
    client = signed()
    records = [record(str(number), iri=iri(number)) for number in range(3)]
    triples = [triple for one in records for triple in one.graph.triples()]
    content = serialize(triples, format=RdfFormat.TURTLE)
    content += b"<https://data.example/x> a <http://www.w3.org/ns/dcat#Dataset> ."
    content += b"[] a <http://www.w3.org/ns/dcat#Dataset> ."
    upload, page = worked(client, cbs, content, name="a.ttl")
    assert (upload.counts["new"], upload.counts["flawed"], upload.counts["refused"]) == (3, 1, 1)
    assert "needs a permanent identifier" in text_of(page)
    assert cells(upload).worksheets[0].max_row == 6
    upload, _ = worked(client, cbs, content, name="a.ttl")
    assert upload.counts["unchanged"] == 4


@pytest.mark.in_children
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04", "damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old format of Office"),
        ("a.csv", b"a,b\n1,2\n", "No row has headings that we know"),
        ("a.ttl", b"<a> <b> .", "Turtle"),
        ("a.ttl", b"<http://a.example/x> a <http://a.example/Y> .", "no data sets in this file"),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document type"),
    ],
)
def test_a_file_of_which_nothing_is_read(cbs, signed, name, content, said):
    upload, page = worked(signed(), cbs, content, name=name)
    assert upload.state == "failed"
    assert said in text_of(page)
    assert "root:" not in text_of(page)
    assert not Delivery.objects.exists()


def test_files_are_bounded_and_only_spreadsheets_and_rdf_are_taken(cbs, signed):
    client = signed()
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        answer, _ = send(client, cbs, b" " * 1001)
        assert (answer.status_code, "larger than" in text_of(answer)) == (400, True)
    answer, _ = send(client, cbs, b"x", name="a.exe")
    assert (answer.status_code, "end of its name" in text_of(answer)) == (400, True)
    answer, _ = send(client, cbs, b"x", how="else")
    assert answer.status_code == 400
    for _ in range(3):
        send(client, cbs, b"x")
    answer, _ = send(client, cbs, b"x")
    assert (answer.status_code, "3 files are being read already" in text_of(answer)) == (400, True)


def test_templates_and_what_is_there_as_a_spreadsheet(cbs, signed):
    client = signed()
    put(cbs)
    for address, sheet in (("template.xlsx?in=fr", "Jeux de données"), ("data-sets.xlsx", "Data sets")):
        answer = client.get(f"{root(cbs)}bulk/{address}")
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == sheet
    content = client.get(f"{root(cbs)}bulk/data-sets.xlsx").content
    upload, _ = worked(client, cbs, content)
    assert upload.counts["unchanged"] == 1
    csv = client.get(f"{root(cbs)}bulk/template.csv").content.decode("utf-8-sig")
    assert csv.startswith("Identifier,")
    assert "Distribution: Access URL" in csv
    assert client.get(f"{root(cbs)}bulk/").status_code == 200


def test_whoever_may_not_deliver_sees_nothing_and_stores_nothing(cbs, signed, client):
    upload, _ = worked(signed(), cbs, sheets(row(0)))
    pages = ("bulk/", "bulk/template.xlsx", "bulk/data-sets.xlsx")
    pages += (f"bulk/{upload.pk}/", f"bulk/{upload.pk}/findings.xlsx")
    rivm = office("rivm")
    for page in pages:
        assert client.get(root(cbs) + page).status_code == 302
        assert signed("reader").get(root(cbs) + page).status_code == 403
        assert signed("editor", rivm).get(root(cbs) + page).status_code == 404
        assert page.count("/") < 2 or signed().get(root(cbs, "test") + page).status_code == 404
    # Whoever loses the right meanwhile stores nothing.
    _, waiting = send(signed(), cbs, sheets(row(1)))
    Membership.objects.filter(person=cbs.people["editor"]).update(role="reader")
    assert working.work_one()
    waiting.refresh_from_db()
    assert waiting.counts["refused"] == 1
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(("times", "result"), [(1, "changed"), (3, "refused")])
def test_what_somebody_else_changes_meanwhile_is_kept(cbs, signed, monkeypatch, times, result):
    one = put(cbs, iri(1), iri=iri(1))
    really, theirs = storing.named, iter(range(times))

    def meanwhile(made, key):
        if (number := next(theirs, None)) is not None:
            now = delivered(Delivery.objects.get(pk=one.pk))
            now.graph.set(now.dataset, DCT.description, [Literal(f"Theirs {number}", language="en")])
            actions.change(who=cbs.actor("admin"), delivery=Delivery.objects.get(pk=one.pk), record=now)
        return really(made, key)

    monkeypatch.setattr(storing, "named", meanwhile)
    content = text([["Identifier", "Title (en)"], [iri(1), "From the file"]]).encode()
    upload, page = worked(signed(), cbs, content, name="a.csv")
    assert upload.counts[result] == 1
    after = delivered(Delivery.objects.get(pk=one.pk))
    assert [text.value for text in after.values(DCT.description)] == [f"Theirs {times - 1}"]
    assert ("From the file" in {text.value for text in after.values(DCT.title)}) == (result == "changed")
    assert ("Somebody else has changed this" in text_of(page)) == (result == "refused")


def test_owners_take_turns_and_send_so_many_files_a_day(cbs, signed, monkeypatch):
    rivm = office("rivm")
    for number in (0, 1):
        send(signed(), cbs, sheets(row(number)))
    send(signed("editor", rivm), rivm, sheets(row(2)))
    assert [working._take().owner.slug for _ in range(3)] == ["cbs", "rivm", "cbs"]
    Upload.objects.update(state="done", report=b"x")
    monkeypatch.setattr(pages, "MOST_A_DAY", 3)
    monkeypatch.setattr(pages, "MOST_KEPT", 1)
    send(signed(), cbs, sheets(row(3)))
    assert sorted(bytes(one.report) for one in cbs.owner.uploads.all()) == [b"", b"", b"x"]
    answer, _ = send(signed(), cbs, sheets(row(4)))
    assert (answer.status_code, "3 files within a day" in text_of(answer)) == (400, True)


def test_a_spreadsheet_that_is_asked_for_has_so_many_triples(cbs, signed, monkeypatch):
    for number in range(3):
        put(cbs, iri(number), iri=iri(number))
    monkeypatch.setattr(pages, "MOST_TRIPLES", 1)
    address, found = f"{root(cbs)}bulk/data-sets.xlsx", []
    for number in (1, 2, 3):
        answer = signed().get(address, {"from": number})
        assert f"-{number}-to-{number}-of-3.xlsx" in answer["Content-Disposition"]
        found += [entry.identifier for entry in read(answer.content).entries]
    assert len(found) == len(set(found)) == 3
    monkeypatch.setattr(pages, "MOST_TRIPLES", 100_000)
    for wrong in ("", "0", "-1", "x", "9" * 50):
        answer = signed().get(address, {"from": wrong})
        assert "-of-" not in answer["Content-Disposition"]
        assert len(read(answer.content).entries) == 3


def test_identifiers_of_others_are_refused(cbs, signed):
    rivm = office("rivm")
    agree(rivm)
    put(rivm, "1", iri=iri(1), publish=True)
    agree(cbs)
    upload, page = worked(signed(), cbs, sheets(row(0), row(1)), then="publish")
    assert (upload.counts["new"], upload.counts["refused"]) == (1, 1)
    assert "another data set" in text_of(page)


def test_work_that_was_interrupted_is_done_again_three_times(cbs, signed, monkeypatch):
    _, upload = send(signed(), cbs, sheets(row(0)))
    taken = working._take()
    assert working._take() is None  # somebody works on it
    Upload.objects.update(beat=timezone.now() - working.PATIENCE - timedelta(seconds=1))
    again = working._take()
    assert (again.pk, again.tries) == (taken.pk, 2)
    working._end(taken, Upload.State.DONE)  # the one that was thought dead says no more
    upload.refresh_from_db()
    assert upload.state == "running"
    Upload.objects.update(beat=timezone.now() - 2 * working.PATIENCE, tries=3)
    assert working.work_one() is False
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content)) == ("failed", b"")

    def fault(*_):
        raise KeyError("ours")

    monkeypatch.setattr(working, "contents", fault)
    _, upload = send(signed(), cbs, sheets(row(0)))
    assert working.work_one()
    upload.refresh_from_db()
    assert "Something went wrong on our side" in upload.notes[0]["text"]
    Upload.objects.update(created=timezone.now() - working.KEPT - timedelta(days=1))
    working.tidy()
    assert not Upload.objects.exists()
