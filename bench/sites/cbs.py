"""Statistics Netherlands: the list Tables of OData 3, with the themes of each table."""

import json
from collections.abc import Mapping

from bench.data_sets import DataSet, data_set
from bench.sites import Record, Site
from bench.words import THEMES

_FREQUENCIES = {
    "ANNUAL": "Perjaar",
    "MONTHLY": "Permaand",
    "QUARTERLY": "Perkwartaal",
    "WEEKLY": "Perweek",
    "DAILY": "Perdag",
    "IRREG": "Onregelmatig",
}
_ODATA = "https://opendata.cbs.nl"


def record(number: int) -> bytes:
    """The table as JSON."""
    return json.dumps(_table(data_set(number)), ensure_ascii=False).encode()


def site(size: int, record: Record) -> Site:
    tables = [record(number) for number in range(size)]
    themes = [{"ID": index, "ParentID": None, "Title": theme} for index, theme in enumerate(THEMES)]
    of_tables = [
        {"ID": number, "TableIdentifier": _name(number), "ThemeID": THEMES.index(theme)}
        for number in range(size)
        for theme in data_set(number).themes
    ]
    lists = {name: _list(entries) for name, entries in (("Themes", themes), ("Tables_Themes", of_tables))}

    def answer(path: str, query: Mapping[str, str]) -> tuple[str, bytes]:
        name = path.rpartition("/")[2]
        if name in lists:
            return "application/json", lists[name]
        start = int(query["$skip"])
        end = start + int(query["$top"])
        found = b",".join(tables[start:end])
        return "application/json", b'{"odata.count":"%d","value":[%b]}' % (size, found)

    return answer


def _list(entries: list[dict[str, object]]) -> bytes:
    return json.dumps({"value": entries}).encode()


def _name(number: int) -> str:
    return f"{number:07}NED"


def _table(made: DataSet) -> dict[str, object]:
    name = _name(made.number)
    (title, description), (other_title, other) = [*made.texts.values(), *made.texts.values()][:2]
    return {
        "Updated": f"{made.modified}T02:00:00",
        "ID": made.number,
        "Identifier": name,
        "Title": title,
        "ShortTitle": made.publisher_name,
        "ShortDescription": f"\n{description}\n",
        "Summary": f"{other_title}: {other}",
        "Modified": f"{made.modified}T02:00:00",
        "MetaDataModified": f"{made.modified}T02:00:00",
        "ReasonDelivery": "Actualisering",
        "ExplanatoryText": ", ".join(made.keywords),
        "OutputStatus": "Regulier",
        "Source": "CBS.",
        "Language": "nl",
        "Catalog": "CBS",
        "Frequency": _FREQUENCIES[made.frequency],
        "Period": f"{made.start[:4]} - {made.end[:4]}",
        "SummaryAndLinks": "",
        "ApiUrl": f"{_ODATA}/ODataApi/OData/{name}",
        "FeedUrl": f"{_ODATA}/ODataFeed/OData/{name}",
        "DefaultPresentation": "graphtype=Table&ts=1578920921478",
        "DefaultSelection": f"$select={', '.join(made.keywords)}",
        "GraphTypes": "Table,Bar,Line",
        "RecordCount": made.distributions[0].bytes,
        "ColumnCount": len(made.keywords),
        "SearchPriority": "2",
    }
