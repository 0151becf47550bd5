"""Text for XML 1.0: RDF literals may hold characters that no XML document can (XML 1.0, section 2.2)."""

import re
from html import escape

_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NO_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF in UTF-8
_QUOTES = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"}


def legal(xml: bytes) -> bytes:
    """UTF-8 XML without the characters that XML forbids; carriage returns survive as ``&#13;``."""
    xml = xml.translate(None, _CONTROLS)
    if b"\r" in xml:
        xml = xml.replace(b"\r", b"&#13;")
    return _NO_CHARACTERS.sub(b"", xml)


def escaped(text: str) -> str:
    """For an element or an attribute in double quotes; the whole still has to be made ``legal``."""
    text = escape(text, quote=False)
    for sign, reference in _QUOTES.items():
        text = text.replace(sign, reference)
    return text
