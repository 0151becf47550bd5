"""A record as a document of the index."""

from datetime import datetime
from itertools import chain
from uuid import UUID

from pyoxigraph import Literal
from tantivy import Document

from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.view import NAMES, View
from erpd.register.search.language import GAP, LANGUAGE_OF, folded, stemmable, stemmed, words

LONGEST_TEXT = 100_000  # characters indexed of one value
LONGEST_VALUE = 200  # characters of a publisher's name, and of a title when sorting
# Every property that ``document`` reads.
READ = (
    *(DCT.title, DCT.description, DCAT.keyword, DCAT.theme, DCT.publisher, DCT.modified, DCT.issued),
    *(DCAT.distribution, DCT.accessRights, DCT.language, DCT.format, DCAT.mediaType, *NAMES),
)


def document(key: UUID, catalogue: int, country: str, registered: datetime, record: Record) -> Document:
    """The document to index for a record.

    ``registered`` is the time of its last change; ``country`` is its catalogue's, and decides the language of
    text without a language tag.
    """
    view = View(record)
    made = Document()
    made.add_text("key", key.hex)
    made.add_unsigned("catalogue", catalogue)
    made.add_integer("modified", int(modified(view, registered).timestamp()))
    publisher = publisher_of(view)
    if publisher:
        made.add_text("publisher", publisher)
    _add_codes(made, "theme", view.themes)
    _add_codes(made, "format", view.formats)
    _add_codes(made, "access_right", view.access_rights)
    _add_codes(made, "language", view.languages)
    order = " ".join(folded(words(view.title.best()[0][:LONGEST_VALUE])))
    if order:
        made.add_text("title_order", order)
    untagged = LANGUAGE_OF.get(country, "")
    _add_texts(made, "title", record.values(DCT.title), untagged)
    _add_texts(made, "text", [*_texts(view), Literal(publisher)], untagged)
    return made


def publisher_of(view: View) -> str:
    """The publisher as a value of its facet; "" if no publisher has a name."""
    return view.publisher()[:LONGEST_VALUE]


def modified(view: View, registered: datetime) -> datetime:
    """When the data set was modified, otherwise issued, otherwise registered; never after ``registered``."""
    return min(view.modified or view.issued or registered, registered)


def _texts(view: View) -> list[Term]:
    texts = [*view.record.values(DCT.description), *view.keywords]
    for node in view.record.distributions:
        texts += view.graph.objects(node, DCT.title)
    return texts


def _add_texts(made: Document, field: str, values: list[Term], untagged: str) -> None:
    by_language: dict[str, list[str]] = {}
    for value in values:
        if isinstance(value, Literal):
            tag = value.language
            language = stemmable(tag) if tag else untagged
            by_language.setdefault(language, []).append(value.value[:LONGEST_TEXT])
    for language, texts in by_language.items():
        found = [words(text) for text in texts]
        made.add_text(field, GAP.join([" ".join(folded(one)) for one in found]))
        if language:
            made.add_text(f"{field}_stems", " ".join(stemmed(chain.from_iterable(found), language)))


def _add_codes(made: Document, field: str, codes: list[str]) -> None:
    for code in codes:
        made.add_text(field, code)
