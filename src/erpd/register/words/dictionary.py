"""What the dictionary of a language knows: irregular forms of its words, and its words by their stems.

The files are made by `python -m erpd.register.words` and mapped into memory: all processes share them.
"""

from functools import cache
from pathlib import Path

from marisa_trie import BytesTrie, Trie
from Stemmer import Stemmer

FOLDER = Path(__file__).parent / "dictionaries"
IRREGULAR, STEMS = ".irregular", ".stems"
SHORT_NOUN = "^"  # stands in STEMS before a noun of three letters

# Snowball has no stemmer for bg, lv, mt, sk and sl.
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
# Languages whose irregular forms and compounds the dictionaries know -> their names in simplemma.
DICTIONARIES = {
    **{language: language for language in (*STEMMERS, "bg", "lv", "sk", "sl")},
    "hr": "hbs",
}


class MissingDictionary(Exception):
    """The dictionaries have not been made."""


class Dictionary:
    """The forms and words of one language. All words are in lower case, with their diacritics."""

    def __init__(self, language: str, folder: Path = FOLDER) -> None:
        """A language in neither table leaves words as they are. Raises MissingDictionary."""
        self._stem = Stemmer(STEMMERS[language], 0).stemWord if language in STEMMERS else str
        self._irregular: BytesTrie | None = None
        self._stems: Trie | None = None
        if language in DICTIONARIES:
            self._irregular, self._stems = _files(language, folder)

    def stem(self, word: str) -> str:
        """What all forms of a word have in common: the stem of its base form, if the dictionary knows it."""
        if self._irregular is not None:
            found = self._irregular.get(word)
            if found:
                return str(found[0], "utf-8")
        return self._stem(word)

    def has_part(self, word: str) -> bool:
        """Whether a compound may contain it: a form of a word in the dictionary, of three letters a noun."""
        if self._stems is None:
            return False
        return (SHORT_NOUN + word if len(word) == 3 else self.stem(word)) in self._stems


@cache
def _files(language: str, folder: Path) -> tuple[BytesTrie, Trie]:
    try:
        return (
            BytesTrie().mmap(str(folder / f"{language}{IRREGULAR}")),
            Trie().mmap(str(folder / f"{language}{STEMS}")),
        )
    except (OSError, RuntimeError) as error:  # marisa says RuntimeError
        raise MissingDictionary(
            f"The dictionary of the language {language} is missing. Run `python -m erpd.register.words`."
        ) from error
