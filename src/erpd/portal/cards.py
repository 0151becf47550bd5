"""What a list shows of a data set. The same ones are found again and again, so the last are kept.

A card belongs to a version, whose metadata never change, and to readers of certain languages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language

from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.view import NAMES, View
from erpd.metadata.vocabularies import vocabulary
from erpd.pages.values import LONGEST_TITLE, Value, address_value, date_value, legible, tag_of
from erpd.register.content import listed
from erpd.register.scope import Seen
from erpd.register.search.document import codes_of

MOST = 1_000  # cards kept, of a few kB each
MOST_FORMATS = 5
# What a card shows, as N-Triples writes it.
_SHOWN = (DCT.title, DCT.description, DCT.publisher, DCT.modified, DCT.issued, DCT.accessRights)
_OF_USE = frozenset(
    str(name).encode() for name in (*_SHOWN, DCAT.distribution, DCT.format, DCAT.mediaType, *NAMES)
)
_OF_CODES = frozenset(
    str(name).encode() for name in (DCAT.theme, DCT.language, DCT.accrualPeriodicity, DCT.license)
)


@dataclass(frozen=True, slots=True)
class Card:
    """A data set for readers of some languages: texts in the best of them, labels and dates."""

    title: str
    title_language: str
    is_address: bool
    """Whether the title is an address, because the record has none."""
    description: str
    description_language: str
    publisher: Value
    access: Value
    formats: list[str]
    modified: Value | None
    """The date on which it was last modified, as the record says."""
    issued: Value | None
    """The date on which it was issued, if it does not say when it was modified."""
    codes: Mapping[str, list[str]]
    """Field of the index -> the codes of the record; empty if nobody asked for them."""


_kept: dict[tuple[object, ...], Card] = {}


def cards(
    data_sets: Iterable[Seen], languages: tuple[str, ...], *, with_codes: bool = False
) -> dict[UUID, Card]:
    """Key -> the card of each of the data sets, for readers of ``languages``."""
    known, unknown = {}, {}
    reader = with_codes, get_language(), languages
    for data_set in data_sets:
        # A backup that was restored can give a number to another change.
        name = (data_set.key, data_set.change, data_set.digest, *reader)
        card = _kept.get(name)
        if card:
            known[data_set.key] = card
        else:
            unknown[data_set.key] = data_set, name
    for data_set, record in listed(
        [data_set for data_set, _ in unknown.values()], _OF_USE | _OF_CODES if with_codes else _OF_USE
    ):
        card = known[data_set.key] = _card(data_set, record, languages, with_codes=with_codes)
        if record.graph.nodes:  # otherwise it was damaged, and may be mended
            if len(_kept) >= MOST:
                _kept.clear()
            _kept[unknown[data_set.key][1]] = card
    return known


def _card(data_set: Seen, record: Record, languages: tuple[str, ...], *, with_codes: bool) -> Card:
    view = View(record)
    title, title_language = view.title.best(*languages)
    # In the same foreign language as the title, if the reader's is not there.
    description, description_language = view.description.best(*languages, "", "en", title_language)
    publisher, publisher_language = view.publisher_called(*languages)
    access = next(iter(view.access_rights), "")
    modified = view.modified
    issued = None if modified else view.issued
    return Card(
        title=legible(title or address_value(data_set.iri or data_set.identifier).text, LONGEST_TITLE),
        title_language=tag_of(title_language),
        is_address=not title,
        description=legible(description),
        description_language=tag_of(description_language),
        publisher=Value(legible(publisher, LONGEST_TITLE), tag_of(publisher_language)),
        access=Value(*vocabulary("access-right").labelled(access, *languages)) if access else Value(""),
        formats=[vocabulary("file-type").label(each, *languages) for each in view.formats[:MOST_FORMATS]],
        modified=date_value(modified.text) if modified else None,
        issued=date_value(issued.text) if issued else None,
        codes=codes_of(view) if with_codes else {},
    )
