"""The fields of a package or of one of its parts, by name in any spelling, and which of them were used."""

import re
from collections.abc import Iterator
from functools import lru_cache

from erpd.formats.ckan.values import is_empty, nested, says_nothing
from erpd.formats.json_values import Json

# How often a page was visited: it says nothing about the data, and would change every record every day.
_VOLATILE = frozenset({"trackingsummary"})
# Values of one field that are compared with each further one.
_MOST_COMPARED = 100


class Fields:
    """The fields of a JSON object, without empty values.

    ``accessRights``, ``access_rights`` and ``Access-Rights`` are one field (G5.2.2: "not strict"). A word
    that means nothing ("None") is not a value, but ``rest`` returns it. With ``extras``, the keys and values
    of the field of that name are fields too, after all others.
    """

    def __init__(self, properties: dict[str, Json], *, extras: bool = False) -> None:
        self._found: dict[str, list[tuple[str, Json]]] = {}
        self.names = self._found.keys()
        """The folded names of the fields."""
        self._used: set[tuple[str, int]] = set()
        # The other spellings under which a value came once more.
        self._again: list[tuple[tuple[str, int], str, Json]] = []
        self._silent: list[tuple[str, Json]] = []
        more: list[tuple[str, Json]] = []
        for name, value in properties.items():
            if extras and folded(name) == "extras":
                more.extend(_extras(name, value))
            else:
                self._add(name, value)
        for name, value in more:
            self._add(name, value)

    def _add(self, name: str, value: Json) -> None:
        if value is None or value == "":
            return
        if says_nothing(value):
            self._silent.append((name, value))
            return
        one = folded(name)
        if one not in _VOLATILE and not is_empty(nested(value)):
            known = self._found.setdefault(one, [])
            for place, (spelling, other) in enumerate(known[:_MOST_COMPARED]):
                if value == other and type(value) is type(other):
                    if name != spelling:
                        self._again.append(((one, place), name, value))
                    return
            known.append((name, value))

    def __contains__(self, name: str) -> bool:
        return folded(name) in self._found

    def lacks(self, names: tuple[str, ...]) -> bool:
        """Whether none of these fields exists. The names must be folded."""
        return self.names.isdisjoint(names)

    def peek(self, *names: str) -> Json:
        """Return the first value of these fields, or None, without marking it as understood."""
        for name in map(folded, names):
            if name in self._found:
                return self._found[name][0][1]
        return None

    def each(self, *names: str) -> Iterator[tuple[tuple[str, int], Json]]:
        """Yield key and value of the unused values of these fields. If you use a value, ``use`` its key."""
        for name in map(folded, names):
            if name in self._found:
                for place, (_, value) in enumerate(self._found[name]):
                    if (name, place) not in self._used:
                        yield (name, place), value

    def use(self, *keys: tuple[str, int]) -> None:
        self._used.update(keys)

    def take(self, *names: str) -> Json:
        """Return the first value of these fields, or None, and mark it as understood."""
        if not self.names.isdisjoint(map(folded, names)):
            for key, value in self.each(*names):
                self.use(key)
                return value
        return None

    def rest(self) -> Iterator[tuple[str, Json]]:
        """Yield the name, as received, and the value of everything that was not understood."""
        for one, values in self._found.items():
            for place, (name, value) in enumerate(values):
                if (one, place) not in self._used:
                    yield name, value
        yield from ((name, value) for key, name, value in self._again if key not in self._used)
        yield from self._silent


def is_nothing(value: Json) -> bool:
    """Whether a field with this value is not one of the ``Fields``."""
    return value is None or value == "" or says_nothing(value) or is_empty(nested(value))


def _extras(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """The pairs of ``[{"key": …, "value": …}]`` or of an object. Anything else stays under ``name``."""
    value = nested(value)
    if isinstance(value, dict):
        yield from value.items()
        return
    others = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and isinstance(item.get("key"), str) and "value" in item:
            yield item["key"], item["value"]
            more = {key: each for key, each in item.items() if key != "value"}
            if len(more) > 1:
                others.append(more)
        else:
            others.append(item)
    if others:
        yield name, others


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Return a name in the spelling by which fields are compared."""
    return re.sub(r"[^a-z0-9]", "", name.lower()) or name
