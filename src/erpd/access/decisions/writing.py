"""The register of decisions as a file: a line at a time, so that it can be long."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from erpd.access.decisions.published import Asked, Published, lines
from erpd.accounts.texts import in_language
from erpd.pages.downloads import in_pieces

COLUMNS = (
    *("body", "body_name", "data_sets", "titles", "category", "quarter", "days", "outcome", "grounds"),
    *("late", "summary"),
)


def rows(asked: Asked, languages: tuple[str, ...]) -> Iterator[Iterable[str]]:
    """The cells of a file of CSV, with titles for readers of ``languages``."""
    yield COLUMNS
    for _, line in lines(asked):
        yield (
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
        )


def as_json_text(asked: Asked, figures: dict[str, Any]) -> Iterator[str]:
    """JSON: the figures, then the lines."""
    yield from in_pieces(_json(asked, figures))


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


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
