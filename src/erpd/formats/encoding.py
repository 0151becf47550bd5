"""Bytes -> text in UTF-8: handles byte order marks, and bytes of another encoding in alleged UTF-8.

A wrong byte is read as Windows-1252 (as browsers read ISO 8859-1, Encoding Standard 4.2) if that yields one
or two letters in a word. Any other becomes U+FFFD, which a check reports.
"""

import codecs
import re
from collections.abc import Iterator

from erpd.formats.repairs import MARK, marked
from erpd.metadata.rules import Correction
from erpd.metadata.text import LOST

CHUNK = 64 * 1024
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LEADING = bytes(range(0xC2, 0xF5))  # first bytes of UTF-8 characters of several bytes
# If more characters are lost than not, and not just a few, the document is in another charset.
_FEW_LOST = 10
_WRONG = re.compile("[\udc80-\udcff]++")  # how "surrogateescape" keeps a byte
# In a text with such letters, the wrong bytes may be Windows-1250, -1251, -1253 …
_NOT_WESTERN = re.compile("[\u0100-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u017f-\u024f\u0370-\u052f]")
# Signs that only look like letters; Â and Ã, usually the first half of a character; half of a byte order
# mark.
_DOUBTFUL = frozenset("ªµºÂÃÿ")


def in_utf8(content: bytes, errors: str = "replace") -> bytes:
    """Return the bytes in UTF-8, without a byte order mark; unchanged if they begin with none."""
    if content.startswith(UTF_16):
        return content.decode("utf-16", errors).encode()
    return content.removeprefix(codecs.BOM_UTF8)


def read_utf8(document: bytes) -> str:
    """Return the text, with wrong bytes repaired and marked (see ``repairs``) if they are unambiguous."""
    text = "".join(_steps(document, "surrogateescape"))
    wrong = MARK not in text and not _NOT_WESTERN.search(text)

    def right(found: re.Match[str]) -> str:
        raw = found[0].encode("utf-8", "surrogateescape")
        letters = raw.decode("cp1252", "replace")
        before, behind = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
        if wrong and _in_word(before, letters, behind):
            return marked(Correction.BYTE, letters, raw.hex().upper())
        return raw.decode("utf-8", "replace")

    return _WRONG.sub(right, text)


def is_in_another_charset(document: bytes) -> bool:
    """Whether so much is not UTF-8 that the document is in another charset, which we do not guess."""
    read = "".join(_steps(document, "replace")).encode()
    lost = read.count(LOST.encode()) - document.count(LOST.encode())
    beyond_ascii = len(read) - len(read.translate(None, _LEADING))
    return lost > max(_FEW_LOST, beyond_ascii - lost)


def _in_word(before: str, letters: str, behind: str) -> bool:
    """Whether they are letters in a word, with the case of a word: Zürich, Größe, État, CAFÉ."""
    around = [sign for sign in (before, behind) if sign.isalpha()]
    if len(letters) > 2 or not letters.isalpha() or not around or _DOUBTFUL.intersection(letters):
        return False
    if letters.islower():
        return before.isalpha() or behind.islower()
    return letters.isupper() and (all(sign.isupper() for sign in around) or not before.isalpha())


def _steps(document: bytes, errors: str) -> Iterator[str]:
    """In steps: decoded at once, a large document would take four times its size."""
    decode = codecs.getincrementaldecoder("utf-8")(errors).decode
    for start in range(0, len(document), CHUNK):
        yield decode(document[start : start + CHUNK])
    yield decode(b"", True)
