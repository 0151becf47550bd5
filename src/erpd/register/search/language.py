"""Words in every language: folded, so that case and diacritics do not matter, and stemmed."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from Stemmer import Stemmer

# Snowball has no stemmer for bg, lv, mt, sk, sl; their words match only exactly.
# Its Serbian stemmer handles Latin script and ijekavian forms, so it works for Croatian.
STEMMERS = {
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hr": "serbian",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}

# The language of text without a tag, for countries with one official language (codes as in models.py).
LANGUAGE_OF = {
    "AT": "de",
    "CZ": "cs",
    "CY": "el",
    "DE": "de",
    "DK": "da",
    "EE": "et",
    "EL": "el",
    "ES": "es",
    "FR": "fr",
    "HR": "hr",
    "HU": "hu",
    "IT": "it",
    "LT": "lt",
    "NL": "nl",
    "PL": "pl",
    "PT": "pt",
    "RO": "ro",
    "SE": "sv",
}

LONGEST_WORD = 64  # letters; the rest of a longer word is ignored
GAP = " \ue000 "  # separates two texts so that no phrase spans both; never a word itself (see ``words``)
_WORD = re.compile(r"[^\W_]+")
_ASCII_SIGNS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_MARKS = re.compile(r"[\u0300-\u036f]+")
# Letters that Unicode does not decompose.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ı": "i"}
)
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_LATIN = re.compile(r"[a-z\u00df-\u024f]")
_MOST_KNOWN = 80_000  # words in all languages, about 20 MB


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case, with their diacritics but without punctuation."""
    if text.isascii():  # the same result in half the time
        return text.translate(_ASCII_SIGNS).lower().split()
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def folded(text: Sequence[str]) -> Sequence[str]:
    """``words`` without diacritics: ``hôpital`` -> ``hopital``."""
    return text if "".join(text).isascii() else list(map(_forms("").__getitem__, text))


def stemmed(text: Iterable[str], language: str) -> list[str]:
    """The stems of ``words``, with their language: ``nl:ziekenhuis``. So they never match another language.

    ``language`` is one of STEMMERS.
    """
    return list(map(_forms(language).__getitem__, text))


@lru_cache(2048)
def stemmable(tag: str) -> str:
    """The language of a BCP 47 tag (``de-AT`` -> ``de``) if there is a stemmer for it, otherwise ""."""
    language = tag.split("-", 1)[0].lower()
    return language if language in STEMMERS else ""


def stems_of(word: str) -> dict[str, str]:
    """Language -> stem, for every language that uses the script of ``word``."""
    if _GREEK.search(word):
        return {"el": stemmed([word], "el")[0]}
    if not _LATIN.search(word):
        return {}
    return {language: stemmed([word], language)[0] for language in STEMMERS if language != "el"}


class _Forms(dict[str, str]):
    """Word -> form in one language: a cache, because words repeat. The language "" only folds."""

    def __init__(self, language: str) -> None:
        self.prefix = f"{language}:" if language else ""
        self.stem = Stemmer(STEMMERS[language], 0).stemWord if language else str

    def __missing__(self, word: str) -> str:
        form = self.stem(word[:LONGEST_WORD])
        if not form.isascii():
            form = _MARKS.sub("", unicodedata.normalize("NFKD", form)).translate(_PLAIN)
        form = self.prefix + form
        if len(word) <= LONGEST_WORD:
            _thread.remember(self, word, form)
        return form


class _Thread(threading.local):
    """The caches of one thread, because a stemmer is not thread-safe."""

    def __init__(self) -> None:
        self.forms: dict[str, _Forms] = {}
        self.known = 0

    def remember(self, forms: _Forms, word: str, form: str) -> None:
        if self.known >= _MOST_KNOWN:
            self.known = 0
            for others in self.forms.values():
                others.clear()
        self.known += 1
        forms[word] = form


_thread = _Thread()


def _forms(language: str) -> _Forms:
    forms = _thread.forms.get(language)
    if forms is None:
        forms = _thread.forms[language] = _Forms(language)
    return forms
