"""Lists in pages, by change number (OAI-PMH 2.0, section 3.5).

Each page begins after the last change number of the previous page, so the last page is as fast as the first.
A data set edited during the crawl moves ahead of the reader, who gets it again in its new state.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.core.signing import BadSignature, Signer
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from erpd.publish.oai_pmh.arguments import Complaint, moment, moment_after
from erpd.publish.oai_pmh.formats import METADATA_FORMATS
from erpd.publish.oai_pmh.records import Row, headers, records
from erpd.publish.oai_pmh.sets import Specs, narrowed, specs_of
from erpd.register.models import DataSet
from erpd.register.prepared import Prepared
from erpd.register.scope import Scope

PAGE = 250  # records
PAGE_BYTES = 8 * 2**20  # pages of very large records are shorter
_BEYOND_ALL_CHANGES = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """What a resumption token contains."""

    arguments: dict[str, str]
    """The arguments of the first request for this list."""
    change: int = 0
    """The last change delivered."""
    cursor: int = 0
    """The number of records delivered."""
    size: int = 0
    """The size of the whole list, counted at the first request."""


def list_page(within: Scope, verb: str, arguments: dict[str, str]) -> list[bytes]:
    """One page of ListRecords or ListIdentifiers.

    Raises Complaint for an error of the protocol, and VersionBroken rather than leave out a record.
    """
    resumed = "resumptionToken" in arguments
    position = _position(within, verb, arguments) if resumed else Position(arguments)
    prefix = known_prefix(position.arguments["metadataPrefix"])
    specs = specs_of(within)
    bounds = _bounds(within, specs, position.arguments)
    if not resumed:
        position = replace(position, size=_matching(*bounds).count())
    rows = _rows(bounds._replace(after=max(position.change, bounds.after)))
    if not rows and resumed:
        raise Complaint("badResumptionToken", "What was left of this list has changed since: begin again.")
    if not rows:
        raise Complaint("noRecordsMatch", "No record is in this set and between these dates.")
    page = rows[:PAGE]
    entries = headers(page, specs) if verb == "ListIdentifiers" else records(page, specs, prefix)
    written = _up_to_the_limit(entries)
    return [*written, _token(within, verb, position, rows, len(written))]


def known_prefix(prefix: str) -> str:
    """The prefix of a format that there is. Raises Complaint (cannotDisseminateFormat)."""
    if prefix not in METADATA_FORMATS:
        known = ", ".join(METADATA_FORMATS)
        raise Complaint("cannotDisseminateFormat", f"There is no format {prefix} here; there are {known}.")
    return prefix


class _Bounds(NamedTuple):
    """Of all data sets: those of these catalogues, whose last change is between these, without both ends."""

    catalogues: list[int]
    after: int
    before: int


def _bounds(within: Scope, specs: Specs, arguments: dict[str, str]) -> _Bounds:
    if "set" in arguments:
        within = narrowed(within, arguments["set"], specs)
    after, before = 0, _BEYOND_ALL_CHANGES
    if "from" in arguments:
        after = _first_change_since(moment(arguments["from"])) - 1
    if "until" in arguments and (end := moment_after(arguments["until"])):
        before = _first_change_since(end)
    return _Bounds(list(within.catalogues), after, before)


def _matching(catalogues: list[int], after: int, before: int) -> QuerySet[DataSet]:
    return DataSet.objects.filter(catalogue_id__among=catalogues, change__gt=after, change__lt=before)


# The numbers of the first rows, from the index of each catalogue. By its statistics, PostgreSQL would sort
# all that match, or look for those of a small catalogue among all changes.
_FIRST = """ARRAY(
    SELECT one.change FROM unnest(%s::bigint[]) AS catalogue CROSS JOIN LATERAL (
        SELECT change FROM {table} WHERE catalogue_id = catalogue AND change > %s AND change < %s
        ORDER BY change LIMIT {most}
    ) AS one ORDER BY one.change LIMIT {most}
)"""


@cache
def _query(most: int) -> Prepared:
    """The first rows. Their numbers are found first, in an index alone."""

    def first(*bounds: Any) -> QuerySet[Any, Any]:
        if connection.vendor == "postgresql":
            numbers = RawSQL(_FIRST.format(table=DataSet._meta.db_table, most=most), bounds)  # noqa: S611
            found = DataSet.objects.filter(change__keys=numbers)
        else:  # SQLite reads that many of each catalogue, in order
            some = _matching(*bounds).order_by("change").values("change")[:most]
            found = DataSet.objects.filter(change__in=some)
        return found.order_by("change").values_list(*Row._fields)

    return Prepared(first)


def _rows(bounds: _Bounds) -> list[Row]:
    """The rows of a page, and one more if there are more."""
    return [Row._make(row) for row in _query(PAGE + 1).raw(*bounds)] if bounds.catalogues else []


def _first_change_since(moment: datetime) -> int:
    """The number of the first change at ``moment`` or later: both increase together."""
    since = DataSet.objects.filter(modified__gte=moment).order_by("modified", "change")
    return since.values_list("change", flat=True).first() or _BEYOND_ALL_CHANGES


def _up_to_the_limit(entries: Iterator[bytes]) -> list[bytes]:
    page, size = [], 0
    for entry in entries:
        page.append(entry)
        size += len(entry)
        if size > PAGE_BYTES:
            break
    return page


def _token(within: Scope, verb: str, position: Position, rows: list[Row], delivered: int) -> bytes:
    """The resumptionToken element: with a token, empty on the last of several pages, or left out (3.5).

    It always has completeListSize and cursor, because some harvesters fail without them.
    """
    cursor = position.cursor
    further = replace(position, change=rows[delivered - 1].change, cursor=cursor + delivered)
    more = delivered < len(rows)
    if not more and not cursor:
        return b""
    size = max(position.size, further.cursor + more)  # records edited meanwhile are delivered twice
    token = _signer(within, verb).sign_object(asdict(further)) if more else ""
    return f'<resumptionToken completeListSize="{size}" cursor="{cursor}">{token}</resumptionToken>'.encode()


def _position(within: Scope, verb: str, arguments: dict[str, str]) -> Position:
    """The position in the token. Some harvesters repeat the arguments of the first request; they may."""
    try:
        position = Position(**_signer(within, verb).unsign_object(arguments["resumptionToken"]))
    except BadSignature:
        raise Complaint("badResumptionToken", f"This is no token of a {verb} of this address.") from None
    for name, value in arguments.items():
        if name != "resumptionToken" and position.arguments.get(name) != value:
            raise Complaint("badArgument", f"{name} is not what it was when this list began; leave it out.")
    return position


def _signer(within: Scope, verb: str) -> Signer:
    """A signer for one verb at one address: tokens from elsewhere and damaged tokens are refused."""
    return Signer(salt=f"oai-pmh {verb} {within.name}")
