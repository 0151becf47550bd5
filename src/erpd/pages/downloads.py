"""Long files that people download: some lines at a time, and CSV that no spreadsheet takes for formulas."""

import csv
import re
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

_FORMULA = tuple("=+-@\t\r\n")
_CELL_WITHIN = re.compile(r"([;\t\r\n][ \"]*+)(?=[=+\-@])")
_PIECE = 2**14  # characters: what comes first is there soon, though some rows take a while to find


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def as_csv(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """CSV (RFC 4180) of these cells, some lines at a time."""
    writer = csv.writer(_Echo())
    yield from in_pieces(writer.writerow(map(safe_cell, row)) for row in rows)


def csv_file(pieces: Iterator[str], name: str) -> StreamingHttpResponse:
    """Answer with CSV that is saved under a name of ours."""
    answer = StreamingHttpResponse(pieces, "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before it, as OWASP advises.

    In many countries of Europe a spreadsheet reads semicolons, not commas, as the ends of cells.
    """
    text = _CELL_WITHIN.sub(r"\1'", text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def in_pieces(texts: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that are worth sending."""
    some, size = list[str](), 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(some)
            some, size = [], 0
    yield "".join(some)
