"""A little OData server for tests: lists that are filtered by nothing, sorted, counted and paged."""

import json
from collections.abc import Mapping, Sequence

JSON = {"Content-Type": "application/json"}


class Catalogue:
    """Gives ``lists`` by name, in pages of at most ``size``; as a handler of Serving.

    ``dialect`` is "3" or "4". ``tokens``: it pages by links alone, which only it understands, and takes no
    notice of $skip; ``link`` is what stands before the query of such a link. An entry that is text stands in
    the answer as it is, however broken.
    """

    def __init__(
        self,
        lists: Mapping[str, Sequence[dict[str, object] | str]],
        size: int = 4,
        dialect: str = "3",
        *,
        tokens: bool = False,
        link: str = "",
    ) -> None:
        self.lists = lists
        self.size = size
        self.dialect = dialect
        self.tokens = tokens
        self.link = link

    def __call__(
        self, path: str, query: dict[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        name = path.rpartition("/")[2]
        if name not in self.lists:
            return 404, JSON, b'{"odata.error":{"code":"","message":{"value":"no such list"}}}'
        entries = list(self.lists[name])
        start = int(query.get("$skiptoken", "t0")[1:]) if self.tokens else int(query.get("$skip", "0"))
        whole = min(len(entries), int(query.get("$top", len(entries)))) if self.tokens else len(entries)
        end = start + min(int(query.get("$top", len(entries))), self.size)
        texts = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries[start:end]]
        prefix = "odata." if self.dialect == "3" else "@odata."
        count = f'"{prefix}count":{len(entries)},' if {"$count", "$inlinecount"} & query.keys() else ""
        place = f"{self.link or name}?$skiptoken=t{end}" if self.tokens else f"{name}?$skip={end}"
        follows = f',"{prefix}nextLink":"{place}"' if end < whole else ""
        return 200, JSON, f'{{{count}"value":[{",".join(texts)}]{follows}}}'.encode()
