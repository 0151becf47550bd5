"""What a file is, by its content. Pure.

A list of thousands of signatures would not help: we take eight kinds, and each must be that kind from its
first byte to its last, so that it is not a second kind for another reader (a "polyglot").
"""

import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that we take."""

    media_type: str
    endings: tuple[str, ...]
    """What its name may end in; the first is added to a name that ends otherwise."""


_ODF = "application/vnd.oasis.opendocument"
_OOXML = "application/vnd.openxmlformats-officedocument"
PDF = Kind("application/pdf", (".pdf",))
PNG = Kind("image/png", (".png",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
ODT = Kind(f"{_ODF}.text", (".odt",))
ODS = Kind(f"{_ODF}.spreadsheet", (".ods",))
DOCX = Kind(f"{_OOXML}.wordprocessingml.document", (".docx",))
XLSX = Kind(f"{_OOXML}.spreadsheetml.sheet", (".xlsx",))
TEXT = Kind("text/plain", (".txt", ".csv", ".tsv"))
KINDS = (PDF, ODT, DOCX, XLSX, ODS, TEXT, PNG, JPEG)


class Wrong(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    KIND = "kind"  # none of ours
    DAMAGED = "damaged"
    LOCKED = "locked"  # by a password
    ACTIVE = "active"  # macros, scripts, programs, templates elsewhere
    BOMB = "bomb"  # it unpacks to far more than it is
    TWO_KINDS = "two kinds"


class Unfit(ValueError):
    """The file is not taken."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(str(wrong))
        self.wrong = wrong


MOST_UNPACKED = 200 * 2**20  # bytes of an office file, as its list says
_MOST_FILES = 5_000  # in an office file
_MOST_OF_LIST = 2**20  # bytes of the parts that we read
_MOST_OF_PDF = 32 * 2**20  # bytes of lists of objects, packed and unpacked
_MOST_ESCAPES = 200_000  # in names

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_END_OF_ZIP = 22  # bytes, without a comment
_PNG = b"\x89PNG\r\n\x1a\n"
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(
    rb"\s*(?:<(?:!doctype|html|head|body|script|svg|\?xml|\?php|iframe|%)|#!|%!PS|\{\\rtf)", re.IGNORECASE
)
# A name in a PDF: any letter may be written as # and two hexadecimal digits (ISO 32000, 7.3.5).
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Every action that runs a script says /JavaScript (12.6.4.17).
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])")
_LOCKED_PDF = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_STREAM = re.compile(rb"stream\r?\n")
_ACTIVE_PART = re.compile(
    r"(?:^|/)(?:vbaProject|vbaData|macrosheets|activeX|oleObject[0-9]*|Basic|Scripts)(?:[./]|$)"
    r"|\.(?:do[ct]m|xl[st]m|exe|js|vbs)$",
    re.IGNORECASE,
)
_FETCHED = re.compile(rb"attachedTemplate|oleObject|subDocument|externalLink")


def kind_of(content: bytes) -> Kind:
    """Return what a file is. Raises Unfit if it is none of KINDS, or more than it seems to be.

    In time proportional to the size of the file, and with little more memory.
    """
    if not content:
        raise Unfit(Wrong.EMPTY)
    if content.startswith(_ZIP):
        return _office(content)
    if content.startswith(
        _OLE
    ):  # what office programs write if there is a password, and what they wrote once
        raise Unfit(Wrong.LOCKED)
    if content.startswith(b"%PDF-"):
        kind = _pdf(content)
    elif content.startswith(_PNG):
        kind = _png(content)
    elif content.startswith(b"\xff\xd8\xff"):
        if b"\xff\xd9" not in content:  # cameras add something after it
            raise Unfit(Wrong.DAMAGED)
        kind = JPEG
    else:
        kind = _text(content)
    if _ZIP_END in content[-(2**16 + _END_OF_ZIP) :] or b"%PDF-" in content[1 : 2**11]:
        raise Unfit(Wrong.TWO_KINDS)
    return kind


def _pdf(content: bytes) -> Kind:
    if b"%%EOF" not in content[-1024:]:
        raise Unfit(Wrong.DAMAGED)
    _check_names(content)
    left, before = _MOST_OF_PDF, 0
    for found in _STREAM.finditer(content):
        head, before = content[max(before, found.start() - 2_000) : found.start()], found.end()
        if b"/ObjStm" not in head:
            continue
        # A list of objects, in which names are packed (7.5.7).
        end = content.find(b"endstream", found.end())
        if end < 0:
            raise Unfit(Wrong.DAMAGED)
        try:
            unpacked = zlib.decompressobj().decompress(content[found.end() : end], left + 1)
        except zlib.error:  # packed in another way
            continue
        left -= len(unpacked) + end - found.end()
        if left < 0:
            raise Unfit(Wrong.BOMB)
        _check_names(unpacked)
    return PDF


def _check_names(text: bytes) -> None:
    text, escapes = _ESCAPED.subn(lambda found: bytes.fromhex(found[1].decode()), text, _MOST_ESCAPES)
    if _LOCKED_PDF.search(text):
        raise Unfit(Wrong.LOCKED)
    if escapes == _MOST_ESCAPES or _ACTIVE_PDF.search(text):
        raise Unfit(Wrong.ACTIVE)


def _png(content: bytes) -> Kind:
    at = len(_PNG)
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            if at != len(content):
                raise Unfit(Wrong.TWO_KINDS)
            return PNG
    raise Unfit(Wrong.DAMAGED)


def _text(content: bytes) -> Kind:
    """Text in UTF-8, or in what Windows has instead: there, any byte is a sign."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, as spreadsheets save it
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise Unfit(Wrong.KIND) from None
    if _CONTROL.search(content):
        raise Unfit(Wrong.KIND)
    if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise Unfit(Wrong.ACTIVE)
    return TEXT


def _office(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return _package(package, len(content))
    except Unfit:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise Unfit(Wrong.DAMAGED) from None


def _package(package: zipfile.ZipFile, size: int) -> Kind:
    parts = package.infolist()
    names = [part.filename for part in parts]
    if not parts or len(parts) > _MOST_FILES or len({*map(str.casefold, names)}) < len(names):
        raise Unfit(Wrong.DAMAGED)
    # Nothing before, between or after: another reader may begin elsewhere.
    if package.comment or min(part.header_offset for part in parts):
        raise Unfit(Wrong.TWO_KINDS)
    if any(part.flag_bits & 1 for part in parts):
        raise Unfit(Wrong.LOCKED)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit(Wrong.BOMB)
    if any(_ACTIVE_PART.search(name) for name in names):
        raise Unfit(Wrong.ACTIVE)
    if "mimetype" in names:
        return _open_document(package)
    if "[Content_Types].xml" in names:
        return _open_xml(package, names)
    raise Unfit(Wrong.KIND)


def _open_document(package: zipfile.ZipFile) -> Kind:
    said = _read(package, "mimetype").strip().decode("ascii", "replace")
    kind = next((each for each in (ODT, ODS) if each.media_type == said), None)
    if kind is None:
        raise Unfit(Wrong.KIND)
    if b"encryption-data" in _read(package, "META-INF/manifest.xml"):
        raise Unfit(Wrong.LOCKED)
    return kind


def _open_xml(package: zipfile.ZipFile, names: list[str]) -> Kind:
    said = _read(package, "[Content_Types].xml")
    if b"macroEnabled" in said or b"vbaProject" in said:
        raise Unfit(Wrong.ACTIVE)
    for name in names:
        if name.endswith(".rels") and _fetches(_read(package, name)):
            raise Unfit(Wrong.ACTIVE)
    for kind in (DOCX, XLSX):
        if f"{kind.media_type}.main+xml".encode() in said:
            return kind
    raise Unfit(Wrong.KIND)


def _fetches(relations: bytes) -> bool:
    """Whether opening the file fetches something from elsewhere. Links that a reader may follow do not."""
    return any(b"External" in tag and _FETCHED.search(tag) for tag in relations.split(b">"))


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    try:
        with package.open(name) as part:
            content = part.read(_MOST_OF_LIST + 1)
    except KeyError:
        raise Unfit(Wrong.DAMAGED) from None
    if len(content) > _MOST_OF_LIST:
        raise Unfit(Wrong.BOMB)
    if b"\0" in content or b"&#" in content:  # no office program writes these parts so, but to hide a word
        raise Unfit(Wrong.ACTIVE)
    return content
