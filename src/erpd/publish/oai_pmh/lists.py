"""Lists in pages, by change number (OAI-PMH 2.0, section 3.5).

A page begins after the last change number of the page before, so the last is as fast as the first, and a
data set edited during the crawl moves ahead of the reader: it comes again, in its new state, never missed.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from erpd.publish.oai_pmh.arguments import Complaint, moment, moment_after
from erpd.publish.oai_pmh.records import METADATA_FORMATS, MetadataFormat, Row, headers, records
from erpd.publish.oai_pmh.sets import Specs, narrowed, specs_of
from erpd.register.models import DataSet
from erpd.register.scope import Scope

PAGE = 250  # records
PAGE_BYTES = 8 * 2**20  # a page of very large records ends earlier
_BEYOND_ALL_CHANGES = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """What a resumption token holds: the arguments that began the list, and how far its reader is."""

    arguments: dict[str, str]
    change: int = 0  # the last one delivered
    cursor: int = 0  # records delivered
    size: int = 0  # of the whole list, counted when it began


def list_page(within: Scope, verb: str, arguments: dict[str, str]) -> bytes:
    """One page of ListRecords or ListIdentifiers; raises Complaint; VersionBroken rather than end short."""
    resumed = "resumptionToken" in arguments
    position = _position(within, verb, arguments) if resumed else Position(arguments)
    form = metadata_format(position.arguments["metadataPrefix"])
    specs = specs_of(within)
    matching = _matching(within, specs, position.arguments)
    if not resumed:
        position = replace(position, size=matching.count())
    ahead = matching.filter(change__gt=position.change).order_by("change")
    rows = [Row(*row) for row in ahead.values_list(*Row._fields)[: PAGE + 1]]
    if not rows and resumed:
        raise Complaint("badResumptionToken", "What was left of this list has changed since: begin again.")
    if not rows:
        raise Complaint("noRecordsMatch", "No record is in this set and between these dates.")
    entries = headers(rows[:PAGE], specs) if verb == "ListIdentifiers" else records(rows[:PAGE], specs, form)
    page = _up_to_the_limit(entries)
    return b"\n".join([*page, _token(within, verb, position, rows, len(page))])


def metadata_format(prefix: str) -> MetadataFormat:
    """The format of that prefix; raises Complaint (cannotDisseminateFormat)."""
    if prefix not in METADATA_FORMATS:
        known = " and ".join(METADATA_FORMATS)
        raise Complaint("cannotDisseminateFormat", f"There is no format {prefix} here; there are {known}.")
    return METADATA_FORMATS[prefix]


def _matching(within: Scope, specs: Specs, arguments: dict[str, str]) -> QuerySet[DataSet]:
    if "set" in arguments:
        within = narrowed(within, arguments["set"], specs)
    rows = within.history()
    if "from" in arguments:
        rows = rows.filter(change__gte=_first_change_since(moment(arguments["from"])))
    if "until" in arguments and (after := moment_after(arguments["until"])):
        rows = rows.filter(change__lt=_first_change_since(after))
    return rows


def _first_change_since(moment: datetime) -> int:
    """Datestamps grow with change numbers, so a bound on one is a bound on the other."""
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
    """The resumptionToken element: with a token, empty after the last of several pages, or not at all (3.5).

    It always has completeListSize and cursor: harvesters fail where one is missing.
    """
    cursor = position.cursor
    further = replace(position, change=rows[delivered - 1].change, cursor=cursor + delivered)
    more = delivered < len(rows)
    if not more and not cursor:
        return b""
    size = max(position.size, further.cursor + more)  # a record edited meanwhile came twice
    token = _signer(within, verb).sign_object(asdict(further)) if more else ""
    return f'<resumptionToken completeListSize="{size}" cursor="{cursor}">{token}</resumptionToken>'.encode()


def _position(within: Scope, verb: str, arguments: dict[str, str]) -> Position:
    """What the token says; arguments beside it may repeat what began the list, as some harvesters do."""
    try:
        position = Position(**_signer(within, verb).unsign_object(arguments["resumptionToken"]))
    except BadSignature:
        raise Complaint("badResumptionToken", f"This is no token of a {verb} of this address.") from None
    for name, value in arguments.items():
        if name != "resumptionToken" and position.arguments.get(name) != value:
            raise Complaint("badArgument", f"{name} is not what it was when this list began; leave it out.")
    return position


def _signer(within: Scope, verb: str) -> Signer:
    """Signed for one verb of one address: a token goes nowhere else, and a damaged one goes nowhere."""
    return Signer(salt=f"oai-pmh {verb} {within.name}")
