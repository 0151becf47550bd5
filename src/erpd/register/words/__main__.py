"""Makes the dictionaries that search needs from those of simplemma, once: `python -m erpd.register.words`.

Of a dictionary with millions of forms, only those are kept whose stem differs from that of their base form,
and the stems of all base forms: a tenth of the size, and mapped into memory instead of read.
"""

import hashlib
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

from marisa_trie import BytesTrie, Trie
from simplemma.strategies.dictionaries import DefaultDictionaryFactory
from Stemmer import Stemmer

from erpd.register.words.dictionary import DICTIONARIES, FOLDER, IRREGULAR, SHORT_NOUN, STEMMERS, STEMS

STAMP = "made"


def bring(folder: Path = FOLDER) -> bool:
    """Bring the dictionaries up to date; returns whether anything changed. The first time takes a minute."""
    wanted = hashlib.sha256(
        repr((version("simplemma"), version("PyStemmer"), DICTIONARIES, Path(__file__).read_bytes())).encode()
    ).hexdigest()
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="erpd-words-", dir=folder.parent) as name:
        new = Path(name) / "new"
        new.mkdir()
        with ProcessPoolExecutor() as processes:
            for _ in processes.map(make, DICTIONARIES, [new] * len(DICTIONARIES)):
                pass
        (new / STAMP).write_text(wanted, "ascii")
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    return True


def make(language: str, folder: Path) -> None:
    """Make the files of one language."""
    base: dict[str, str] = {}
    capitals: dict[str, str] = {}
    for form, lemma in DefaultDictionaryFactory(1).get_dictionary(DICTIONARIES[language]).items():
        plain = form.casefold()
        if form[:1].isupper():
            capitals[plain] = lemma.casefold()
        base.setdefault(plain, lemma.casefold())
    base |= capitals  # German: "Zustand" the noun rather than "zustand", a form of a verb
    stem = Stemmer(STEMMERS[language], 0).stemWords if language in STEMMERS else list
    stems = stem(list(base.values()))
    irregular = (
        (form, lemma.encode())
        for form, own, lemma in zip(base, stem(list(base)), stems, strict=True)
        if own != lemma
    )
    BytesTrie(irregular).save(str(folder / f"{language}{IRREGULAR}"))
    # Only German tells nouns from other words, by their capitals.
    nouns = {SHORT_NOUN + form for form, lemma in capitals.items() if len(form) == 3 and form == lemma}
    Trie({stem for stem in stems if len(stem) >= 3} | nouns).save(str(folder / f"{language}{STEMS}"))


if __name__ == "__main__":
    print(f"Dictionaries {'made' if bring() else 'up to date'}.", file=sys.stdout)
