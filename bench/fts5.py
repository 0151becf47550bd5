"""The search that everyone could build: SQLite's FTS5 for the words, a table of codes for the facets."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from bench.data_sets import DataSet
from bench.questions import Question

_TABLES = """
CREATE VIRTUAL TABLE texts USING fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2');
CREATE TABLE codes (doc INT, facet TEXT, value TEXT, PRIMARY KEY (doc, facet, value)) WITHOUT ROWID;
CREATE INDEX documents ON codes (facet, value, doc);
CREATE TEMP TABLE hits (doc INTEGER PRIMARY KEY, rank REAL);
"""


class Fts5:
    """Words are found as they stand; facets are counted with all filters: less work than ours."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA cache_size = -65536")
        self._file.executescript(_TABLES)

    def add(self, made: Iterable[tuple[DataSet, dict[str, list[str]]]]) -> None:
        """Data sets and their codes, facet -> values."""
        self._file.execute("BEGIN")
        for data_set, codes in made:
            titles = " ".join(title for title, _ in data_set.texts.values())
            words = [
                *(text for _, text in data_set.texts.values()),
                *data_set.keywords,
                data_set.publisher_name,
            ]
            row = (data_set.number, titles, " ".join(words))
            self._file.execute("INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)", row)
            self._file.executemany(
                "INSERT OR IGNORE INTO codes VALUES (?, ?, ?)",
                ((data_set.number, facet, value) for facet, values in codes.items() for value in values),
            )
        self._file.execute("COMMIT")

    def search(self, question: Question) -> tuple[int, list[int], dict[str, dict[str, int]]]:
        """How many hits, the ten best, and the numbers of each facet."""
        found, values = _hits(question)
        self._file.execute("DELETE FROM hits")
        self._file.execute(found, values)
        (total,) = self._file.execute("SELECT count(*) FROM hits").fetchone()
        best = [doc for (doc,) in self._file.execute("SELECT doc FROM hits ORDER BY rank, doc DESC LIMIT 10")]
        counted: dict[str, dict[str, int]] = {}
        for facet, value, number in self._file.execute(
            "SELECT facet, value, count(*) FROM hits CROSS JOIN codes USING (doc) GROUP BY facet, value"
        ):
            counted.setdefault(facet, {})[value] = number
        return total, best, counted


def _hits(question: Question) -> tuple[str, list[str]]:
    """The statement that fills ``hits``, and its values."""
    statement = "INSERT INTO hits SELECT doc, 0.0 FROM (SELECT DISTINCT doc FROM codes) WHERE true"
    values: list[str] = []
    if question.words:
        statement = "INSERT INTO hits SELECT rowid AS doc, bm25(texts) FROM texts WHERE texts MATCH ?"
        match = " ".join(f'"{word}"' for word in question.words)
        values.append(f'{match} NOT "{question.excluded}"' if question.excluded else match)
    doc = "rowid" if question.words else "doc"
    for facet, wanted in question.filters.items():
        places = ", ".join("?" * len(wanted))
        statement += f" AND {doc} IN (SELECT doc FROM codes WHERE facet = ? AND value IN ({places}))"  # noqa: S608
        values += [facet, *wanted]
    return statement, values
