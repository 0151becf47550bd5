"""``package_search``, and the other actions that list packages."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from erpd.metadata.ckan_alphabet import name_of
from erpd.metadata.vocabularies import vocabulary
from erpd.publish.ckan_api.arguments import Arguments, flag, limit, listed, number, text
from erpd.publish.ckan_api.errors import BadQuery, BadSearch
from erpd.publish.ckan_api.fields import FACETS, SORTS
from erpd.publish.ckan_api.json_text import as_json
from erpd.publish.ckan_api.packages import packages
from erpd.publish.ckan_api.query import condition
from erpd.publish.ckan_api.written import language
from erpd.register.scope import Scope
from erpd.register.search.fielded import EVERYTHING, All, Condition, has_words
from erpd.register.search.labels import LISTS
from erpd.register.search.listing import RELEVANCE, Listed, listing, values_of

MOST_ROWS = 1_000  # ckan.search.rows_max
MOST_FACETS = 20
# Every parameter of CKAN's package_search (ckan/lib/search/query.py, VALID_SOLR_PARAMETERS, and its schema).
# Those that tune Solr or ask for what is not public change nothing.
PARAMETERS = frozenset(
    {
        *("q", "fq", "fq_list", "sort", "start", "rows", "fl"),
        *(
            "facet",
            "facet.field",
            "facet.limit",
            "facet.mincount",
            "facet.prefix",
            "facet.sort",
            "facet.offset",
        ),
        *("df", "q.op", "qf", "bf", "bq", "boost", "tie", "defType", "mm", "wt", "extras", "site_id"),
        *("include_drafts", "include_private", "include_deleted", "include_archived", "use_default_schema"),
        *("include_dataset_count", "for_type", "permission_labels"),
    }
)
_SORT = re.compile(r"\s*([\w.]+)(?:\s+(asc|desc))?\s*", re.IGNORECASE)
# Orders that CKAN has and nobody counts here.
_UNCOUNTED = ("views_recent", "views_total", "popularity")
_DEFAULT = "metadata_created asc, id asc"


def search(within: Scope, arguments: Arguments, reader: str) -> Iterator[bytes]:
    """The result of ``package_search``, in pieces. Raises Refused, IndexNotReady and VersionBroken.

    Without q and sort, data sets come in the order in which they were registered, so that a harvester who
    turns the pages misses none that was edited meanwhile.
    """
    for name in arguments:
        if name not in PARAMETERS and not name.startswith(("ext_", "facet.", "f.")):
            raise BadQuery(f"Invalid search parameters: {name[:60]!r}")
    asked = _condition(arguments)
    what, said = _order(arguments, asked)
    start = number(arguments, "start", 0)
    rows = min(limit(arguments, "rows", 10), MOST_ROWS)
    found = listing(within, what, start, rows, reader=reader, language=language())
    facets = _facets(within, arguments, asked)
    head = as_json(
        {
            "count": found.total,
            "sort": said,
            "facets": {
                name: {each["name"]: each["count"] for each in items} for name, items in facets.items()
            },
            "search_facets": {name: {"title": name, "items": items} for name, items in facets.items()},
        }
    )
    shown: Iterator[bytes] = packages(within, found.keys)
    if wanted := listed(arguments, "fl"):
        shown = (as_json(_only(json.loads(each), wanted)) for each in shown)
    yield head[:-1] + b',"results":'
    yield from as_list(shown)
    yield b"}"


def with_resources(within: Scope, arguments: Arguments, reader: str) -> Iterator[bytes]:
    """The result of ``current_package_list_with_resources``; CKAN pages by limit and offset, or by page."""
    rows = min(limit(arguments, "limit", MOST_ROWS), MOST_ROWS)
    page = number(arguments, "page", 0)
    start = (page - 1) * rows if page else number(arguments, "offset", 0)
    found = listing(within, Listed(), start, rows, reader=reader)
    yield from as_list(packages(within, found.keys))


def of_condition(within: Scope, asked: Condition, rows: int) -> Iterator[bytes]:
    """A list of the first data sets that answer a condition."""
    return as_list(packages(within, listing(within, Listed(asked), 0, rows).keys))


def as_list(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """JSON values as a JSON list."""
    first = next(pieces, None)
    yield b"["
    if first is not None:
        yield first
        yield from chain.from_iterable((b",", each) for each in pieces)
    yield b"]"


def _condition(arguments: Arguments) -> Condition:
    """All filters and the question. ``fq`` is one text, which occurs several times in a list."""
    filters = arguments.get("fq")
    said = [text({"fq": each}, "fq") for each in (filters if isinstance(filters, list) else [filters])]
    several = arguments.get("fq_list")
    plain = isinstance(several, str) and not several.lstrip().startswith("[")  # it may have commas
    said += [text(arguments, "fq_list")] if plain else listed(arguments, "fq_list")
    parts = [condition(text(arguments, "q"), forgiving=True), *map(condition, said)]
    asked = tuple(part for part in parts if part != EVERYTHING)
    return asked[0] if len(asked) == 1 else All(asked)


def _order(arguments: Arguments, asked: Condition) -> tuple[Listed, str]:
    """The first order of ``sort`` decides: no two data sets have the same place in it."""
    said = text(arguments, "sort")
    if not said:
        if has_words(asked):
            return Listed(asked, RELEVANCE), "score desc, metadata_modified desc"
        return Listed(asked), _DEFAULT
    for part in said.split(","):
        match = _SORT.fullmatch(part)
        if match is None:
            raise BadSearch(f"Cannot read sort: {part[:60]!r}. Write: metadata_modified desc.")
        name, descending = match[1], (match[2] or "asc").lower() == "desc"
        if name in _UNCOUNTED:
            continue
        if name not in SORTS:
            raise BadSearch(f"Cannot sort by {name[:60]!r}. There are {', '.join(sorted(SORTS))}.")
        if SORTS[name] != RELEVANCE:
            return Listed(asked, SORTS[name], descending), said
        if has_words(asked):
            return Listed(asked, RELEVANCE), said
    return Listed(asked), said


def _facets(within: Scope, arguments: Arguments, asked: Condition) -> dict[str, list[dict[str, Any]]]:
    names = listed(arguments, "facet.field")
    if not names or not flag(arguments, "facet", True):
        return {}
    if len(names) > MOST_FACETS:
        raise BadQuery(f"facet.field: at most {MOST_FACETS} fields.")
    most, least = limit(arguments, "facet.limit", 50), number(arguments, "facet.mincount", 1)
    found: dict[str, list[dict[str, Any]]] = {}
    for name in dict.fromkeys(names):
        counted = values_of(within, FACETS[name], asked, language()) if name in FACETS else {}
        items = [_item(name, value, count) for value, count in counted.items() if count >= max(least, 1)]
        found[name] = items[:most]
    return found


def _item(name: str, value: str, count: int) -> dict[str, Any]:
    """A value of a facet as CKAN names it, with its label."""
    shown, label = value, value
    match name:
        case "organization" | "owner_org":
            shown = name_of(value)
        case "groups":
            shown, label = value.lower(), vocabulary("data-theme").label(value, language())
        case "license_id":
            label = vocabulary("licence").label(value, language())
        case "access_rights":
            label = vocabulary("access-right").label(value, language())
        case "language":
            label = vocabulary("language").label(value, language())
        case _ if name in LISTS:
            label = vocabulary(LISTS[name]).label(value, language())
    return {"name": shown, "display_name": label, "count": count}


def _only(package: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    """The fields of ``fl``; those of extras begin with ``extras_``."""
    extras = {f"extras_{each['key']}": each["value"] for each in package["extras"]}
    return {name: (package | extras)[name] for name in wanted if name in package or name in extras}
