"""Scope: the single rule for what may be seen. Every door reads the register through a scope (G3.1)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet

from erpd.register.catalogues import every
from erpd.register.models import Catalogue, DataSet, Source
from erpd.register.prepared import Prepared
from erpd.register.statements import Rows

VISIBLE = (Catalogue.Kind.PROTECTED, Catalogue.Kind.OPEN)

# All but the findings, which can be many.
_KEPT = tuple(
    field.attname for field in DataSet._meta.concrete_fields if field.attname not in ("findings", "received")
)
_by_key = Prepared(lambda keys: DataSet.objects.filter(key__among=keys).values_list(*_KEPT))
_SEEN = ("catalogue_id", "key", "identifier", "iri", "change", "deleted", "digest")
_seen_by_key = Prepared(lambda keys: DataSet.objects.filter(key__among=keys).values_list(*_SEEN))
_seen_by_iri = Prepared(
    lambda iris: DataSet.objects.filter(iri__among=iris, deleted=False).values_list(*_SEEN)
)
_WHOLE = tuple(field.attname for field in DataSet._meta.concrete_fields)
_one = Prepared(lambda key: DataSet.objects.filter(key=key).values_list(*_WHOLE, "source__slug"))


class Seen(NamedTuple):
    """A data set as far as a list needs it: to make a model takes longer than to read it."""

    catalogue: Catalogue
    key: uuid.UUID
    identifier: str
    iri: str
    change: int
    deleted: bool
    digest: str


class NoSuchScope(LookupError):
    """The catalogue does not exist or may not be seen."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the register that may be seen: all of it, the protected or open data, or one catalogue."""

    name: str
    """``all``, ``protected``, ``open`` or the slug of a catalogue."""
    catalogues: Mapping[int, Catalogue]
    """The catalogues it covers, by their ids."""

    @property
    def prefix(self) -> str:
        """The beginning of the path of each of its doors: "", "/open", "/catalogues/nl"."""
        if self.name == "all":
            return ""
        return f"/{self.name}" if self.name in VISIBLE else f"/catalogues/{self.name}"

    def data_sets(self) -> QuerySet[DataSet]:
        """The data sets that a reader of this scope may see."""
        return self.history().filter(deleted=False)

    def one(self, key: uuid.UUID) -> DataSet | None:
        """The data set with this key, or its tombstone, if a reader of this scope could ever see it."""
        for *row, source in _one(key):
            data_set = DataSet.from_db(None, _WHOLE, row)
            if data_set.catalogue_id in self.catalogues:
                data_set.catalogue = self.catalogues[data_set.catalogue_id]
                data_set.source = Source.from_db(None, ("id", "slug"), (data_set.source_id, source))
                return data_set
        return None

    def called(self, iris: Collection[str]) -> list[Seen]:
        """Those of the data sets with these IRIs that a reader may see. Like ``seen``."""
        return self._seen(_seen_by_iri(list(iris))) if iris else []

    def among(self, keys: Collection[uuid.UUID]) -> list[DataSet]:
        """Those of the data sets with these keys that a reader of this scope may see, without their findings.

        They are fetched by key and filtered here: given both conditions, SQLite walks every row of the
        catalogues.
        """
        found = []
        for row in _by_key(list(keys)) if keys else ():
            data_set = DataSet.from_db(None, _KEPT, row)
            if not data_set.deleted and data_set.catalogue_id in self.catalogues:
                data_set.catalogue = self.catalogues[data_set.catalogue_id]
                found.append(data_set)
        return found

    def seen(self, keys: Collection[uuid.UUID]) -> list[Seen]:
        """Like ``among``, but only what a list needs of them."""
        return self._seen(_seen_by_key(list(keys))) if keys else []

    def _seen(self, rows: Rows) -> list[Seen]:
        found = [Seen(self.catalogues[row[0]], *row[1:]) for row in rows if row[0] in self.catalogues]
        return [data_set for data_set in found if not data_set.deleted]

    def history(self) -> QuerySet[DataSet]:
        """Everything this scope has ever shown, for harvesters: data sets and tombstones."""
        return DataSet.objects.filter(catalogue_id__in=[*self.catalogues])


def scope(name: str = "all") -> Scope:
    """The scope with this name: "all", "protected", "open", or the slug of a catalogue, including its parts.

    Raises NoSuchScope if there is no such catalogue, or if it is a test catalogue.
    """
    return _scope(name, _visible())


def scopes() -> list[Scope]:
    """Every scope: all, protected and open, then each catalogue that may be seen."""
    visible = _visible()
    parts: dict[tuple[int | None, str], list[Catalogue]] = {}
    for one in visible:
        parts.setdefault((one.part_of_id, one.kind), []).append(one)
    whole = [_scope(name, visible) for name in ("all", *VISIBLE)]
    return [*whole, *(_with_parts(one, parts.get((one.pk, one.kind), [])) for one in visible)]


def _visible() -> list[Catalogue]:
    return [catalogue for catalogue in every().values() if catalogue.kind in VISIBLE]


def _scope(name: str, visible: list[Catalogue]) -> Scope:
    if name in VISIBLE:
        visible = [catalogue for catalogue in visible if catalogue.kind == name]
    elif name != "all":
        chosen = next((catalogue for catalogue in visible if catalogue.slug == name), None)
        if chosen is None:
            raise NoSuchScope(name)
        return _with_parts(
            chosen, [one for one in visible if (one.part_of_id, one.kind) == (chosen.pk, chosen.kind)]
        )
    return Scope(name, {catalogue.pk: catalogue for catalogue in visible})


def _with_parts(chosen: Catalogue, parts: list[Catalogue]) -> Scope:
    return Scope(chosen.slug, {one.pk: one for one in (chosen, *parts)})
