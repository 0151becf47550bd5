"""What a point's own values mean (question 11 of G6.1): its SKOS vocabulary, which the operator confirms."""

from collections.abc import Iterator, Sequence
from itertools import product
from threading import BoundedSemaphore
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.harvest.rules import folded
from erpd.metadata.masking import plain
from erpd.metadata.profile import load_profile
from erpd.metadata.vocabularies import label_of
from erpd.metadata.vocabularies.matches import MOST_CONCEPTS, Concept, Match, TooMuch
from erpd.operate.joining.value_maps import WHAT, Maps
from erpd.operate.mapping.terms import terms_of
from erpd.sources.children.child import Bounds, CannotStart, Child
from erpd.sources.errors import SourceError
from erpd.standalone.own_vocabulary import VocabularyReader

MOST_BYTES = 2_000_000
_BOUNDS = Bounds(memory=2**30, processor=10, wall=15, total=15)
_SHOWN, _MOST_NAMES = 60, 4  # characters of a name; names of a concept
_one = BoundedSemaphore(1)  # for each process that serves


class Row(TypedDict):
    """What a concept may mean, as a request keeps it."""

    values: list[str]
    """What records say for it: its names that no other concept has."""
    property: str
    """Of which it is a value; "" if no meaning is proposed."""
    iri: str
    """Of the term."""
    match: str
    """How the concept relates to the term, see ``Match``; of none, whether its names are ``shared``."""


_Meaning = tuple[str, str, Match]  # property, IRI of the term, and how they relate
_Proposed = tuple[Concept, Sequence[_Meaning]]
_SHARED = "shared"
_TOLD = {
    Match.EXACT: _("%(what)s: %(names)s means %(term)s (skos:exactMatch)"),
    Match.CLOSE: _("%(what)s: %(names)s is only close to %(term)s (skos:closeMatch)"),
    Match.BROAD: _("%(what)s: %(names)s is only a part of %(term)s (skos:broadMatch)"),
    _SHARED: _("%(names)s: no meaning proposed, because several concepts have this name"),
    "": _("%(names)s: no meaning proposed"),
}


def rows_of(content: bytes, name: str) -> list[Row]:
    """What a vocabulary says about its concepts, the surest first.

    Raises ValidationError: it cannot be read, and where; it has no concepts, or too many.
    """
    found = _concepts(content, name)
    if not found:
        raise ValidationError(_("The vocabulary has no concepts (skos:Concept). Send it in SKOS."))
    proposed = list(_proposed(found))
    shared = _shared(proposed)
    rows = [row for one, meanings in proposed for row in _rows(one, meanings, shared)]
    order = list(_TOLD)
    return sorted(rows, key=lambda row: order.index(row["match"]))


def told(rows: Sequence[Row], *languages: str) -> list[str]:
    """Each row in words, for readers of ``languages``."""
    said = []
    for row in rows:
        what = next((called for name, called in WHAT.values() if name == row["property"]), "")
        facts = {"what": what, "names": _names(row), "term": label_of(row["iri"], *languages) or row["iri"]}
        said.append(_TOLD[row["match"]] % facts)
    return said


def meant(rows: Sequence[Row], maps: Maps) -> Maps:
    """The maps of a table, and those of the rows of a vocabulary that the operator has confirmed.

    Raises ValidationError for a value that would have two meanings.
    """
    found = {name: dict(table) for name, table in maps.items()}
    known = {(name, folded(value)): iri for name, table in maps.items() for value, iri in table.items()}
    for row in rows:
        for value in row["values"] if row["property"] else ():
            key = row["property"], folded(value)
            if key not in known:
                found.setdefault(row["property"], {})[value] = known[key] = row["iri"]
            elif known[key] != row["iri"]:
                said = gettext("“%(value)s” would have two meanings. Leave out one of them.")
                raise ValidationError(said % {"value": plain(value, _SHOWN)})
    return found


def is_sure(row: Row) -> bool:
    """Whether the vocabulary says itself that it means the term."""
    return row["match"] == Match.EXACT


def _concepts(content: bytes, name: str) -> list[Concept]:
    if not _one.acquire(blocking=False):
        raise ValidationError(_("Another vocabulary is being read. Send yours again in a minute."))
    try:
        with Child(VocabularyReader(), "", _BOUNDS) as child:
            found: list[Concept] | str = child.one("concepts", content, name)
    except TooMuch:
        said = gettext(
            "The vocabulary has more than %(most)s concepts, or very many names or matches. "
            "Send a part of it."
        )
        raise ValidationError(said % {"most": MOST_CONCEPTS}) from None
    except (SourceError, CannotStart) as error:
        found = str(error)
    finally:
        _one.release()
    if isinstance(found, str):
        said = gettext("The vocabulary cannot be read: %(reason)s")
        raise ValidationError(said % {"reason": plain(found, 300)})
    return found


def _proposed(found: Sequence[Concept]) -> Iterator[_Proposed]:
    """Exact matches that contradict each other are no more than close ones."""
    known = {name: terms_of(load_profile("erpd"), name) for name, _label in WHAT.values()}
    for one in found:
        meanings = [
            (name, iri, match)
            for name, terms in known.items()
            for iri, match in one.terms.items()
            if iri in terms
        ]
        exact = [name for name, _iri, match in meanings if match is Match.EXACT]
        yield (
            one,
            [
                (name, iri, Match.CLOSE if match is Match.EXACT and exact.count(name) > 1 else match)
                for name, iri, match in meanings
            ],
        )


def _shared(proposed: Sequence[_Proposed]) -> set[tuple[str, str]]:
    """Scheme or property, and name: those that do not say which concept is meant."""
    first: dict[tuple[str, str], Any] = {}
    shared = set()
    for number, (one, meanings) in enumerate(proposed):
        meant = frozenset(meanings) or number
        for key in product(_places(one, meanings), {*map(folded, one.names)}):
            if first.setdefault(key, meant) != meant:
                shared.add(key)
    return shared


def _places(one: Concept, meanings: Sequence[_Meaning]) -> set[str]:
    return {*(one.schemes or {""}), *(which for which, *_ in meanings)}


def _rows(one: Concept, meanings: Sequence[_Meaning], shared: set[tuple[str, str]]) -> Iterator[Row]:
    names = {folded(name): " ".join(name.split()) for name in reversed(one.names)}
    names = dict(reversed(names.items()))
    if not meanings:
        yield Row(values=list(names.values()), property="", iri="", match="")
        return
    places = _places(one, meanings)
    left = {name for name in names if any((place, name) in shared for place in places)}
    own = [text for name, text in names.items() if name not in left]
    for which, iri, match in meanings if own else ():
        yield Row(values=own, property=which, iri=iri, match=match)
    if left:
        yield Row(values=[names[name] for name in names if name in left], property="", iri="", match=_SHARED)


def _names(row: Row) -> str:
    shown = ", ".join(f"“{plain(name, _SHOWN)}”" for name in row["values"][:_MOST_NAMES]) or "–"
    more = len(row["values"]) - _MOST_NAMES
    return gettext("%(names)s and %(more)s more") % {"names": shown, "more": more} if more > 0 else shown
