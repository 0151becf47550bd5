"""Give data sets other identifiers, because their source did: their keys, addresses and history stay."""

import uuid
from collections.abc import Mapping

from erpd.register import changes
from erpd.register.identity import key_of
from erpd.register.intake import known
from erpd.register.models import DataSet, Source, Version
from erpd.register.rows import insert, update


def rename(source: Source, names: Mapping[uuid.UUID, str], *, origin: str) -> int:
    """Key -> the identifier that the source gives the data set now. Returns how many were renamed.

    Each is a new change with the same content. A tombstone that has the new identifier gets the old one for
    it; if there is none, one is made under the old identifier. So the source may use either of them again.
    Those whose new identifier belongs to a data set that is shown are left alone. At most some thousand.
    """
    with changes.turn() as turn:
        found = DataSet.objects.filter(source=source, key__in=list(names), deleted=False).order_by("change")
        others = known(source, names.values())
        moves: list[tuple[DataSet, DataSet | None, str]] = []  # with what has the new one, and the old one
        taken = set[str]()
        for one in found:
            old, new = one.identifier, names[one.key]
            other = others.pop(new, None) if new in others else None
            if new != old and new not in taken and not (other and not other.deleted):
                taken.add(new)
                moves.append((one, other, old))
                one.identifier = new
        versions = Version.objects.in_bulk([one.change for one, _, _ in moves])
        swapped = [other for _, other, _ in moves if other]
        for other in swapped:  # source and identifier are unique at every moment
            other.identifier = f"moving {other.key}"
        update(swapped, "identifier")
        rows, made = [], []
        for one, other, old in moves:
            row = {**vars(versions[one.change]), "origin": origin, "at": turn.at}
            one.change, one.modified = turn.next(), turn.at
            rows.append({**row, "change": one.change})
            if other:
                other.identifier = old
            else:
                made.append(_tombstone(source, one, old, turn))
        update([one for one, _, _ in moves], "identifier", "change", "modified")
        update(swapped, "identifier")
        insert(DataSet, [vars(one) for one in made])
        insert(Version, [*rows, *(_end(one, origin) for one in made)])
    return len(moves)


def _tombstone(source: Source, one: DataSet, old: str, turn: changes.Turn) -> DataSet:
    """What stands under the identifier that a data set had; its own key is that of the new identifier."""
    key = key_of(source.slug, one.identifier)
    if DataSet.objects.filter(key=key).exists():  # it was renamed before
        key = key_of(source.slug, f"{old}\n{one.key}")
    return DataSet(
        key=key,
        source_id=source.pk,
        catalogue_id=one.catalogue_id,
        identifier=old,
        iri=one.iri,
        change=turn.next(),
        created=turn.at,
        modified=turn.at,
        deleted=True,
        digest="",
        received="",
        findings=[],
    )


def _end(one: DataSet, origin: str) -> dict[str, object]:
    """The version of a tombstone."""
    return {
        "change": one.change,
        "data_set_id": one.key,
        "at": one.modified,
        "origin": origin,
        "iri": one.iri,
        "digest": "",
        "received": "",
        "findings": [],
        "content": b"",
    }
