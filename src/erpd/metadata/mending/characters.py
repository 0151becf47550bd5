"""Characters that no text may contain: U+0003 in a title would break the XML that we publish (XML 1.0, 2.2).

U+0080 to U+009F occur if Windows-1252 was read as ISO 8859-1. They become the character that was meant, as in
every browser (HTML, 13.2.5.80). Other kinds of line breaks become line breaks; the rest is removed.
"""

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_WINDOWS = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_MEANT = {"\v": "\n", "\f": "\n", **_WINDOWS}
_AROUND = 40  # characters that a finding shows on either side


def has_forbidden(text: str) -> bool:
    # Printable text has none of them, and that test is ten times faster.
    return not text.isprintable() and bool(_FORBIDDEN.search(text))


def legal(text: str) -> str:
    """Return the text without such characters."""
    return _FORBIDDEN.sub(lambda sign: _MEANT.get(sign[0], ""), text)


def passage(text: str) -> tuple[str, str]:
    """Return the text around the first of them, made visible, and the same text after the repair."""
    first = _FORBIDDEN.search(text)
    place = first.start() if first else 0
    around = text[max(place - _AROUND, 0) : place + _AROUND]
    return _FORBIDDEN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", around), legal(around)
