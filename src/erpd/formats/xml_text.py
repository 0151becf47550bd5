"""Text for XML 1.0: RDF literals may contain characters that no XML document can (XML 1.0, section 2.2)."""

import re
from html import escape
from html.entities import html5

from erpd.formats.repairs import marked
from erpd.metadata.rules import Correction

_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NO_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF in UTF-8
# XML in UTF-16 without a byte order mark (XML 1.0, F.1).
UNMARKED_UTF16 = {"<?".encode(codec): codec for codec in ("utf-16-le", "utf-16-be")} | {
    "<r".encode(codec): codec for codec in ("utf-16-le", "utf-16-be")
}
# Groups: what is legal and stays; the name of an entity.
_AMPERSAND = re.compile(
    rb"(<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);)|&([A-Za-z][A-Za-z0-9]{1,31};)?",
    re.DOTALL,
)
_DECLARED = re.compile(rb"<!ENTITY\s+([\w.-]+)\s")
_QUOTES = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"}


def legal(xml: bytes) -> bytes:
    """Return UTF-8 XML without the characters that XML forbids. Carriage returns become ``&#13;``."""
    xml = xml.translate(None, _CONTROLS)
    if b"\r" in xml:
        xml = xml.replace(b"\r", b"&#13;")
    return _NO_CHARACTERS.sub(b"", xml)


def without_html_entities(xml: bytes) -> bytes:
    """Return XML without HTML entities: ``&eacute;`` becomes its character, and a bare ``&`` is escaped.

    Both are marked as repairs (see ``repairs``).
    """
    if b"&" not in xml:
        return xml
    declared = frozenset(_DECLARED.findall(xml, 0, 65536))

    def read(found: re.Match[bytes]) -> bytes:
        name = found[2] or b""
        if found[1] or name.rstrip(b";") in declared:
            return found[0]
        was = "&amp;" + name.decode()
        meant = html5.get(name.decode()) if name else None
        return marked(Correction.ENTITY, escape(meant, quote=False) if meant else was, was).encode()

    return _AMPERSAND.sub(read, xml)


def escaped(text: str) -> str:
    """Escape text for an element or a double-quoted attribute. The whole document still needs ``legal``."""
    text = escape(text, quote=False)
    for sign, reference in _QUOTES.items():
        text = text.replace(sign, reference)
    return text
