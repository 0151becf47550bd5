"""Telephone numbers as RFC 3966 links, if the text can only mean one number."""

import re

# After the +: digits and visual separators (RFC 3966, 3; E.123). "/" and "," are not among them because they
# may separate two numbers; nor are letters, which may begin an extension.
_SIGNS = r"0-9 .()\u00a0\u2010-\u2013\u202f-"
_GLOBAL = re.compile(rf"\+([1-9][{_SIGNS}]*)")
_LOCAL = re.compile(rf"([0-9(][{_SIGNS}]*)")
_LEAST, _MOST = 6, 15  # digits (E.164, 6.1)
# "+49 (0)40": the trunk prefix 0 is not dialled from abroad. In Italy it is, so there "(0)" is ambiguous.
_TRUNK = re.compile(
    r"(31|32|33|353|358|359|385|386|40|41|421|43|44|46|49)[\s\u00a0]*\(0\)(?=[\s\u00a0.-]*[1-9(])"
)
# A trunk prefix that may or may not be dialled from abroad: "+44 020", "+370 (8 5)". The zero is part of the
# number in Italy, San Marino and the Vatican, and in three countries of Africa.
_BARE_TRUNK = re.compile(
    r"(?!39|37[89]|225|24[12])[1-9]\d{0,2}[^0-9]+0|(?:3[1236]|353|358|359|385|386|40|41|421|43|44|46|49)0"
    r"|(?:370|7)[^0-9]+8[^0-9]"
)
# Two numbers of which the second is not written out: "45 67-68", "45 67 - 68", "5678 . 5679", "0143 0144".
_RANGE = re.compile(
    r"(\d{1,4})(?:\s*[\u2010-\u2013-]\s*|\s+\.\s+)(\d{1,4})\Z|(?<!\d)(\d{4})\s+(\d{4})\Z", re.ASCII
)
# Two extensions, "1234-100 -200" and "12345-99-100", or one in brackets, "4567 (24)".
_EXTENSIONS = re.compile(
    r"\d{4,}[\u2010-\u2013-]\d+\s*[\u2010-\u2013-]\s*\d+\Z|\d\s+[\u2010-\u2013-]\d+\Z|\(\s*\d*\s*\)\s*\Z"
)
_LINE = re.compile(r"[\u2010-\u2013]")


def telephone_link(text: str, *, local: bool = False) -> str:
    """Return the tel: IRI of a number, or "" if it is not certain.

    With ``local``, numbers without a country code are accepted too.

    >>> telephone_link("+49 (0)40 123-456")
    'tel:+4940123-456'
    >>> telephone_link("02 123 45 67 / 02 123 45 68")
    ''
    """
    text = text.strip()
    match = _GLOBAL.fullmatch(text) or (_LOCAL.fullmatch(text) if local else None)
    if not match or len(text) > 60:
        return ""
    number = match[1]
    if text[0] == "+":
        number = _TRUNK.sub(r"\1", number, count=1) if "(0" in number else number
        if "(0" in number or _BARE_TRUNK.match(number):
            return ""
    digits = re.sub("[^0-9]", "", number)
    if not _LEAST <= len(digits) <= _MOST or _EXTENSIONS.search(number) or _is_range(number):
        return ""
    return f"tel:{'+' if text[0] == '+' else ''}{re.sub('[^0-9-]', '', _LINE.sub('-', number)).strip('-')}"


def _is_range(number: str) -> bool:
    last = _RANGE.search(number)
    if last is None:
        return False
    first, second = last[1] or last[3], last[2] or last[4]
    return 0 < int(second) - int(first[-len(second) :]) < 10
