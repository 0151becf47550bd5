"""Scope: the one rule of what may be seen. Every door out takes a scope and nothing else (G3.1)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from erpd.register.models import Catalogue, DataSet

VISIBLE = (Catalogue.Kind.PROTECTED, Catalogue.Kind.OPEN)


class NoSuchScope(LookupError):
    """The catalogue asked for does not exist or may not be seen."""


@dataclass(frozen=True, slots=True)
class Scope:
    """``name``: "all", "protected", "open" or the slug of a catalogue; ``catalogues``: the ids it covers."""

    name: str
    catalogues: tuple[int, ...]

    @property
    def prefix(self) -> str:
        """What stands before the path of each door of this scope: "", "/open", "/catalogues/nl"."""
        if self.name == "all":
            return ""
        return f"/{self.name}" if self.name in VISIBLE else f"/catalogues/{self.name}"

    def data_sets(self) -> QuerySet[DataSet]:
        """What a reader of this scope may see."""
        return self.history().filter(deleted=False)

    def history(self) -> QuerySet[DataSet]:
        """What this scope has ever shown: data sets and tombstones, for harvesters."""
        return DataSet.objects.filter(catalogue_id__in=self.catalogues)


def scope(name: str = "all") -> Scope:
    """The scope of that name: "all", "protected", "open", or a catalogue with all its parts.

    Raises NoSuchScope where there is no such catalogue, or it is a test catalogue.
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
