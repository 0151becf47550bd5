"""Words in the official languages: split, folded, brought to one form; compounds taken apart."""

from erpd.register.words.language import (
    GAP,
    LANGUAGES_OF,
    LONGEST_WORD,
    divided,
    folded,
    forms_of,
    known_language,
    stemmed,
    words,
)

__all__ = [
    "GAP",
    "LANGUAGES_OF",
    "LONGEST_WORD",
    "divided",
    "folded",
    "forms_of",
    "known_language",
    "stemmed",
    "words",
]
