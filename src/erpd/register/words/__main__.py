"""Makes the dictionaries that search needs from those of simplemma, once: `python -m erpd.register.words`.

Of a dictionary with millions of forms, only those are kept whose stem differs from that of their base form,
and the stems of all base forms: a tenth of the size, and mapped into memory instead of read.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from marisa_trie import BytesTrie, Trie
from simplemma.strategies.dictionaries import DefaultDictionaryFactory
from Stemmer import Stemmer

from erpd.register.words.age import STAMP, made_of
from erpd.register.words.dictionary import DICTIONARIES, FOLDER, IRREGULAR, SHORT_NOUN, STEMMERS, STEMS

_PROCESSES = 2  # Polish takes 700 MB
_BATCH = 10_000


def bring(folder: Path = FOLDER, tell: Callable[[str], None] = lambda text: None) -> bool:
    """Bring the dictionaries up to date; returns whether anything changed. The first time takes a minute.

    ``tell`` is called with parts of a line that says so.
    """
    wanted = made_of()
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="erpd-words-", dir=folder.parent) as name:
        new = Path(name) / "new"
        new.mkdir()
        tell("Making the dictionaries of the search, once; this takes a minute or two:")
        with ProcessPoolExecutor(_PROCESSES) as processes:
            made = processes.map(make, DICTIONARIES, [new] * len(DICTIONARIES))
            for language, _ in zip(DICTIONARIES, made, strict=True):
                tell(f" {language}")
        tell("\n")
        (new / STAMP).write_text(wanted, "ascii")
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    return True


def make(language: str, folder: Path) -> None:
    """Make the files of one language."""
    dictionary = DefaultDictionaryFactory(1).get_dictionary(DICTIONARIES[language])
    stem = Stemmer(STEMMERS[language], 0).stemWords if language in STEMMERS else list
    # German: "Zustand" the noun rather than "zustand", a form of a verb.
    unlike = {form: plain for form in dictionary if (plain := form.casefold()) != form}
    capitals = {plain: dictionary[form].casefold() for form, plain in unlike.items() if form[:1].isupper()}
    base_forms: set[str] = set()

    def irregular() -> Iterator[tuple[str, bytes]]:
        # In batches: of all three million Polish forms at once, lists and their stems would take 1 GB more.
        pairs = _distinct(dictionary, frozenset(unlike.values()))
        while batch := list(islice(pairs, _BATCH)):
            forms = [form for form, _ in batch]
            stems = stem([capitals.get(form, lemma) for form, lemma in batch])
            base_forms.update(each for each in stems if len(each) >= 3)
            for form, own, lemma in zip(forms, stem(forms), stems, strict=True):
                if own != lemma:
                    yield form, lemma.encode()

    BytesTrie(irregular()).save(str(folder / f"{language}{IRREGULAR}"))
    # Only German tells nouns from other words, by their capitals.
    nouns = {SHORT_NOUN + form for form, lemma in capitals.items() if len(form) == 3 and form == lemma}
    Trie(base_forms | nouns).save(str(folder / f"{language}{STEMS}"))


def _distinct(dictionary: Mapping[str, str], twice: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Forms with their base forms, without regard to case. Of those that may come ``twice``, the first."""
    seen: set[str] = set()
    for form, lemma in dictionary.items():
        plain = form.casefold()
        if plain not in twice:
            yield plain, lemma.casefold()
        elif plain not in seen:
            seen.add(plain)
            yield plain, lemma.casefold()


def _tell(text: str) -> None:
    print(text, end="", flush=True)


if __name__ == "__main__":
    print(f"Dictionaries {'made' if bring(tell=_tell) else 'up to date'}.")
