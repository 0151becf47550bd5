"""Scope: the single rule for what may be seen. Every door reads the register through a scope (G3.1)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from erpd.register.models import Catalogue, DataSet

VISIBLE = (Catalogue.Kind.PROTECTED, Catalogue.Kind.OPEN)


class NoSuchScope(LookupError):
    """The catalogue does not exist or may not be seen."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the register that may be seen: all of it, the protected or open data, or one catalogue."""

    name: str
    """``all``, ``protected``, ``open`` or the slug of a catalogue."""
    catalogues: tuple[int, ...]
    """The ids of the catalogues it covers."""

    @property
    def prefix(self) -> str:
        """The beginning of the path of each of its doors: "", "/open", "/catalogues/nl"."""
        if self.name == "all":
            return ""
        return f"/{self.name}" if self.name in VISIBLE else f"/catalogues/{self.name}"

    def data_sets(self) -> QuerySet[DataSet]:
        """The data sets that a reader of this scope may see."""
        return self.history().filter(deleted=False)

    def called(self, iris: Collection[str]) -> list[DataSet]:
        """Those of the data sets with these IRIs that a reader may see. Like ``among``."""
        return self._seen(DataSet.objects.filter(iri__in=iris, deleted=False))

    def among(self, keys: Collection[uuid.UUID]) -> list[DataSet]:
        """Those of the data sets with these keys that a reader of this scope may see, without their findings.

        They are fetched by key and filtered here: given both conditions, SQLite walks every row of the
        catalogues.
        """
        return self._seen(DataSet.objects.filter(key__in=keys, deleted=False))

    def _seen(self, some: QuerySet[DataSet]) -> list[DataSet]:
        found = some.select_related("catalogue").defer("findings")
        return [data_set for data_set in found if data_set.catalogue_id in self.catalogues]

    def history(self) -> QuerySet[DataSet]:
        """Everything this scope has ever shown, for harvesters: data sets and tombstones."""
        return DataSet.objects.filter(catalogue_id__in=self.catalogues)


def scope(name: str = "all") -> Scope:
    """The scope with this name: "all", "protected", "open", or the slug of a catalogue, including its parts.

    Raises NoSuchScope if there is no such catalogue, or if it is a test catalogue.
    """
    visible = Catalogue.objects.filter(kind__in=VISIBLE)
    if name in VISIBLE:
        visible = visible.filter(kind=name)
    elif name != "all":
        chosen = visible.filter(slug=name).first()
        if chosen is None:
            raise NoSuchScope(name)
        visible = visible.filter(slug=name) | visible.filter(part_of=chosen, kind=chosen.kind)
    return Scope(name, tuple(visible.order_by("pk").values_list("pk", flat=True)))
