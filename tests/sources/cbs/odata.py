"""A little OData server for tests: lists that are filtered by nothing, sorted, counted and paged."""

import json
from collections.abc import Mapping, Sequence

JSON = {"Content-Type": "application/json"}


class Catalogue:
    """Gives ``lists`` by name, in pages of at most ``size``; as a handler of Serving.

    ``dialect`` is "3" or "4". An entry that is text stands in the answer as it is, however broken.
    """

    def __init__(
        self, lists: Mapping[str, Sequence[dict[str, object] | str]], size: int = 4, dialect: str = "3"
    ) -> None:
        self.lists = lists
        self.size = size
        self.dialect = dialect

    def __call__(
        self, path: str, query: dict[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        name = path.rpartition("/")[2]
        if name not in self.lists:
            return 404, JSON, b'{"odata.error":{"code":"","message":{"value":"no such list"}}}'
        entries = list(self.lists[name])
        start = int(query.get("$skip", "0"))
        end = start + min(int(query.get("$top", len(entries))), self.size)
        texts = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries[start:end]]
        prefix = "odata." if self.dialect == "3" else "@odata."
        count = f'"{prefix}count":{len(entries)},' if {"$count", "$inlinecount"} & query.keys() else ""
        follows = f',"{prefix}nextLink":"{name}?$skip={end}"' if end < len(entries) else ""
        return 200, JSON, f'{{{count}"value":[{",".join(texts)}]{follows}}}'.encode()
