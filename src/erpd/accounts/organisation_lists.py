"""Lists of government organisations in files: CSV or JSON with an IRI, titles by language, mail domains."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from erpd.accounts.texts import texts
from erpd.metadata.storable import storable
from erpd.metadata.vocabularies import vocabulary

MOST_BYTES = 64 * 2**20
MOST = 200_000  # organisations in a list
LONGEST_IRI, LONGEST_TITLE, MOST_DOMAINS = 300, 500, 100

_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_IRI = re.compile(r"(?:https?://|urn:)[^\s<>\"{}|\\^`\x00-\x20]+")
_TITLE = re.compile(r"title[ _:@.-]([a-z]{2})", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|]+")


class ListBroken(ValueError):
    """The list cannot be read: says where, and what is expected."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation as a list has it."""

    iri: str
    title: dict[str, str]
    domains: list[str] | None
    """None: the list says nothing of them, so those that we know stay."""


def read_list(content: bytes) -> list[Listed]:
    """The organisations of a file, which is read whole or not. Raises ListBroken, naming the first fault.

    JSON: ``[{"iri": …, "title": {"en": …}, "domains": […]}]``. CSV: columns ``iri``, ``title:en`` for each
    language, and ``domains``, divided by blanks.
    """
    if len(content) > MOST_BYTES:
        raise ListBroken(f"The list is larger than {MOST_BYTES >> 20} MiB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListBroken(f"The list is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    rows = _json(text) if text.lstrip().startswith(("[", "{")) else _csv(text)
    found: dict[str, Listed] = {}
    for place, row in rows:
        if len(found) >= MOST:
            raise ListBroken(f"The list has more than {MOST:,} organisations.")
        listed = _listed(place, row)
        if listed.iri in found:
            raise ListBroken(f"{place}: {listed.iri} occurs twice. Keep one.")
        found[listed.iri] = listed
    if not found:
        raise ListBroken("The list has no organisations.")
    return list(found.values())


def corporate_bodies() -> list[Listed]:
    """The authority table of corporate bodies, which we have: without mail domains."""
    table = vocabulary("corporate-body")
    return [Listed(table.iri(code), dict(labels), None) for code, labels in table.concepts.items()]


def domains_of(given: Iterable[str]) -> list[str]:
    """Mail domains in lower case and ASCII, each once. Raises ValueError if one is none."""
    found = dict.fromkeys(_domain(text) for text in given)
    if len(found) > MOST_DOMAINS:
        raise ValueError(f"more than {MOST_DOMAINS} mail domains")
    return list(found)


def _domain(text: str) -> str:
    plain = text.strip().removeprefix("@").rstrip(".").lower()
    try:
        plain = plain.encode("idna").decode() if not plain.isascii() else plain
    except UnicodeError:
        plain = ""
    if not _DOMAIN.fullmatch(plain) or len(plain) > 253:
        raise ValueError(f"{text[:100]!r} is not a mail domain such as statistics.example")
    return plain


def _json(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ListBroken(f"The list is not JSON: {error}.") from error
    if not isinstance(rows, list):
        raise ListBroken('The JSON has to be a list: [{"iri": …, "title": {"en": …}, "domains": […]}].')
    for number, row in enumerate(rows, 1):
        place = f"Organisation {number}"
        if not isinstance(row, dict):
            raise ListBroken(f"{place} is not an object with iri, title and domains.")
        yield place, row


def _csv(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    try:
        names = [name.strip() for name in next(reader, [])]
        columns = {
            number: match[1].lower() for number, name in enumerate(names) if (match := _TITLE.fullmatch(name))
        }
        lower = [name.lower() for name in names]
        if "iri" not in lower or not columns:
            raise ListBroken("Line 1 has to name the columns: iri, title:en (for each language), domains.")
        for row in reader:
            cells = dict(enumerate(row))
            if not any(cell.strip() for cell in row):
                continue
            facts: dict[str, Any] = {
                "iri": cells.get(lower.index("iri"), ""),
                "title": {language: cells.get(number, "") for number, language in columns.items()},
            }
            if "domains" in lower:
                said = cells.get(lower.index("domains"), "")
                facts["domains"] = [part for part in _BETWEEN.split(said) if part]
            yield f"Line {reader.line_num}", facts
    except csv.Error as error:
        raise ListBroken(f"Line {reader.line_num} is not CSV: {error}.") from error


def _listed(place: str, row: Mapping[str, Any]) -> Listed:
    iri, title, domains = row.get("iri"), row.get("title"), row.get("domains")
    iri = iri.strip() if isinstance(iri, str) else ""
    if not _IRI.fullmatch(iri) or len(iri) > LONGEST_IRI or storable(iri) != iri:
        raise ListBroken(
            f"{place}: iri has to be an IRI of at most {LONGEST_IRI} characters, such as https://…."
        )
    if not isinstance(title, dict) or not all(isinstance(text, str) for text in title.values()):
        raise ListBroken(f'{place}: title has to be texts by language: {{"en": "Statistics Office"}}.')
    if domains is not None and not (
        isinstance(domains, list) and all(isinstance(one, str) for one in domains)
    ):
        raise ListBroken(f'{place}: domains has to be a list: ["statistics.example"].')
    try:
        return Listed(
            iri, texts(title, longest=LONGEST_TITLE), None if domains is None else domains_of(domains)
        )
    except ValidationError as error:
        raise ListBroken(f"{place}: {' '.join(error.messages)}") from error
    except ValueError as error:
        raise ListBroken(f"{place}: {error}.") from error
