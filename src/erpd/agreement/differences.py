"""What may differ, in plain words."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

MOST = 20  # differences of a kind that are named for each door and scope; the others are counted


class What(StrEnum):
    """In which way a door differs from the others."""

    MISSING = "missing"
    EXTRA = "extra"
    CONTENT = "other content"
    SCOPE = "wrong scope"
    TWICE = "twice"
    MISPLACED = "misplaced"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    LATE = "late"


_SAID = {
    What.MISSING: "lacks it",
    What.EXTRA: "shows it, but should not",
    What.CONTENT: "sends other metadata",
    What.SCOPE: "shows it, but it belongs to another scope",
    What.TWICE: "lists it more than once",
    What.MISPLACED: "lists it in the place of another",
    What.UNREADABLE: "sends something that cannot be read",
    What.FAILED: "cannot be read to its end",
    What.LATE: "is too far behind the register",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One data set, or a whole door, that is not as it should be."""

    scope: str
    door: str
    """The title of the door."""
    what: What
    key: str = ""
    """The key of the data set; "" for the whole door."""
    said: str = ""
    """What is known beyond that."""

    def __str__(self) -> str:
        """One sentence."""
        which = f"{self.key}: " if self.key else ""
        more = f": {self.said}" if self.said else ""
        return f"{which}{self.door} {_SAID[self.what]}{more}."


@dataclass
class Report:
    """What a check found."""

    change: int = 0
    """The last change of the register when it began."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Scope -> how many data sets it has."""
    doors: list[str] = field(default_factory=list)
    """The titles of the doors that were compared."""
    differences: list[Difference] = field(default_factory=list)
    more: int = 0
    """Differences that were counted but not kept."""
    unsettled: dict[str, int] = field(default_factory=dict)
    """Door -> data sets that could not be compared there, because they changed meanwhile."""
    not_yet: dict[str, list[str]] = field(default_factory=dict)
    """Scope -> the doors that have not been written for it yet, so that nothing could be compared there."""
    _kept: Counter[tuple[str, str, What]] = field(default_factory=Counter)

    @property
    def agree(self) -> bool:
        """Whether all doors show the same, as far as they could be compared."""
        return not (self.differences or self.more)

    def add(self, difference: Difference) -> None:
        kind = (difference.scope, difference.door, difference.what)
        self._kept[kind] += 1
        if self._kept[kind] > MOST:
            self.more += 1
        else:
            self.differences.append(difference)
