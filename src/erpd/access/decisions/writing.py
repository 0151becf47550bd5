"""The register of decisions as a file: a line at a time, so that it can be long."""

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

from erpd.access.decisions.published import Asked, Published, lines
from erpd.accounts.texts import in_language

COLUMNS = (
    *("body", "body_name", "data_sets", "titles", "category", "quarter", "days", "outcome", "grounds"),
    *("late", "summary"),
)
_FORMULA = tuple("=+-@\t\r\n")
_CELL_WITHIN = re.compile(r"([;\t\r\n][ \"]*+)(?=[=+\-@])")
_PIECE = 2**16  # characters


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def as_csv(asked: Asked, languages: tuple[str, ...]) -> Iterator[str]:
    """CSV (RFC 4180), with titles for readers of ``languages``."""
    writer = csv.writer(_Echo())
    yield from _pieces(writer.writerow(row) for row in _rows(asked, languages))


def _rows(asked: Asked, languages: tuple[str, ...]) -> Iterator[list[str]]:
    yield [*COLUMNS]
    for _, line in lines(asked):
        cells = [
            line.body,
            in_language(line.name, *languages)[0],
            " ".join(line.data_sets),
            " | ".join(in_language(title, *languages)[0] for title in line.titles),
            line.category,
            str(line.quarter),
            "" if line.days is None else str(line.days),
            line.outcome,
            " ".join(line.grounds),
            "true" if line.late else "false",
            line.summary,
        ]
        yield [safe_cell(cell) for cell in cells]


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before it, as OWASP advises.

    In many countries of Europe a spreadsheet reads semicolons, not commas, as the ends of cells.
    """
    text = _CELL_WITHIN.sub(r"\1'", text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def as_json_text(asked: Asked, figures: dict[str, Any]) -> Iterator[str]:
    """JSON: the figures, then the lines."""
    yield from _pieces(_json(asked, figures))


def _json(asked: Asked, figures: dict[str, Any]) -> Iterator[str]:
    yield f'{{"figures":{_said(figures)},"decisions":['
    for number, (_, line) in enumerate(lines(asked)):
        yield f"{',' if number else ''}\n{_said(line_as_json(line))}"
    yield "\n]}\n"


def line_as_json(line: Published) -> dict[str, Any]:
    """A line for programs. ``category`` is null where it is not said."""
    return {
        "body": line.body,
        "bodyName": line.name,
        "dataSets": [
            {"iri": iri, "title": line.titles[place] if place < len(line.titles) else {}}
            for place, iri in enumerate(line.data_sets)
        ],
        "category": line.category or None,
        "quarter": str(line.quarter),
        "days": line.days,
        "outcome": line.outcome,
        "grounds": list(line.grounds),
        "late": line.late,
        "summary": line.summary or None,
    }


def _pieces(texts: Iterator[str]) -> Iterator[str]:
    some, size = list[str](), 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(some)
            some, size = [], 0
    yield "".join(some)


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
