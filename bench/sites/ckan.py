"""CKAN: packages in the schema of guideline 5.2.2, and ``package_search`` by id, as Solr answers it."""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping

from bench.data_sets import AUTHORITY, BASE, DataSet, data_set
from bench.sites import Record, Site

_AFTER = re.compile(r'id:\{"([^"]*)" TO \*\]')


def record(number: int) -> bytes:
    """The package as JSON."""
    return json.dumps(_package(data_set(number)), ensure_ascii=False).encode()


def site(size: int, record: Record) -> Site:
    packages = [record(number) for number in range(size)]
    names = [_name(number) for number in range(size)]

    def answer(_: str, query: Mapping[str, str]) -> tuple[str, bytes]:
        after = _AFTER.search(query.get("q", ""))
        first = bisect_right(names, after[1]) if after else 0
        start = first + int(query.get("start", "0"))
        found = b", ".join(packages[start : start + int(query["rows"])])
        body = b'{"success": true, "result": {"count": %d, "results": [%b]}}' % (size - first, found)
        return "application/json;charset=utf-8", body

    return answer


def _name(number: int) -> str:
    return f"set-{number:07}"


def _package(made: DataSet) -> dict[str, object]:
    tag, name = made.language.tag, _name(made.number)
    titles = {language: title for language, (title, _) in made.texts.items()}
    descriptions = {language: description for language, (_, description) in made.texts.items()}
    publisher = f"{tag}-{made.publisher}"
    return {
        "id": name,
        "name": name,
        "uri": made.iri,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": False,
        "num_resources": len(made.distributions),
        "metadata_created": f"{made.issued}T00:00:00.000000",
        "metadata_modified": f"{made.modified}T00:00:00.000000",
        "title": titles[tag],
        "title_translated": titles,
        "notes": descriptions[tag],
        "notes_translated": descriptions,
        "tags": [{"name": word, "display_name": word, "state": "active"} for word in made.keywords],
        "theme": [f"{AUTHORITY}/data-theme/{theme}" for theme in made.themes],
        "identifier": str(made.number),
        "publisher": {
            "uri": f"{BASE}/id/organisation/{publisher}",
            "name": made.publisher_name,
        },
        "access_rights": f"{AUTHORITY}/access-right/{made.access}",
        "language": [f"{AUTHORITY}/language/{made.language.code}"],
        "frequency": f"{AUTHORITY}/frequency/{made.frequency}",
        "spatial": f"{AUTHORITY}/country/{made.language.country}",
        "url": f"{BASE}/{tag}/dataset/{made.number}",
        "issued": made.issued,
        "modified": made.modified,
        "contact_point": [{"name": made.publisher_name, "email": f"{publisher}@data.example"}],
        "temporal_coverage": [{"start": made.start, "end": made.end}],
        "organization": {"id": publisher, "name": publisher, "title": made.publisher_name},
        "resources": [
            {
                "id": f"{name}-{index}",
                "package_id": name,
                "uri": f"{made.iri}/{index}",
                "position": index,
                "state": "active",
                "name": each.title,
                "description": f"{each.title}, {each.format}",
                "format": each.format,
                "size": each.bytes,
                "url": f"{BASE}/access/{made.number}/{index}",
                "rights": f"{BASE}/id/conditions/{each.conditions}",
                "license": f"{AUTHORITY}/licence/CC_BY_4_0",
            }
            for index, each in enumerate(made.distributions)
        ],
    }
