"""What can be wrong with a spreadsheet, beside what the delivery API finds. Pages make sentences of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from erpd.formats.delivery.typed import Mistyped


class Mistake(StrEnum):
    """What is wrong with a cell, a column, a row or a file."""

    # A cell.
    ERROR = "error"  # a formula that shows an error
    NO_RESULT = "no-result"  # a formula without a value
    DATE = "date"  # a date where a text belongs: the program has made it of what was typed
    TIME = "time"  # a time of day or a duration, which spreadsheets store as fractions of a day
    BOOLEAN = "boolean"
    TOO_MANY_DIGITS = "too-many-digits"  # spreadsheets keep 15
    LOST = "lost"  # U+FFFD: a character that was not read
    TOO_LONG = "too-long"
    MERGED = "merged"
    # A row.
    NO_IDENTIFIER = "no-identifier"
    REPEATED = "repeated"  # an identifier
    NO_DATA_SET = "no-data-set"  # a distribution of a data set that has no row
    # A column.
    UNKNOWN_COLUMN = "unknown-column"
    REPEATED_COLUMN = "repeated-column"
    # A file.
    FOREIGN = "foreign"
    OLD = "old"  # .xls, .doc: a compound file
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    CHARSET = "charset"
    TOO_LARGE = "too-large"
    TOO_MANY_CELLS = "too-many-cells"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    TOO_MANY_SHEETS = "too-many-sheets"
    NO_HEADINGS = "no-headings"
    NO_ROWS = "no-rows"
    UNREADABLE = "unreadable"  # it ended its child


@dataclass(frozen=True, slots=True)
class Trouble:
    """One mistake, and where it is."""

    what: Mistake | Mistyped
    cell: str = ""
    """Its name, with that of the sheet: ``Datasets!B7``."""
    value: str = ""
    advice: str = ""
    """What it should be: the nearest names, a limit."""
    column: str = ""
    """The heading of its column, as it was written."""


class Misread(ValueError):
    """Raised for one value: what is wrong with it."""

    def __init__(self, what: Mistake | Mistyped, value: str = "", advice: str = "") -> None:
        super().__init__(what, value, advice)
        self.what, self.value, self.advice = what, value, advice


class Unusable(Exception):
    """A file of which nothing is taken."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__(*troubles)
        self.troubles = troubles


@dataclass(slots=True)
class Troubles:
    """Troubles as they are found, up to a limit: nobody reads more."""

    found: list[Trouble] = field(default_factory=list)

    def add(self, trouble: Trouble) -> None:
        if len(self.found) < MOST:
            self.found.append(trouble)


MOST = 200
