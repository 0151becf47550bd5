"""From a record to a document of the index."""

from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from pyoxigraph import Literal, NamedNode
from tantivy import Document

from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, FOAF, RDFS, SKOS, VCARD
from erpd.metadata.text import Text
from erpd.metadata.vocabularies import label_of, vocabulary
from erpd.register.search.language import GAP, LANGUAGE_OF, folded, stemmable, stemmed, words

LONGEST_TEXT = 100_000  # characters of one value that are indexed
LONGEST_VALUE = 200  # characters of a publisher's name and of a title in the order of titles
# Looked up once: an index is made of millions of them.
_TITLE, _DESCRIPTION, _KEYWORD, _THEME = DCT.title, DCT.description, DCAT.keyword, DCAT.theme
_PUBLISHER, _MODIFIED, _ISSUED = DCT.publisher, DCT.modified, DCT.issued
_ACCESS_RIGHTS, _LANGUAGE, _FORMAT, _MEDIA_TYPE = DCT.accessRights, DCT.language, DCT.format, DCAT.mediaType
_NAMES = (FOAF.name, SKOS.prefLabel, RDFS.label, VCARD.fn)
# All properties that ``document`` reads.
READ = (
    *(_TITLE, _DESCRIPTION, _KEYWORD, _THEME, _PUBLISHER, _MODIFIED, _ISSUED, DCAT.distribution),
    *(_ACCESS_RIGHTS, _LANGUAGE, _FORMAT, _MEDIA_TYPE, *_NAMES),
)


def document(key: UUID, catalogue: int, country: str, registered: datetime, record: Record) -> Document:
    """``registered``: its last change; ``country``: its catalogue's, the language of text without a tag."""
    made = Document()
    made.add_text("key", key.hex)
    made.add_unsigned("catalogue", catalogue)
    made.add_integer("modified", int(modified(record, registered).timestamp()))
    publisher = publisher_of(record)
    if publisher:
        made.add_text("publisher", publisher)
    _add_codes(made, "theme", "data-theme", record, record.values(_THEME))
    _add_codes(made, "format", "file-type", record, _formats(record))
    _add_codes(made, "access_right", "access-right", record, record.values(_ACCESS_RIGHTS))
    _add_codes(made, "language", "language", record, record.values(_LANGUAGE))
    order = " ".join(folded(words(record.title.best()[0][:LONGEST_VALUE])))
    if order:
        made.add_text("title_order", order)
    untagged = LANGUAGE_OF.get(country, "")
    _add_texts(made, "title", record.values(_TITLE), untagged)
    _add_texts(made, "text", [*_texts(record), Literal(publisher)], untagged)
    return made


def publisher_of(record: Record) -> str:
    """The name of the publisher as it is shown; "" where there is none."""
    for publisher in record.values(_PUBLISHER):
        name = _name(record, publisher)
        if not name and isinstance(publisher, NamedNode):
            name = label_of(publisher.value)
        if name:
            return " ".join(name.split())[:LONGEST_VALUE]
    return ""


def modified(record: Record, registered: datetime) -> datetime:
    """When the data set itself was changed, else issued, else registered; never after it was registered."""
    for predicate in (_MODIFIED, _ISSUED):
        for value in record.values(predicate):
            if isinstance(value, Literal):
                try:
                    given = datetime.fromisoformat(value.value)
                    given = given if given.tzinfo else given.replace(tzinfo=UTC)
                    return min(given, registered)
                except (ValueError, OverflowError):
                    continue
    return registered


def _texts(record: Record) -> list[Term]:
    texts = [*record.values(_DESCRIPTION), *record.values(_KEYWORD)]
    for distribution in record.distributions:
        texts += record.graph.objects(distribution, _TITLE)
    return texts


def _add_texts(made: Document, field: str, values: list[Term], untagged: str) -> None:
    by_language: dict[str, list[str]] = {}
    for value in values:
        if isinstance(value, Literal):
            language = stemmable(value.language) if value.language else untagged
            by_language.setdefault(language, []).append(value.value[:LONGEST_TEXT])
    for language, texts in by_language.items():
        found = words(GAP.join(texts))
        made.add_text(field, " ".join(folded(found)))
        if language:
            made.add_text(f"{field}_stems", " ".join(stemmed(found, language)))


def _formats(record: Record) -> list[Term]:
    graph = record.graph
    formats: list[Term] = []
    for distribution in record.distributions:
        formats += graph.objects(distribution, _FORMAT) or graph.objects(distribution, _MEDIA_TYPE)
    return formats


def _add_codes(made: Document, field: str, name: str, record: Record, values: list[Term]) -> None:
    """The codes of ``values`` in the vocabulary ``name``, each once; what is not in it is left out."""
    for code in {_code(name, _spelling(record, value)) for value in values}:
        if code:
            made.add_text(field, code)


def _spelling(record: Record, value: Term) -> str:
    return value.value if isinstance(value, NamedNode | Literal) else _name(record, value)


def _name(record: Record, node: Term) -> str:
    if isinstance(node, Literal):
        return node.value
    for predicate in _NAMES:
        values = record.graph.objects(node, predicate)
        if values:
            return Text.of(values).best()[0]
    return ""


@lru_cache(8192)
def _code(name: str, spelling: str) -> str:
    return vocabulary(name).find(spelling) if spelling else ""
