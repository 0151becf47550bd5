"""The catalogues of Statistics Netherlands (CBS): OData 3 (ODataCatalog) and OData 4 (datasets.cbs.nl)."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from erpd.formats.json_values import OF_JSON
from erpd.formats.reading import Reading
from erpd.formats.repairs import MARK_BYTES, unmarked_json
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.sources.cbs.answer import Listing, read
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.http.failures import status_error
from erpd.sources.links import place_of
from erpd.sources.page import Page
from erpd.sources.positions import PlacedAnswer, Positions, positions_from
from erpd.sources.tokens import LinkedAnswer, TokenWalk

MEDIA_TYPE = "application/vnd.cbs.table+json"
PAGE = 500
_LINKS = "Ask the source's operator to fix its links to the next pages."
_LISTS = ("Tables", "Datasets")
_VERSION_4 = re.compile(r"/odata/v\d", re.IGNORECASE)
_OWN = ("$skip", "$top", "$format", "$orderby", "$count", "$inlinecount", "$filter")
_MOST_PAGES = 1000  # of a list of themes or catalogues


class Cbs:
    """``url`` is a catalogue or its list: ``…/ODataCatalog``, ``…/ODataCatalog/Tables``, ``…/odata/v1/CBS``.

    ``set_`` selects the tables of one of CBS's catalogues. Facts from other lists are added to each entry:
    the titles of its themes as ``@themes`` (OData 3), the entry of its catalogue as ``@catalog`` (OData 4).
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
        """Yield the tables, sorted by identifier if the server can. Raises SourceError."""
        if checkpoint and "token" in checkpoint:
            yield from self._linked(self._facts(), checkpoint)
            return
        walk = positions_from(checkpoint, self.url, PAGE)
        listing: Listing | None = walk.asked(self._ask)
        facts = self._facts()
        if not walk.count and listing and _is_opaque(listing.next_link):
            # The links of a part of a list stay within that part; without $top we get the whole list.
            yield from self._linked(facts, None, self._list(self.url, self._selection(walk)))
            return
        while not walk.done:
            answer = self._slice(listing or walk.asked(self._ask), walk, facts)
            listing = None
            page = walk.step(answer)
            if page is not None:
                yield page
            if answer.broken is not None:
                raise answer.broken

    def _linked(
        self, facts: "_Facts", checkpoint: dict[str, object] | None, listing: Listing | None = None
    ) -> Iterator[Page]:
        """Follow the links, which only the server understands (OData 3 JSON, 4.4; OData 4 JSON, 4.5.5)."""
        walk = TokenWalk(self.url, called="next link")
        walk.resume(checkpoint)
        address = walk.token or self.url
        while not walk.done:
            listing = listing or self._list(address, {})
            token = self._following(listing, address) if listing.next_link else ""
            answer = LinkedAnswer(_readings(listing, facts), listing.total, self._cut(listing), token)
            yield walk.step(answer)
            if answer.broken is not None:
                raise answer.broken
            address, listing = walk.token, None

    def _ask(self, walk: Positions) -> Listing:
        place = {"$skip": str(walk.start), "$top": str(walk.most)}
        return self._list(self.url, {**place, **self._selection(walk)})

    def _selection(self, walk: Positions) -> dict[str, str]:
        parameters: dict[str, str] = {}
        if walk.ordered:
            parameters |= {"$orderby": "Identifier"}
            parameters |= {"$count": "true"} if self.version == 4 else {"$inlinecount": "allpages"}
        if self.filter:
            parameters["$filter"] = self.filter
        return parameters

    def _list(self, url: str, parameters: dict[str, str]) -> Listing:
        if self.version == 3 and "$format" not in dict(parse_qsl(urlsplit(url).query)):
            parameters = {"$format": "json", **parameters}
        response = self.client.get(url, parameters, any_status=True)
        if response.status != 200:
            raise status_error(response.status, response.url)
        return read(response.content, response.url)

    def _slice(self, listing: Listing, walk: Positions, facts: "_Facts") -> PlacedAnswer:
        readings, asked = _readings(listing, facts), walk.most
        if not listing.next_link and not walk.start and len(readings) > walk.size:
            walk.size = len(readings)  # the server sends everything at once
        answer = PlacedAnswer(readings, listing.total)
        # A part of a list must say where it continues (OData 4 JSON, 4.5.5; OData 3 JSON, 4.4).
        answer.ended = not listing.next_link and len(readings) != asked
        answer.broken = self._cut(listing)
        return answer

    def _cut(self, listing: Listing) -> SourceError | None:
        if not listing.cut:
            return None
        return SourceError(
            Reason.CUT,
            "The response ends in the middle of the JSON",
            "Try again later. If it keeps happening, contact the source's operator.",
            url=self.url,
        )

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
        """Another whole list; nothing if the server has none of that name."""
        url = urljoin(self.url, name)
        came: set[str] = set()
        try:
            listing = self._list(url, {})
            while True:
                yield from (entry for entry in listing.entries if isinstance(entry, dict))
                if not listing.next_link:
                    return
                following = self._following(listing, url)
                if following in came or len(came) >= _MOST_PAGES:
                    raise self._endless(following)
                came.add(following)
                listing = self._list(following, {})
        except SourceError as error:
            if came or error.rule != Reason.NOT_FOUND:
                raise

    def _following(self, listing: Listing, address: str) -> str:
        return self.client.without_keys(place_of(listing.next_link, address, _LINKS))

    def _endless(self, url: str) -> SourceError:
        return SourceError(
            Reason.TOKEN_LOOP,
            "A list of themes or catalogues never ends: its pages link to each other",
            "Harvest again. If it keeps happening, contact the source's operator.",
            url=url,
        )


class _Facts:
    """For each table, the titles of its themes, root first; for each catalogue, its entry."""

    def __init__(self, themes: dict[str, list[str]], catalogues: dict[str, dict[str, object]]) -> None:
        self.themes = themes
        self.catalogues = catalogues

    def added(self, entry: dict[str, object], identifier: str) -> dict[str, object]:
        themes = self.themes.get(identifier)
        catalogue = self.catalogues.get(str(entry.get("Catalog")))
        added = {**entry, "@themes": themes} if themes else entry
        return {**added, "@catalog": catalogue} if catalogue else added


def _is_opaque(link: str) -> bool:
    """Whether a next link gives the place of the page in another way than by position."""
    return bool(link) and "$skip" not in dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))


def _readings(listing: Listing, facts: _Facts) -> list[Reading]:
    return [_reading(entry, number, facts) for number, entry in enumerate(listing.entries, start=1)]


def _reading(entry: dict[str, object] | tuple[bytes, str], number: int, facts: _Facts) -> Reading:
    if isinstance(entry, tuple):
        content, reason = entry
        value = f"{reason}: {plain(content[:800].decode('utf-8', 'replace'), 200)}"
        fault = Finding(Unread.BROKEN_SYNTAX, Severity.ERROR, f"value[{number}]", value, OF_JSON)
        return Reading("", content, "application/octet-stream", fault=fault)
    name = entry.get("Identifier")
    identifier = name.strip() if isinstance(name, str) else ""
    said, repairs = facts.added(entry, identifier), tuple[Finding, ...]()
    content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    if MARK_BYTES in content:
        said, repairs = unmarked_json(said)
        content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    if not identifier:
        fault = Finding(Unread.NO_IDENTIFIER, Severity.ERROR, f"value[{number}]/Identifier", section="G3.4.3")
        return Reading("", content, MEDIA_TYPE, fault=fault)
    stamp = next(
        (str(entry[key]) for key in ("MetaDataModified", "Modified", "Updated") if entry.get(key)), ""
    )
    return Reading(identifier, content, MEDIA_TYPE, stamp, repairs=repairs)


def _lineage(themes: dict[str, dict[str, object]], name: str) -> list[str]:
    """The titles of a theme and those above it, root first."""
    titles: list[str] = []
    seen: set[str] = set()
    while name in themes and name not in seen:
        seen.add(name)
        titles.insert(0, str(themes[name].get("Title") or "").strip())
        name = str(themes[name].get("ParentID"))
    return [title for title in titles if title]
