"""What the buttons of a form do to what was typed, without storing it: another value, none, an order."""

from collections.abc import Callable, Sequence

from erpd.formats.delivery.fields import Row, Thing
from erpd.submit.form.typed import Tree, is_position

ACTS = ("add", "remove", "up", "fill")
_DEEPEST = 20  # steps of a name


def edited(
    rows: Sequence[Row],
    tree: Tree,
    act: str,
    name: str,
    filling: Callable[[str], Tree | None] = lambda name: None,
) -> Tree:
    """The tree after a button was pressed.

    ``name`` is of a field (add) or of one of its values (the others), as they are posted; what the rows
    or the tree do not have changes nothing. ``filling``: what a thing is filled with.
    """
    *path, last = steps = name.split("-")[:_DEEPEST]
    if not _fits(rows, steps) or (len(steps) % 2 == 1) != (act == "add"):
        return tree
    if act == "add":
        items = _at(tree, steps, make=True)
        if items is not None:
            items[str(max(map(int, items), default=-1) + 1)] = {}
        return tree
    items = _at(tree, path, make=act == "fill")
    if items is None:
        return tree
    if act == "fill" and (filled := filling(name)) is not None:
        items[last] = filled
    elif act == "remove":
        items.pop(last, None)
    elif act == "up":
        order = sorted(items, key=int)
        place = order.index(last) if last in items else 0
        if place:
            before = order[place - 1]
            items[before], items[last] = items[last], items[before]
    return tree


def named_row(rows: Sequence[Row], name: str) -> Row | None:
    """The row of a field, or of one of its values; None if the table has none."""
    found: Row | None = None
    for step in name.split("-")[:_DEEPEST:2]:
        found = next((row for row in rows if row.name == step), None)
        if found is None:
            return None
        rows = found.kind.rows if isinstance(found.kind, Thing) else ()
    return found


def _fits(rows: Sequence[Row], steps: Sequence[str]) -> bool:
    """Whether the table has such a field: names of rows and positions take turns."""
    positions = all(map(is_position, steps[1::2]))
    return positions and all(named_row(rows, "-".join(steps[:end])) for end in range(1, len(steps) + 1, 2))


def _at(tree: Tree, path: Sequence[str], *, make: bool = False) -> Tree | None:
    for step in path:
        if make:
            tree.setdefault(step, {})
        inside = tree.get(step)
        if not isinstance(inside, dict):
            return None
        tree = inside
    return tree
