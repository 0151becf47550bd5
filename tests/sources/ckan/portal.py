"""A small portal with CKAN's action API for tests: package_search as Solr answers it, and DKAN's list."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

JSON = {"Content-Type": "application/json;charset=utf-8"}
_AFTER = re.compile(r'id:\{"((?:[^"\\]|\\.)*)" TO \*\]')
_NAMED = re.compile(r'id:"((?:[^"\\]|\\.)*)"')


def package(identifier: str, **more: object) -> dict[str, object]:
    return {
        "id": identifier,
        "name": "ziekenhuizen",
        "title": "Ziekenhuizen é ☃",
        "type": "dataset",
        "state": "active",
        "metadata_modified": "2026-01-01T00:00:00",
        "resources": [{"id": "r1", "url": "http://data.example/a.csv"}],
        **more,
    }


def answer(packages: Sequence[str], count: object) -> bytes:
    """``packages`` are JSON texts, so that one of them can be damaged."""
    return (
        '{"help": "…", "success": true, "result": {"count": '
        + json.dumps(count)
        + ', "sort": "id asc", "facets": {}, "results": ['
        + ", ".join(packages)
        + '], "search_facets": {}}}'
    ).encode()


def failure(kind: str, message: str = "") -> bytes:
    return json.dumps({"success": False, "error": {"__type": kind, "message": message}}).encode()


class Portal:
    """``packages`` in the order in which they were edited last; ids -> JSON texts.

    ``keys``: how it takes a search for ids after another: as Solr does (``known``), with an error
    (``refused``), not at all (``ignored``), as words that no text has (``words``). ``before`` is called
    before each search with the number of searches so far: the time when editors work.
    """

    def __init__(
        self,
        packages: Sequence[Mapping[str, object]],
        *,
        cap: int = 1000,
        keys: str = "known",
        sorts: bool = True,
        off: int = 0,
        before: Callable[["Portal", int], None] = lambda portal, number: None,
    ) -> None:
        self.packages = {str(each["id"]): json.dumps(each, ensure_ascii=False) for each in packages}
        self.cap, self.keys, self.sorts, self.off, self.before = cap, keys, sorts, off, before
        self.searches = 0

    def insert(self, identifier: str) -> None:
        self.packages = {identifier: json.dumps(package(identifier)), **self.packages}

    def edit(self, identifier: str) -> None:
        self.packages = {identifier: self.packages.pop(identifier), **self.packages}

    def delete(self, identifier: str) -> None:
        del self.packages[identifier]

    def __call__(
        self, path: str, query: dict[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        action = path.rpartition("/")[2]
        if action == "package_search":
            return self.search(query)
        if action == "package_show":
            found = self.packages.get(query["id"])
            if found is None:
                return 404, JSON, failure("Not Found Error", "Not found")
            return 200, JSON, b'{"success": true, "result": ' + found.encode() + b"}"
        return 400, JSON, json.dumps(f"Bad request - Action name not known: {action}").encode()

    def search(self, query: dict[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        self.before(self, self.searches)
        self.searches += 1
        found = dict(self.packages)
        for name in ("q", "fq"):
            wanted = query.get(name, "")
            if after := _AFTER.fullmatch(wanted):
                if self.keys == "refused":
                    return 409, JSON, failure("Search Query Error", "Invalid search query")
                if self.keys != "ignored":
                    last = _unescaped(after[1])
                    found = {key: text for key, text in found.items() if self.keys == "known" and key > last}
            elif named := _NAMED.fullmatch(wanted):
                found = {key: text for key, text in found.items() if key == _unescaped(named[1])}
            elif wanted:
                found = {key: text for key, text in found.items() if wanted in text}
        if self.sorts and query.get("sort") == "id asc":
            found = dict(sorted(found.items()))
        start, rows = int(query.get("start", "0")), min(int(query.get("rows", "10")), self.cap)
        return 200, JSON, answer(list(found.values())[start : start + rows], len(found) + self.off)


class Dkan:
    """No search: a list of lists by ``limit`` and ``offset``, and all names."""

    def __init__(self, packages: Sequence[Mapping[str, object]], cap: int = 1000) -> None:
        self.packages, self.cap = [json.dumps(each) for each in packages], cap

    def __call__(
        self, path: str, query: dict[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        action = path.rpartition("/")[2]
        if action == "package_list":
            names = [json.loads(each)["id"] for each in self.packages]
            return 200, JSON, json.dumps({"success": True, "result": names}).encode()
        if action != "current_package_list_with_resources":
            return 404, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html>Not found</html>"
        start = int(query.get("offset", "0"))
        found = self.packages[start : start + min(int(query["limit"]), self.cap)]
        return 200, JSON, f'{{"success": true, "result": [[{", ".join(found)}]]}}'.encode()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
