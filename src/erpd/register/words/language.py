"""Words in every language: folded, so that case and diacritics do not matter, and brought to one form."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from erpd.register.words.compounds import COMPOUNDING, divisions
from erpd.register.words.dictionary import DICTIONARIES, Dictionary

# The languages that text without a tag may be in, for countries (codes as in models.py).
LANGUAGES_OF = {
    "AT": ("de",),
    "BE": ("nl", "fr", "en"),
    "BG": ("bg",),
    "CZ": ("cs",),
    "CY": ("el", "en"),
    "DE": ("de",),
    "DK": ("da",),
    "EE": ("et",),
    "EL": ("el",),
    "ES": ("es",),
    "FI": ("fi",),
    "FR": ("fr",),
    "HR": ("hr",),
    "HU": ("hu",),
    "IE": ("en",),
    "IT": ("it",),
    "LT": ("lt",),
    "LU": ("fr", "de", "en"),
    "LV": ("lv",),
    "MT": ("en",),
    "NL": ("nl",),
    "PL": ("pl",),
    "PT": ("pt",),
    "RO": ("ro",),
    "SE": ("sv",),
    "SI": ("sl",),
    "SK": ("sk",),
}
LANGUAGES = tuple(sorted(DICTIONARIES))  # all official ones except Maltese

LONGEST_WORD = 64  # letters; the rest of a longer word is ignored
GAP = " \ue000 "  # separates two texts so that no phrase spans both; never a word itself (see ``words``)
_WORD = re.compile(r"[^\W_]+")
_ASCII_SIGNS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_MARKS = re.compile(r"[\u0300-\u036f]+")
# Letters that Unicode does not decompose.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ı": "i"}
)
_SCRIPTS = (
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), ("el",)),
    (re.compile(r"[\u0400-\u04ff]"), ("bg",)),
    (re.compile(r"[a-z\u00df-\u024f]"), tuple(each for each in LANGUAGES if each not in ("bg", "el"))),
)
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
    """One form for all forms of each of the ``words``, with its language: ``nl:ziekenhuis``.

    So words never match those of another language. ``language`` is one of LANGUAGES.
    """
    return list(map(_forms(language).__getitem__, text))


def divided(word: str, language: str) -> tuple[str, ...]:
    """The words that a compound is made of, each as ``stemmed``; none if it is no compound.

    ``Straßenverkehrsunfälle`` has street, traffic, accident, street traffic and traffic accident.
    """
    if language not in COMPOUNDING:
        return ()
    forms = _forms(language)
    found = forms.parts.get(word)
    if found is None:
        found = tuple(dict.fromkeys(forms[part] for part in divisions(word, forms.dictionary, language)))
        _thread.remember(forms.parts, word, found)
    return found


@lru_cache(2048)
def known_language(tag: str) -> str:
    """The language of a BCP 47 tag (``de-AT`` -> ``de``) if we know the forms of its words, otherwise ""."""
    language = tag.split("-", 1)[0].lower()
    return language if language in LANGUAGES else ""


def forms_of(word: str) -> dict[str, str]:
    """Language -> the word as ``stemmed``, for every language that uses the script of ``word``."""
    for letters, languages in _SCRIPTS:
        if letters.search(word):
            return {language: _forms(language)[word] for language in languages}
    return {}


class _Forms(dict[str, str]):
    """Word -> form in one language: a cache, because words repeat. The language "" only folds."""

    def __init__(self, language: str) -> None:
        self.prefix = f"{language}:" if language else ""
        self.dictionary = Dictionary(language)
        self.parts: dict[str, tuple[str, ...]] = {}

    def __missing__(self, word: str) -> str:
        form = self.dictionary.stem(word[:LONGEST_WORD])
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

    def remember(self, cache: dict[str, Any], word: str, known: Any) -> None:
        if self.known >= _MOST_KNOWN:
            self.known = 0
            for forms in self.forms.values():
                forms.clear()
                forms.parts.clear()
        self.known += 1
        cache[word] = known


_thread = _Thread()


def _forms(language: str) -> _Forms:
    forms = _thread.forms.get(language)
    if forms is None:
        forms = _thread.forms[language] = _Forms(language)
    return forms
