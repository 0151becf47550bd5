"""An HTML page received instead of data: a login form, an error, a query editor."""

import re

# Bytes; a page says what it is long before.
_HEAD = 64 * 1024
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# A page may begin with blanks, byte order marks, comments, an XML declaration or other instructions (XML 1.0,
# 2.8). Possessive throughout: we do not trust the bytes, and backtracking can take hours.
_PAGE = re.compile(
    rb"(?:\s++|\xef\xbb\xbf|(?><!--.*?-->)|<\?[^>]*+>)*+<(?:!doctype\s++html|html|head|body)(?=[\s/>\[])",
    re.IGNORECASE | re.DOTALL,
)


def is_html(content: bytes) -> bool:
    """Whether the bytes begin like an HTML or XHTML page. Only the first 64 KiB are read."""
    if content.startswith(_UTF_16):
        content = content[:_HEAD].decode("utf-16", "ignore").encode()
    return _PAGE.match(content, 0, _HEAD) is not None
