"""Text in several languages, and which language a reader gets."""

import html
import re
from collections.abc import Iterable, Iterator
from html.entities import html5

from pyoxigraph import Literal

from erpd.metadata.graph import Term

# The 24 official languages of the Union (Regulation No 1/1958), BCP 47.
_TAGS = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
EU_LANGUAGES = tuple(_TAGS.split())

# Stands in for a character that could not be read.
LOST = "\N{REPLACEMENT CHARACTER}"

_REFERENCE = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")


def counted(amount: int, noun: str) -> str:
    """Return the amount and the noun in the right number.

    >>> counted(1, "record"), counted(2000, "record")
    ('1 record', '2,000 records')
    """
    return f"{amount:,} {noun}{'' if amount == 1 else 's'}"


def unescape(text: str) -> str:
    """Replace the character references of HTML with their characters; only whole ones, with their semicolon.

    >>> unescape("R&amp;D &copyright; &copy=1")
    'R&D &copyright; &copy=1'
    """
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(reference: re.Match[str]) -> str:
    name = reference[1]
    return html5.get(name + ";", reference[0]) if name else html.unescape(reference[0])


class Text:
    """The texts of one property, by language.

    ``by_language``: BCP 47 tag in lower case ("" for none) -> the texts in that language, none of them blank.
    """

    __slots__ = ("by_language",)

    def __init__(self, by_language: dict[str, list[str]]) -> None:
        self.by_language = by_language

    @classmethod
    def of(cls, values: Iterable[Term]) -> "Text":
        by_language: dict[str, list[str]] = {}
        for value in values:
            if isinstance(value, Literal) and (text := value.value) and not text.isspace():
                by_language.setdefault((value.language or "").lower(), []).append(text)
        return cls(by_language)

    def __bool__(self) -> bool:
        return bool(self.by_language)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of language and value."""
        for language, values in self.by_language.items():
            for value in values:
                yield language, value

    def best(self, *languages: str) -> tuple[str, str]:
        """Return the text for a reader of ``languages`` (preferred first) and its language, or ("", "").

        Tried in this order: each of the reader's languages, first exactly, then in any region (``en`` finds
        ``en-gb``); text without a language; English; the first text.
        """
        by_language = self.by_language
        for wanted in (*map(str.lower, languages), "", "en") if len(by_language) > 1 else ():
            if wanted in by_language:
                return by_language[wanted][0], wanted
            kin = primary(wanted)
            for language, values in by_language.items() if kin else ():
                if primary(language) == kin:
                    return values[0], language
        for language, values in by_language.items():
            return values[0], language
        return "", ""


def primary(tag: str) -> str:
    """Return the language of a tag without its region: ``en-gb`` -> ``en``."""
    return tag.split("-", 1)[0]
