"""The catalogues of Statistics Netherlands (CBS): OData 3 (ODataCatalog) and OData 4 (datasets.cbs.nl)."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from erpd.formats.reading import Reading
from erpd.metadata.findings import Finding, Severity
from erpd.sources.cbs.answer import Listing, read
from erpd.sources.errors import SourceError, plain
from erpd.sources.http.client import Client
from erpd.sources.http.failures import status_error
from erpd.sources.page import Page
from erpd.sources.positions import Positions, Slice, positions_from

MEDIA_TYPE = "application/vnd.cbs.table+json"
PAGE = 500
_LISTS = ("Tables", "Datasets")
_VERSION_4 = re.compile(r"/odata/v\d", re.IGNORECASE)
_OWN = ("$skip", "$top", "$format", "$orderby", "$count", "$inlinecount", "$filter")
_MOST_PAGES = 1000  # of a list of themes or catalogues


class Cbs:
    """``url`` is a catalogue or its list: ``…/ODataCatalog``, ``…/ODataCatalog/Tables``, ``…/odata/v1/CBS``.

    ``set_``: only the tables of this catalogue of CBS. What stands in other lists is added to each entry: the
    titles of its themes as ``@themes`` (OData 3), what is said of its catalogue as ``@catalog`` (OData 4).
    """

    def __init__(self, url: str, client: Client, *, set_: str = "") -> None:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        asked = dict(query)
        path = parts.path.rstrip("/")
        name = path.rpartition("/")[2]
        self.version = 4 if name == "Datasets" or (name != "Tables" and _VERSION_4.search(path)) else 3
        if name not in _LISTS:
            path = f"{path}/{_LISTS[self.version - 3]}"
        kept = urlencode([(key, value) for key, value in query if key not in _OWN])
        self.url = urlunsplit(parts._replace(path=path, query=kept, fragment="")) if "://" in url else url
        chosen = "Catalog eq '{}'".format(set_.replace("'", "''")) if set_ else ""
        self.filter = " and ".join(filter(None, (asked.get("$filter", ""), chosen)))
        self.client = client

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """The tables, sorted by identifier where the server can. Raises SourceError."""
        walk = positions_from(checkpoint, self.url, PAGE)
        listing: Listing | None = walk.asked(self._ask)
        facts = self._facts()
        while not walk.done:
            answer = self._slice(listing or walk.asked(self._ask), walk, facts)
            listing = None
            page = walk.step(answer)
            if page is not None:
                yield page
            if answer.broken is not None:
                raise answer.broken

    def _ask(self, walk: Positions) -> Listing:
        parameters = {"$skip": str(walk.start), "$top": str(walk.size)}
        if walk.ordered:
            parameters |= {"$orderby": "Identifier"}
            parameters |= {"$count": "true"} if self.version == 4 else {"$inlinecount": "allpages"}
        if self.filter:
            parameters["$filter"] = self.filter
        return self._list(self.url, parameters)

    def _list(self, url: str, parameters: dict[str, str]) -> Listing:
        if self.version == 3:
            parameters = {"$format": "json", **parameters}
        response = self.client.get(url, parameters, any_status=True)
        if response.status != 200:
            raise status_error(response.status, response.url)
        return read(response.content, response.url)

    def _slice(self, listing: Listing, walk: Positions, facts: "_Facts") -> Slice:
        readings = [_reading(entry, number, facts) for number, entry in enumerate(listing.entries, start=1)]
        asked = walk.size
        if not listing.next_link and not walk.start and len(readings) > walk.size:
            walk.size = len(readings)  # the server gives all at once
        answer = Slice(readings, listing.total)
        # A part of a list must say where it goes on (OData 4 JSON, 4.5.5; OData 3 JSON, 4.4).
        answer.ended = not listing.next_link and len(readings) != asked
        if listing.cut:
            answer.broken = SourceError(
                "cut",
                "The response ends in the middle of the JSON",
                "Try again later. If it keeps happening, contact the source's operator.",
                url=self.url,
            )
        return answer

    def _facts(self) -> "_Facts":
        if self.version == 4:
            catalogues = {str(entry.get("Identifier")): entry for entry in self._all("Catalogs")}
            return _Facts({}, catalogues)
        themes = {str(entry.get("ID")): entry for entry in self._all("Themes")}
        of_table: dict[str, dict[str, None]] = {}
        for entry in self._all("Tables_Themes") if themes else ():
            titles = of_table.setdefault(str(entry.get("TableIdentifier")).strip(), {})
            titles |= dict.fromkeys(_lineage(themes, str(entry.get("ThemeID"))))
        return _Facts({name: [*titles] for name, titles in of_table.items()}, {})

    def _all(self, name: str) -> Iterator[dict[str, object]]:
        """A whole list beside ours; nothing where the server has none of that name."""
        url = urljoin(self.url, name)
        came: set[str] = set()
        try:
            listing = self._list(url, {})
            while True:
                yield from (entry for entry in listing.entries if isinstance(entry, dict))
                if not listing.next_link:
                    return
                following = urljoin(url, listing.next_link)
                if following in came or len(came) >= _MOST_PAGES:
                    raise self._endless(following)
                came.add(following)
                listing = self._list(following, {})
        except SourceError as error:
            if came or error.rule != "not-found":
                raise

    def _endless(self, url: str) -> SourceError:
        return SourceError(
            "token-loop",
            "A list of themes or catalogues never ends: its pages link to each other",
            "Harvest again. If it keeps happening, contact the source's operator.",
            url=url,
        )


class _Facts:
    """Of each table the titles of its themes, root first; of each catalogue what is said of it."""

    def __init__(self, themes: dict[str, list[str]], catalogues: dict[str, dict[str, object]]) -> None:
        self.themes = themes
        self.catalogues = catalogues

    def added(self, entry: dict[str, object], identifier: str) -> dict[str, object]:
        themes = self.themes.get(identifier)
        catalogue = self.catalogues.get(str(entry.get("Catalog")))
        added = {**entry, "@themes": themes} if themes else entry
        return {**added, "@catalog": catalogue} if catalogue else added


def _reading(entry: dict[str, object] | tuple[bytes, str], number: int, facts: _Facts) -> Reading:
    if isinstance(entry, tuple):
        content, reason = entry
        value = f"{reason}: {plain(content[:800].decode('utf-8', 'replace'), 200)}"
        fault = Finding("broken-syntax", Severity.ERROR, f"value[{number}]", value)
        return Reading("", content, "application/octet-stream", fault=fault)
    name = entry.get("Identifier")
    identifier = name.strip() if isinstance(name, str) else ""
    content = json.dumps(facts.added(entry, identifier), ensure_ascii=False, separators=(",", ":")).encode()
    if not identifier:
        fault = Finding("no-identifier", Severity.ERROR, f"value[{number}]/Identifier", section="G3.4.3")
        return Reading("", content, MEDIA_TYPE, fault=fault)
    stamp = next(
        (str(entry[key]) for key in ("MetaDataModified", "Modified", "Updated") if entry.get(key)), ""
    )
    return Reading(identifier, content, MEDIA_TYPE, stamp)


def _lineage(themes: dict[str, dict[str, object]], name: str) -> list[str]:
    """The titles from the root to the theme."""
    titles: list[str] = []
    seen: set[str] = set()
    while name in themes and name not in seen:
        seen.add(name)
        titles.insert(0, str(themes[name].get("Title") or "").strip())
        name = str(themes[name].get("ParentID"))
    return [title for title in titles if title]
