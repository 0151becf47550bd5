"""An HTML page that came in place of data: one that asks to log in, an error, an editor for queries."""

import re

# A page says what it is long before.
_HEAD = 64 * 1024
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Before the page may stand blanks, byte order marks, comments, an XML declaration, other instructions
# (XML 1.0, 2.8). Possessive throughout: the bytes are a stranger's, and what goes back can take hours.
_PAGE = re.compile(
    rb"(?:\s++|\xef\xbb\xbf|(?><!--.*?-->)|<\?[^>]*+>)*+<(?:!doctype\s++html|html|head|body)(?=[\s/>\[])",
    re.IGNORECASE | re.DOTALL,
)


def is_html(content: bytes) -> bool:
    """Whether the bytes begin as an HTML page does, XHTML too. Their first 64 KiB are read, no more."""
    if content.startswith(_UTF_16):
        content = content[:_HEAD].decode("utf-16", "ignore").encode()
    return _PAGE.match(content, 0, _HEAD) is not None
