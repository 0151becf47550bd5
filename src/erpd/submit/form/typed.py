"""What is typed into the form <-> the JSON of the delivery API.

A field is posted as ``dcatDistribution-0-dctTitle-1-value``: the fields and positions that lead to it, as the
table of the API has them. What the table does not have is not there: no name that is posted can set, nest or
count anything else. A field that says what the stored data set says keeps the very values of that data set.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from django.utils.translation import gettext

from erpd.formats.delivery.faults import Path
from erpd.formats.delivery.fields import Row, Statement, Thing
from erpd.formats.delivery.typed import Misunderstood, explain, meant, shown, table_of
from erpd.formats.delivery.values import GEOMETRY, TEXT, Json, Wrong
from erpd.metadata.iri import is_iri
from erpd.submit.form.values import SIDES, box_of, sides

Tree: TypeAlias = dict[str, Any]
"""Field -> position -> ``{"value": …, "lang": …}``, or such a tree with the IRI of a thing."""

VALUE, LANGUAGE = "value", "lang"
LINED = frozenset({"dcatKeyword"})
"""Texts that are short, many, and typed one on each line."""
_LONGEST_NAME = 300
_MOST_DIGITS = 4
MOST = 1_000
"""Fields: as many as Django takes in one request."""
_DEEPEST = 6  # things in things


def nested(pairs: Iterable[tuple[str, str]], rows: Sequence[Row]) -> Tree:
    """The tree of what was posted, without what the rows do not have."""
    tree: Tree = {}
    for count, (name, text) in enumerate(pairs):
        if count >= MOST:
            break
        steps = name.split("-") if len(name) <= _LONGEST_NAME else [""]
        if _fits(rows, steps):
            *path, last = (str(int(step)) if step.isdecimal() else step for step in steps)
            inside = tree
            for step in path:
                inside = inside.setdefault(step, {})
            inside[last] = text
    return tree


def flat(tree: Tree, before: str = "") -> dict[str, str]:
    """The names and texts that are posted for a tree."""
    found: dict[str, str] = {}
    for name, inside in tree.items():
        found |= {before + name: inside} if isinstance(inside, str) else flat(inside, f"{before}{name}-")
    return found


def typed(rows: Sequence[Row], said: Mapping[str, Json], languages: tuple[str, ...]) -> Tree:
    """What the fields show of the JSON of a thing."""
    return {row.name: typed_row(row, said[row.name], languages) for row in rows if row.name in said}


def typed_row(row: Row, said: Json, languages: tuple[str, ...]) -> Tree:
    """What one field shows of its value or values."""
    values = said if isinstance(said, list) else [said]
    if row.name in LINED:
        values = [*_by_language(values)]
    elif is_lined(row):
        return {"0": {VALUE: "\n".join(shown(row.kind, value, languages) for value in values)}}
    return {str(place): _typed_value(row, value, languages) for place, value in enumerate(values)}


def _typed_value(row: Row, value: Json, languages: tuple[str, ...]) -> Tree:
    kind = row.kind
    if isinstance(kind, Thing):
        named = {kind.named: shown(kind, value[kind.named], languages)} if value.get(kind.named) else {}
        return named | typed(kind.rows, value, languages)
    if isinstance(value, dict):
        return {VALUE: value[VALUE], LANGUAGE: value.get(LANGUAGE) or ""}
    if kind is GEOMETRY and (found := sides(value)):
        return {**found}
    return {VALUE: shown(kind, value, languages)}


def is_lined(row: Row) -> bool:
    """Whether its values are typed one on each line of one field."""
    if row.name in LINED:
        return True
    plain = not isinstance(row.kind, Thing | Statement) and row.kind is not TEXT and row.kind is not GEOMETRY
    return row.many and plain and table_of(row.kind) is None


def says_languages(row: Row) -> bool:
    return row.kind is TEXT or isinstance(row.kind, Statement)


def hides_name(thing: Thing) -> bool:
    """Whether the IRI of such a thing is kept, but not shown: people know places and organisations by one."""
    return thing.name not in ("FoafAgent", "HealthAgent", "DctLocation")


class Understanding:
    """The JSON that typed fields mean, where each of its values was typed, and what was not understood."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self.languages = languages
        self.names: dict[Path, str] = {}
        self.faults: list[tuple[str, str]] = []
        """Name of a field, and what is wrong with it."""

    def fields(
        self, rows: Sequence[Row], tree: Tree, stored: Mapping[str, Json], at: Path = (), before: str = ""
    ) -> dict[str, Json]:
        """What the fields of a thing mean. ``stored``: what the data set says of it now."""
        found: dict[str, Json] = {}
        for row in rows:
            values = self._row(row, tree.get(row.name, {}), stored.get(row.name), (*at, row.name), before)
            if values is not None and values != []:
                found[row.name] = values
        return found

    def name_of(self, at: Path) -> str:
        """The name of the field in which a value of the JSON was typed; "" if nowhere."""
        while at and at not in self.names:
            at = at[:-1]
        return self.names.get(at, "")

    def _row(self, row: Row, items: Tree, stored: Json, at: Path, before: str) -> Json:
        name = before + row.name
        self.names[at] = name
        was = [] if stored is None else stored if isinstance(stored, list) else [stored]
        if _same(items, typed_row(row, stored, self.languages) if was else {}):
            self._kept(row, items, was, at, name, several=isinstance(stored, list))
            return stored
        known = _Known(row, was, self.languages)
        values: list[Json] = []
        for index, item in in_order(items):
            here = f"{name}-{index}"
            if isinstance(row.kind, Thing):
                stored_thing = known.thing(item, index)
                value = self._thing(row.kind, item, stored_thing, (*at, len(values)), here)
                if value:
                    self.names[*at, len(values)] = here
                    values.append(value)
                continue
            for one in _divided(row, item):
                self.names[*at, len(values)] = f"{here}-{VALUE}"
                same = known.alike(one)
                try:
                    values.append(self._value(row, one) if same is None else same)
                except (Misunderstood, Wrong) as wrong:
                    self._fault(f"{here}-{VALUE}", wrong)
        return values

    def _thing(
        self, thing: Thing, item: Tree, stored: Mapping[str, Json], at: Path, name: str
    ) -> dict[str, Json]:
        if hides_name(thing) and _normal(item).keys() == {thing.named}:
            # All of it was cleared, but for what nobody sees; unless there never was more.
            return {**stored} if stored.keys() <= {thing.named} else {}
        iri = item.get(thing.named, "").strip()
        try:
            named = {thing.named: meant(thing, iri)} if iri else {}
        except Misunderstood as wrong:
            self._fault(f"{name}-{thing.named}", wrong)
            named = {}
        if stored.get(thing.named) and iri == shown(thing, stored[thing.named], self.languages):
            named = {thing.named: stored[thing.named]}
        self.names[*at, thing.named] = f"{name}-{thing.named}"
        return named | self.fields(thing.rows, item, stored, at, f"{name}-")

    def _value(self, row: Row, item: Mapping[str, str]) -> Json:
        text, language = item.get(VALUE, ""), item.get(LANGUAGE, "")
        if not text:
            return box_of(dict(item))
        if row.kind is not TEXT:
            value = meant(row.kind, text)
            if not language or is_iri(value):  # a link has no language, whatever the list beside it says
                return value
        return {VALUE: text, LANGUAGE: language} if language else {VALUE: text}

    def _fault(self, name: str, wrong: Misunderstood | Wrong) -> None:
        said = explain(wrong, gettext, self.languages[0]) if isinstance(wrong, Misunderstood) else str(wrong)
        self.faults.append((name, said))

    def _kept(self, row: Row, items: Tree, was: list[Json], at: Path, name: str, *, several: bool) -> None:
        """Say where the values were typed that stay as they are."""
        if is_lined(row):
            return
        for place, (index, item) in enumerate(in_order(items)):
            here = (*at, place) if several else at
            if isinstance(row.kind, Thing) and place < len(was):
                self.names[here] = f"{name}-{index}"
                self.fields(row.kind.rows, item, was[place], here, f"{name}-{index}-")
            else:
                self.names[here] = f"{name}-{index}-{VALUE}"


def in_order(items: Tree) -> list[tuple[str, Tree]]:
    """The values of a field by their positions, without those that were left blank."""
    return [(index, items[index]) for index in sorted(items, key=int) if _normal(items[index])]


def is_position(step: str) -> bool:
    """Whether a step of a name is the position of a value."""
    return step.isascii() and step.isdecimal() and len(step) <= _MOST_DIGITS


def is_blank(tree: Tree) -> bool:
    """Whether nothing was typed. To choose a language says nothing yet."""
    return not _normal(tree)


def _fits(rows: Sequence[Row], steps: Sequence[str], depth: int = 0) -> bool:
    """Whether the table has such a field."""
    row = next((row for row in rows if row.name == steps[0]), None)
    if row is None or len(steps) < 3 or depth > _DEEPEST:
        return False
    _, index, *rest = steps
    if not is_position(index):
        return False
    if isinstance(row.kind, Thing):
        return rest == [row.kind.named] or _fits(row.kind.rows, rest, depth + 1)
    return len(rest) == 1 and rest[0] in _PARTS[says_languages(row), row.kind is GEOMETRY]


_PARTS = {
    (False, False): (VALUE,),
    (True, False): (VALUE, LANGUAGE),
    (False, True): (VALUE, *SIDES),
}


def _by_language(values: Iterable[Json]) -> Iterator[Json]:
    """Keywords of one language together. One that has several lines stands alone."""
    found: dict[str, list[str]] = {}
    for value in values:
        text, language = (value[VALUE], value.get(LANGUAGE) or "") if isinstance(value, dict) else (value, "")
        found.setdefault(language, []).append(text)
    for language, texts in found.items():
        yield {VALUE: "\n".join(texts), LANGUAGE: language}


def _divided(row: Row, item: Tree) -> Iterator[dict[str, str]]:
    """The values in one field: one on each line, where that is so."""
    cleaned = {name: _clean(text) for name, text in item.items()}
    if not is_lined(row) or VALUE not in cleaned:
        yield cleaned
        return
    for line in cleaned[VALUE].split("\n"):
        if line.strip():
            yield {**cleaned, VALUE: line.strip()}


class _Known:
    """The values of a field that are stored, found by what their fields show."""

    def __init__(self, row: Row, values: Iterable[Json], languages: tuple[str, ...]) -> None:
        self._named = row.kind.named if isinstance(row.kind, Thing) else ""
        self._shown = [(value, _typed_value(row, value, languages)) for value in values]
        self._alike: dict[str, Json] = {}
        self._of_iri: dict[str, Json] = {}
        for value, tree in self._shown:
            self._alike.setdefault(_key(tree), value)
            if self._named in tree:
                self._of_iri.setdefault(tree[self._named], value)

    def alike(self, item: Tree) -> Json:
        """The value that shows the same; None if none does."""
        return self._alike.get(_key(item))

    def thing(self, item: Tree, index: str) -> Mapping[str, Json]:
        """The thing that an item shows: that of the same IRI, else alike, else at the same position."""
        if iri := item.get(self._named):
            return self._of_iri.get(iri) or {}
        alike = self.alike(item)
        if alike is not None:
            return alike  # type: ignore[no-any-return]
        place = int(index)
        if place < len(self._shown) and not self._shown[place][1].get(self._named):
            return self._shown[place][0]  # type: ignore[no-any-return]
        return {}


def _same(one: Tree, other: Tree) -> bool:
    """Whether two fields show the same values, in any order: RDF has none."""
    return _sorted(one) == _sorted(other)


def _sorted(items: Tree) -> list[str]:
    return sorted(_key(item) for _, item in in_order(items))


def _key(item: Tree) -> str:
    return repr(_normal(item))


def _normal(item: Any) -> Any:
    """What is typed, without what a browser changes or a blank field says."""
    if isinstance(item, str):
        return _clean(item)
    if VALUE in item and not _clean(item[VALUE]):
        item = {name: text for name, text in item.items() if name not in (VALUE, LANGUAGE)}
    elif LANGUAGE in item and VALUE not in item:
        item = {name: text for name, text in item.items() if name != LANGUAGE}
    if item and all(name.isdecimal() for name in item):  # the values of a field
        return _sorted(item)
    found = {name: _normal(inside) for name, inside in item.items()}
    return {name: found[name] for name in sorted(found) if found[name]}


def _clean(text: str) -> str:
    """A text as every browser sends it: lines end with a line feed, none has control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return (
        "".join(sign for sign in lines if sign >= " " or sign in "\n\t") if not lines.isprintable() else lines
    )
