"""What a person types: words, "phrases" and -exclusions. Any text is a question; there are no errors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import Occur, Query, Schema

from erpd.register.search.language import folded, stemmable, stems_of, words
from erpd.register.search.schema import WEIGHTS

LONGEST_QUESTION = 1_000  # characters; what stands after them is not looked at
MOST_PARTS = 16
ALL_NEEDED = 3  # up to so many words all must be found; of more, three in four

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))
_PART = re.compile(r'((?<!\S)-)?(?:"([^"]+)"|([^\s"]+))')
_FOREIGN_STEM = 0.5  # the weight of a stem in a language that is not the reader's


@dataclass(frozen=True, slots=True)
class Part:
    """One word, or the words of a phrase, in lower case; ``excluded``: data sets with it are left out."""

    words: tuple[str, ...]
    excluded: bool = False


def parts(text: str) -> list[Part]:
    """The parts of a question, each once."""
    found: list[Part] = []
    for minus, phrase, word in _PART.findall(text[:LONGEST_QUESTION].translate(_QUOTES)):
        together = tuple(words(phrase or word))
        if phrase or minus:
            found += [Part(together, bool(minus))] if together else []
        else:
            found += [Part((single,)) for single in together]
    return list(dict.fromkeys(found))[:MOST_PARTS]


def query(schema: Schema, asked: Sequence[Part], languages: Sequence[str]) -> Query | None:
    """None where nothing is asked. Words are found exactly, and by their stems in any language."""
    if not asked:
        return None
    readers = {stemmable(language) for language in languages}
    wanted = [_part(schema, part, readers) for part in asked if not part.excluded]
    unwanted = [_part(schema, part, readers) for part in asked if part.excluded]
    if not wanted:
        found = Query.all_query()
    elif len(wanted) <= ALL_NEEDED:
        found = Query.boolean_query([(Occur.Must, part) for part in wanted])
    else:
        found = Query.boolean_query([(Occur.Should, part) for part in wanted], -(-len(wanted) * 3 // 4))
    return found.and_must_not_match(*unwanted) if unwanted else found


def _part(schema: Schema, part: Part, readers: set[str]) -> Query:
    exact = folded(part.words)
    alternatives = []
    for field in ("title", "text"):
        one = (
            Query.term_query(schema, field, exact[0])
            if len(exact) == 1
            else Query.phrase_query(schema, field, list(exact))
        )
        alternatives.append(Query.boost_query(one, WEIGHTS[field]))
    if len(exact) == 1:
        for language, stem in stems_of(part.words[0]).items():
            for field in ("title_stems", "text_stems"):
                weight = WEIGHTS[field] if language in readers else WEIGHTS[field] * _FOREIGN_STEM
                alternatives.append(Query.boost_query(Query.term_query(schema, field, stem, "freq"), weight))
    return Query.disjunction_max_query(alternatives, 0.1)
