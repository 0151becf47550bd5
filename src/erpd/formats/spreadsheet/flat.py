"""A body of the delivery API <-> the values of its columns, and where in the body each value went."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from erpd.formats.delivery.faults import Path
from erpd.formats.delivery.fields import Row, Statement, Thing
from erpd.formats.delivery.values import Json
from erpd.formats.spreadsheet.cells import kept, meant, shown
from erpd.formats.spreadsheet.columns import MOST_ALIKE, MOST_PARTS, Column, Step, meaning
from erpd.formats.spreadsheet.mistakes import Misread
from erpd.metadata.iri import is_iri

Values: TypeAlias = dict[Column, Json]
Places: TypeAlias = dict[Path, Column]


def flat(thing: Thing, body: Json, without: Sequence[str] = (), above: tuple[Step, ...] = ()) -> Values:
    """Return the values of a body by their columns, but for the fields in ``without``.

    What columns cannot hold is left out: more than MOST_ALIKE values, or resources deeper than MOST_PARTS.
    """
    found: Values = {}
    if thing.named in body and not any(row.name == thing.named for row in thing.rows):
        found[Column((*above, (thing.named, 1)))] = body[thing.named]
    for row in thing.rows:
        said = body.get(row.name)
        if said is None or said == [] or row.name in without:
            continue
        values = said if isinstance(said, list) else [said]
        if isinstance(row.kind, Thing):
            if len(above) + 2 <= MOST_PARTS:
                for number, one in enumerate(values[:MOST_ALIKE], 1):
                    found |= flat(row.kind, one, (), (*above, (row.name, number)))
        else:
            found |= _leaves(thing, row, values, above)
    return found


def _leaves(thing: Thing, row: Row, values: Sequence[Json], above: tuple[Step, ...]) -> Values:
    """Those that fit in one cell together are in the first column, each other in one of its own."""
    alone = meaning(thing, Column(((row.name, 1),)))
    by_language: dict[str, list[Json]] = {}
    for value in values:
        by_language.setdefault(_language(value), []).append(_text(value))
    found: Values = {}
    for language, texts in by_language.items():
        joined: list[Json] = []
        rest: list[Json] = []
        for text in texts:
            (joined if alone.is_list and _fits(row, text) else rest).append(text)
        cells = ([joined] if joined else []) + ([[text] for text in rest] if alone.is_list else rest)
        for number, cell in enumerate(cells[:MOST_ALIKE], 1):
            found[Column((*above, (row.name, number)), language)] = cell
    return found


def completed(thing: Thing, body: Mapping[str, Json], before: Mapping[str, Json], depth: int = 1) -> Json:
    """Return a body with what columns could not hold of the one before: values too many, or too deep."""
    found = dict(body)
    for row in thing.rows:
        was, now = listed(before.get(row.name)), listed(body.get(row.name))
        rest: Sequence[Json] = []
        if not isinstance(row.kind, Thing):
            rest = _too_many(thing, row, was)
        elif depth >= MOST_PARTS:
            rest = was
        else:
            rest = was[MOST_ALIKE:]
            if len(now) == len(was) - len(rest):  # otherwise it is not known which is which
                now = [completed(row.kind, *pair, depth + 1) for pair in zip(now, was, strict=False)]
        if rest or len(now) > 1:
            found[row.name] = [*now, *rest]
        elif now:
            found[row.name] = now if isinstance(body[row.name], list) else now[0]
    return found


def listed(value: Json) -> list[Json]:
    """The values of a field, however many."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _too_many(thing: Thing, row: Row, values: list[Json]) -> list[Json]:
    """The values of a field that are too many for its columns."""
    if len(values) <= MOST_ALIKE:
        return []
    cells: dict[str, list[Json]] = {}
    for column, cell in _leaves(thing, row, values, ()).items():
        cells.setdefault(column.language, []).extend(cell if isinstance(cell, list) else [cell])
    return [one for one in values if _text(one) not in cells.get(_language(one), ())]


def _text(value: Json) -> Json:
    return value["value"] if isinstance(value, dict) else value


def _language(value: Json) -> str:
    return value.get("lang") or "" if isinstance(value, dict) else ""


def _fits(row: Row, text: Json) -> bool:
    """Whether it can be in one cell with others."""
    if not isinstance(text, str) or text != " ".join(text.split()):
        return False
    return not isinstance(row.kind, Statement) or is_iri(text)


def body_of(thing: Thing, values: Mapping[Column, Json], at: Path = ()) -> tuple[dict[str, Json], Places]:
    """Return the body that columns say, and the column of each value in it. Empty ones say nothing."""
    body: dict[str, Json] = {}
    places: Places = {}
    groups: dict[str, dict[int, Values]] = {}
    level = sum(isinstance(step, str) for step in at)
    for column, value in sorted(values.items()):
        if value is not None:
            name, number = column.path[level]
            groups.setdefault(name, {}).setdefault(number, {})[column] = value
    for row in (None, *thing.rows):
        name = row.name if row else thing.named
        numbered = groups.pop(name, None)
        if numbered is None:
            continue
        if row is None:
            ((column, value),) = next(iter(numbered.values())).items()
            body[name], places[(*at, name)] = value, column
        else:
            body[name] = _field(row, numbered, (*at, name), places)
    return body, places


def _field(row: Row, numbered: Mapping[int, Values], at: Path, places: Places) -> Json:
    found: list[tuple[Json, Places]] = []
    alone = not row.many and len(numbered) == 1
    if isinstance(row.kind, Thing):
        for place, values in enumerate(numbered.values()):
            found.append(body_of(row.kind, values, at if alone else (*at, place)))
        for _, inner in found:
            places |= inner
        if not alone:
            places.update({(*at, place): min(values) for place, values in enumerate(numbered.values())})
        places[at] = min(column for values in numbered.values() for column in values)
        bodies = [_named(row.kind, one) for one, _ in found]
        return bodies[0] if alone else bodies
    leaves = list(_values(row, numbered))
    places[at] = leaves[0][1]
    if not row.many and len(leaves) == 1:
        return leaves[0][0]
    places.update({(*at, place): column for place, (_, column) in enumerate(leaves)})
    return [value for value, _ in leaves]


def _values(row: Row, numbered: Mapping[int, Values]) -> Iterator[tuple[Json, Column]]:
    for values in numbered.values():
        for column, value in values.items():
            for one in value if isinstance(value, list) else [value]:
                yield ({"value": one, "lang": column.language} if column.language else one), column


def _named(thing: Thing, body: dict[str, Json]) -> dict[str, Json]:
    """A name that is an address is the IRI of its resource."""
    name = body.get(thing.required[0]) if len(thing.required) == 1 else None
    name = name[0] if isinstance(name, list) and len(name) == 1 else name
    if isinstance(name, str) and name.startswith(("http://", "https://")) and is_iri(name):
        del body[thing.required[0]]
        body.setdefault(thing.named, name)
    return body


def held(thing: Thing, values: Mapping[Column, Json], language: str) -> Values:
    """Return the values as they come back when they are written to a spreadsheet and read again."""
    found: Values = {}
    for column, value in values.items():
        means = meaning(thing, column)
        try:
            found[column] = meant(means, shown(means, value, language))
        except Misread:
            found[column] = value
    return found


def onto(thing: Thing, known: Values, said: Mapping[Column, Json], language: str) -> Values:
    """Return what is known with what cells say. An empty one takes nothing away that no cell could hold."""
    stays = {
        column
        for column, value in said.items()
        if value is None and column in known and kept(meaning(thing, column), known[column], language) is None
    }
    return {**known, **{column: value for column, value in said.items() if column not in stays}}
