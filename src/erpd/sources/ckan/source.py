"""CKAN's action API (G5.2, docs.ckan.org): ``package_search``, or, for DKAN, the list of packages."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from erpd.formats.reading import Reading
from erpd.metadata.rules import Unread
from erpd.sources.ckan import answer
from erpd.sources.ckan.answer import PackageAnswer
from erpd.sources.ckan.walk import Listing, PackageWalk
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client, Response
from erpd.sources.http.failures import status_error
from erpd.sources.page import Page

ROWS = 500
_FEWEST = 2  # a page by place begins with the last package of the page before
_REFUSED = 20  # no portal refuses to send so few
_ORDER = "id asc"
_ROWS_REFUSED = re.compile(r"\b(?:rows|limit|at most|maximum)\b", re.IGNORECASE)
_ORDER_REFUSED = re.compile(r"\b(?:sort|order)", re.IGNORECASE)
_ACTION = re.compile(r"(.*/api(?:/\d+)?/action)(?:/([A-Za-z_]+))?", re.DOTALL)
_API = re.compile(r"(.*/api)(/\d+)?", re.DOTALL)
_PAGING = ("start", "rows", "sort", "limit", "offset")
_LIST, _SEARCH = "current_package_list_with_resources", "package_search"


class UnknownAction(SourceError):
    """The portal has no such action."""


class Ckan:
    """A portal: the address of its root, of its API, or of a whole request, whose ``fq`` and ``q`` apply.

    ``query`` is a filter for the search (``fq``), such as ``organization:kadaster``; ``rows`` is how many
    packages to ask for at a time.
    """

    def __init__(self, url: str, client: Client, *, query: str = "", rows: int = ROWS) -> None:
        self.url = url
        self.client = client
        self.api, self.action, self.asked = _parsed(url)
        if query:
            self.asked["fq"] = query
        self.rows = self._most = rows
        self.sorts = True
        self._settled = False

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """Yield all data sets, each once. Raises SourceError."""
        facts = checkpoint or {}
        dialect = str(facts.get("dialect") or self.action)
        rows = facts.get("rows")
        self.rows = self._most = rows if isinstance(rows, int) and rows > 0 else self.rows
        self.sorts = facts.get("sorts") is not False
        listing: Listing = _PackageList(self) if dialect == _LIST else _PackageSearch(self)
        try:
            yield from PackageWalk(listing, checkpoint).pages()
            return
        except UnknownAction as error:
            if dialect in (_LIST, _SEARCH) or self.asked:
                raise
            unknown = error
        try:
            yield from PackageWalk(_PackageList(self)).pages()
        except UnknownAction:
            raise unknown from None

    def still_there(self, identifier: str) -> bool | None:
        """Whether the portal still publishes this package, and the selection of this source includes it.

        None if it is not known. Raises SourceError.
        """
        if self.asked:
            try:
                listed = _PackageSearch(self).by_name(identifier)
            except SourceError:
                return None
            if any(
                package.identifier == identifier and _is_public(package.reading)
                for package in listed.packages
            ):
                return True
            return None if listed.packages or listed.count else False
        response = self.get("package_show", {"id": identifier})
        if response.status in (403, 404) and answer.refusal(response) in answer.REFUSALS:
            return False
        try:
            found = answer.read_one(response, anonymous=self.client.anonymous)
        except SourceError:
            return None
        if found is None or found.identifier != identifier:
            return None
        return _is_public(found.reading)

    def get(self, action: str, params: dict[str, str]) -> Response:
        return self.client.get(f"{self.api}/{action}", params, any_status=True)

    def page(self, action: str, params: dict[str, str], rows: str) -> PackageAnswer:
        """Return a page of packages: a smaller one if the answer was too large, too slow or refused."""
        refused: SourceError | None = None
        while True:
            try:
                order = {"sort": _ORDER} if action == _SEARCH and self.sorts else {}
                response = self.get(action, {**self.asked, **params, **order, rows: str(self.rows)})
                if answer.is_unknown_action(response):
                    raise _unknown(response)
                page = answer.read(response, anonymous=self.client.anonymous)
            except SourceError as error:
                if error.rule in (Reason.TOO_LARGE, Reason.TIMEOUT) and self.rows > _FEWEST:
                    self.rows = max(_FEWEST, self.rows // 5)
                elif error.rule == Reason.PROTOCOL_ERROR and not self._settled:
                    refused = refused or error
                    if not self._ask_for_less(action, error.message):
                        raise refused from None
                else:
                    raise
            else:
                self._settled = True
                return page

    def _ask_for_less(self, action: str, said: str) -> bool:
        """Ask without an order or for fewer rows from now on. False if neither is possible."""
        names_rows, names_order = _ROWS_REFUSED.search(said), _ORDER_REFUSED.search(said)
        if self.sorts and action == _SEARCH and (names_order or not (names_rows or self.rows > _REFUSED)):
            self.sorts, self.rows = False, self.rows if names_order else self._most
            return True
        if self.rows > _REFUSED and not names_order:
            self.rows = max(_REFUSED, self.rows // 5)
            return True
        return False


class _Listing:
    def __init__(self, portal: Ckan) -> None:
        self.portal = portal
        self.url = portal.url

    def asked(self) -> dict[str, object]:
        """What the portal turned out to accept, for a checkpoint."""
        return {"rows": self.portal.rows, "sorts": self.portal.sorts}


class _PackageSearch(_Listing):
    dialect = _SEARCH

    @property
    def keyed(self) -> bool:
        return self.portal.sorts

    def by_place(self, start: int) -> PackageAnswer:
        page = self.portal.page(_SEARCH, {"start": str(start)}, "rows")
        if page.count is None:
            raise self._countless()
        return page

    def by_key(self, last: str) -> PackageAnswer | None:
        # If the source has its own filter, the key needs a parameter of its own.
        free = self._free()
        if not free:
            return None
        try:
            question = {free: f"id:{{{_quoted(last)} TO *]", "start": "0"}
            return self.portal.page(_SEARCH, question, "rows")
        except SourceError as error:
            if error.rule in (Reason.PROTOCOL_ERROR, Reason.SERVER_ERROR, Reason.UNAUTHORISED):
                return None
            raise

    def by_name(self, identifier: str) -> PackageAnswer:
        """Ask for the package with this id within the selection."""
        free = self._free()
        if not free:
            raise SourceError(
                Reason.PROTOCOL_ERROR, "Another filter does not fit into the request", "", url=self.url
            )
        return self.portal.page(_SEARCH, {free: f"id:{_quoted(identifier)}"}, "rows")

    def _free(self) -> str:
        return next((name for name in ("q", "fq") if name not in self.portal.asked), "")

    def count(self) -> int:
        found = answer.read_result(self.portal.get(_SEARCH, {**self.portal.asked, "rows": "0"}))
        count = answer.number(found.get("count")) if isinstance(found, dict) else None
        if count is None:
            raise self._countless()
        return count

    def _countless(self) -> SourceError:
        return SourceError(
            Reason.PROTOCOL_ERROR,
            "The response does not say how many data sets there are (field count)",
            "Ask the portal's operator to implement CKAN's package_search exactly.",
            "G5.2",
            self.url,
        )


class _PackageList(_Listing):
    """DKAN's list, which does not say how long it is (the list of names does).

    DKAN has no ``package_search``.
    """

    dialect = _LIST
    keyed = False

    def by_place(self, start: int) -> PackageAnswer:
        page = self.portal.page(_LIST, {"offset": str(start)}, "limit")
        page.count = None
        return page

    def by_key(self, last: str) -> PackageAnswer | None:
        return None

    def count(self) -> int:
        names = answer.read_result(self.portal.get("package_list", {}))
        if not isinstance(names, list):
            raise SourceError(
                Reason.PROTOCOL_ERROR,
                "The action package_list returns no list, so the end of the data sets cannot be recognised",
                "Ask the portal's operator to offer package_list.",
                url=self.url,
            )
        return len(names)


def _parsed(url: str) -> tuple[str, str, dict[str, str]]:
    """(address of the action API, the action that is named, the parameters that select)."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # the client will report it
        return url, "", {}
    path, action = parts.path.rstrip("/"), ""
    if match := _ACTION.fullmatch(path):
        path, action = match[1], match[2] or ""
    elif match := _API.fullmatch(path):
        path = f"{match[1]}{match[2] or '/3'}/action"
    elif path.endswith(f"/{_SEARCH}"):
        path, action = path.removesuffix(f"/{_SEARCH}"), _SEARCH
    else:
        path += "/api/3/action"
    asked = {name: value for name, value in parse_qsl(parts.query) if name not in _PAGING}
    return urlunsplit(parts._replace(path=path, query="", fragment="")), action, asked


def _quoted(identifier: str) -> str:
    """A phrase in Solr's query language."""
    escaped = re.sub(r'(["\\])', r"\\\1", identifier)
    return f'"{escaped}"'


def _is_public(reading: Reading) -> bool:
    return not (reading.deleted or (reading.fault and reading.fault.rule == Unread.OTHER_KIND))


def _unknown(response: Response) -> UnknownAction:
    status = 404 if response.status == 400 else response.status
    error = status_error(status, response.url)
    return UnknownAction(
        error.rule,
        f"{error.message}: this CKAN action does not exist",
        "Check that the URL is that of the portal or of its action API.",
        "G5.2",
        response.url,
    )
