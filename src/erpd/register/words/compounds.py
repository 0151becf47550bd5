"""Taking compounds apart: words written together, as in German, Dutch or Finnish."""

from collections.abc import Sequence

from erpd.register.words.dictionary import Dictionary

# The languages that write compounds as one word -> endings that only look like a word of their own.
COMPOUNDING = {
    "da": "hed heds lig mæssig skab skabs",
    "de": "haft heit heiten heits ion ionen keit keiten keits lich rung rungen schaft schaften schafts "
    "tums ung ungen ungs",
    "et": "line lised mine",
    "fi": "inen iset llinen lliset minen uudet",
    "hu": "ság ség talan telen",
    "nl": "baar heid lijk lijke schap schappen",
    "sv": "het hets lig mässig skap skaps",
}
SHORTEST = 9  # letters of a compound
LONGEST = 48
_MOST_WORDS = 4


def divisions(word: str, dictionary: Dictionary, language: str) -> list[str]:
    """Every word and every run of words within a compound, without the compound itself; none if it is none.

    Letters that join two of them, as the s of ``Verkehrsunfall``, stay with the first: the stemmer takes
    them off.
    """
    pieces = _pieces(word, dictionary, COMPOUNDING[language].split())
    if not 1 < len(pieces) <= _MOST_WORDS:
        return []
    starts = range(len(pieces))
    runs = ["".join(pieces[start : end + 1]) for start in starts for end in starts[start:]]
    return [run for run in runs if run != word]


def _pieces(word: str, dictionary: Dictionary, endings: Sequence[str]) -> list[str]:
    """The words that a compound is made of; the word itself if it is none.

    It is divided into as few words as possible, and each of them again: ``Straßen`` and ``verkehrsunfälle``,
    then ``verkehrs`` and ``unfälle``. So a short word that happens to stand within another is not one.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return [word]
    best: dict[int, list[int]] = {0: []}  # end -> the cuts before it, as few as possible
    for start in range(len(word)):
        cuts = best.get(start)
        if cuts is None or len(cuts) >= _MOST_WORDS:
            continue
        for end in range(start + 3, len(word) + (start > 0)):
            known = best.get(end)
            if known is not None and len(known) <= len(cuts) + (start > 0):
                continue
            if word[start:end] not in endings and dictionary.has_part(word[start:end]):
                best[end] = [*cuts, start] if start else cuts
    cuts = best.get(len(word), [])
    if not cuts:
        return [word]
    ends = [*cuts, len(word)]
    first = [word[start:end] for start, end in zip([0, *cuts], ends, strict=True)]
    return [piece for part in first for piece in _pieces(part, dictionary, endings)]
