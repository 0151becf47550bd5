"""A record as a document of the index."""

import re
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from pyoxigraph import Literal
from tantivy import Document

from erpd.metadata.ckan_alphabet import name_of, tag_of
from erpd.metadata.conditions import FIELDS, conditions_of
from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, DCT, ODRL, SKOS
from erpd.metadata.view import NAMES, View
from erpd.metadata.vocabularies import language_tag
from erpd.register.search.pending import Change
from erpd.register.words import GAP, LANGUAGES_OF, divided, folded, known_language, stemmed, words
from erpd.register.words.compounds import COMPOUNDING, SHORTEST

LONGEST_TEXT = 100_000  # characters indexed of one value
MOST_TEXT = 300_000  # and of all values of a field
MOST_LONG_WORDS = 300  # of a field that are divided if they are compounds: each takes up to a millisecond
LONGEST_VALUE = 200  # characters of a publisher's name, of an identifier, and of a title when sorting
MOST_IDENTIFIERS = 50
MOST_TAGS = 100
_A_DAY = timedelta(days=1)
_TIE_BITS = 24  # of a key; seconds since 1970 of the years 1 to 9999 need the other 40
_TIE_LETTERS = _TIE_BITS // 4
_UNKNOWN = -(2**38)  # seconds: before the year 1
_LAST = "\U0010ffff"  # after every title
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
# Every property that ``document`` reads of records without a policy.
READ = (
    *(DCT.title, DCT.description, DCAT.keyword, DCAT.theme, DCT.publisher, DCT.modified, DCT.issued),
    *(DCAT.distribution, DCT.accessRights, DCT.language, DCT.format, DCAT.mediaType, *NAMES),
    *(DCT.accrualPeriodicity, DCT.license, DCT.identifier, ADMS.identifier, SKOS.notation),
)


def document(change: Change, record: Record) -> Document:
    """The document to index for the record of a change.

    The country of its catalogue decides the language of text without a language tag.
    """
    view = View(record)
    key = change.key
    made = Document()
    made.add_text("key", key.hex)
    made.add_unsigned("catalogue", change.catalogue)
    made.add_integer("modified", _order(view, change.modified, key))
    made.add_integer("registered", placed(int(change.created.timestamp()), key))
    made.add_integer("changed", placed(int(change.modified.timestamp()), key))
    made.add_unsigned("id_order", key.int >> 64)
    publisher = publisher_of(view)
    if publisher:
        made.add_text("publisher", publisher)
        made.add_text("organization", name_of(publisher))
    for tag in tags_of(view):
        made.add_text("tag", tag)
    codes_by_field = codes_of(view)
    for field, codes in (*codes_by_field.items(), *conditions_of_access(record).items()):
        for code in codes:
            made.add_text(field, code)
    named = [words(_SCHEME.sub("", name[:LONGEST_VALUE])) for name in view.identifiers[:MOST_IDENTIFIERS]]
    made.add_text("identifier", GAP.join(" ".join(folded(each)) for each in named))
    order = " ".join(folded(words(view.title.best()[0][:LONGEST_VALUE])))
    made.add_text("title_order", f"{order or _LAST} {key.hex[:_TIE_LETTERS]}")
    untagged = _languages(codes_by_field["language"], change.country)
    _add_texts(made, "title", record.values(DCT.title), untagged)
    _add_texts(made, "text", [*_texts(view), Literal(publisher)], untagged)
    return made


def codes_of(view: View) -> dict[str, list[str]]:
    """Field -> the codes of a record, which are found by their labels (search/labels.py)."""
    return {
        "theme": view.themes,
        "format": view.formats,
        "access_right": view.access_rights,
        "language": view.languages,
        "frequency": view.frequencies,
        "licence": view.licence_codes,
        "body": view.corporate_bodies,
    }


def conditions_of_access(record: Record) -> dict[str, list[str]]:
    """Facet -> the codes that the conditions of access name."""
    if not record.values(ODRL.hasPolicy):
        return {}
    told = conditions_of(record).settled()
    return {
        facet: list(dict.fromkeys(code for name in names for code in told.codes(_BY_NAME[name])))
        for facet, names in _NAMES.items()
    }


_NAMES = {
    "ground": ("grounds",),
    "access_form": ("forms",),
    "may_ask": ("may_ask", "may_ask_under_condition"),
    "fees": ("fees",),
}
_BY_NAME = {each.name: each for each in FIELDS}


def publisher_of(view: View) -> str:
    """The publisher as a value of its facet; "" if no publisher has a name."""
    return view.publisher()[:LONGEST_VALUE]


def tags_of(view: View) -> list[str]:
    """The keywords as tags, as the door of CKAN's API names them."""
    keywords = (each.value for each in view.keywords[:MOST_TAGS] if isinstance(each, Literal))
    return list(filter(None, dict.fromkeys(map(tag_of, keywords))))


def placed(seconds: int, key: UUID | None = None) -> int:
    """The place of a moment in the order of data sets; without a key, that before all of the same second."""
    return (seconds << _TIE_BITS) + (key.int >> (128 - _TIE_BITS) if key else 0)


def _order(view: View, changed: datetime, key: UUID) -> int:
    """The place of a data set when the newest come first. Those of the same date have different places.

    The date is the record's own: modified, otherwise issued. One in the future (a day is left for clocks and
    time zones) comes after all others, and no date after that.
    """
    said = view.modified or view.issued
    if said is None:
        seconds = _UNKNOWN
    elif said.at > changed + _A_DAY:
        seconds = _UNKNOWN + 1
    else:
        seconds = int(said.at.timestamp())
    return placed(seconds, key)


def _languages(codes: list[str], country: str) -> tuple[str, ...]:
    """Those that text without a tag may be in: the one that the record names, otherwise its country's."""
    said = {known_language(language_tag(code)) for code in codes}
    return tuple(said) if len(said) == 1 and "" not in said else LANGUAGES_OF.get(country, ("en",))


def _texts(view: View) -> list[Term]:
    texts = [*view.record.values(DCT.description), *view.keywords]
    for node in view.record.distributions:
        texts += view.graph.objects(node, DCT.title)
    return texts


def _add_texts(made: Document, field: str, values: list[Term], untagged: tuple[str, ...]) -> None:
    by_languages: dict[tuple[str, ...], list[str]] = {}
    left, to_divide = MOST_TEXT, MOST_LONG_WORDS
    for value in values:
        if isinstance(value, Literal) and left > 0:
            tag = value.language
            languages = (known_language(tag),) if tag else untagged
            text = value.value[: min(left, LONGEST_TEXT)]
            by_languages.setdefault(languages, []).append(text)
            left -= len(text)
    for languages, texts in by_languages.items():
        found = [words(text) for text in texts]
        every = list(chain.from_iterable(found))
        made.add_text(field, GAP.join([" ".join(folded(one)) for one in found]))
        for language in filter(None, languages):
            made.add_text(f"{field}_stems", " ".join(stemmed(every, language)))
            if language in COMPOUNDING:
                long = [word for word in dict.fromkeys(every) if len(word) >= SHORTEST][:to_divide]
                parts = chain.from_iterable([divided(word, language) for word in long])
                made.add_text(f"{field}_parts", " ".join(parts))
                to_divide -= len(long)
