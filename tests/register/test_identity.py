import re

import pytest

from erpd.register.identity import is_placeholder
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client
from tests.formats.shelf import files, present
from tests.needs import SHARED


@pytest.mark.parametrize(
    "text",
    [
        *("", "None", "NULL", "nan", "undefined", "unknown", "N/A", "0", "[object Object]"),
        *("https://portal.example/dataset/None", "https://portal.example/dataset/undefined/"),
        *("https://portal.example/dataset?id=null", "oai:portal.example:None", "urn:data:NaN"),
        *("https://portal.example/dataset#null", "https://portal.example/%6Eone"),
        *("https://portal.example/dataset/{id}", "https://portal.example/dataset/%7Bdataset_id%7D/rdf"),
        *("https://portal.example/${dataset.id}", "{{ id }}", "https://portal.example/dataset/%s"),
        *("urn:uuid:00000000-0000-0000-0000-000000000000", "https://portal.example/%5Bobject%20Object%5D"),
        "{00000000-0000-0000-0000-000000000000}",
    ],
)
def test_what_stands_where_an_identifier_is_missing(text):
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "https://portal.example/none/dataset/1",
            "https://none.example/",
            "https://portal.example/dataset/0",
        ),
        *("https://portal.example/dataset/unknown", "https://portal.example/dataset/test", "Noneland"),
        *("https://portal.example/dataset/water-none", "https://portal.example/index?q="),
        *("{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "urn:uuid:00000000-0000-0000-0000-000000000001"),
        *("00000000-0000-0000-0000-000000000000-7", "https://portal.example/100%25s/a"),
    ],
)
def test_what_is_an_identifier_though_it_looks_odd(text):
    assert not is_placeholder(text)


def test_no_identifier_of_real_catalogues_is_taken_for_a_placeholder():
    present(SHARED)
    found = {"rdf": data_sets_in_rdf(), "ckan": set(), "xml": set()}
    for file in files("ckan", "cbs"):
        if file.suffix == ".json":
            found["ckan"] |= set(
                re.findall(r'"(?:id|Identifier)":\s*"([^"]+)"', file.read_text("utf-8", "replace"))
            )
    for file in files("csw-iso19139", "oai-pmh"):
        text = file.read_text("utf-8", "replace")
        found["xml"] |= set(re.findall(r"fileIdentifier>\s*<[^>]+>\s*([^<]+?)\s*<", text))
        found["xml"] |= set(re.findall(r"<identifier>([^<]+)<", text))
    counts = {name: len(names) for name, names in found.items()}
    assert [name for names in found.values() for name in names if is_placeholder(name)] == [], counts
    assert counts["rdf"] > 400, counts
    assert min(counts["ckan"], counts["xml"]) > 90, counts


def data_sets_in_rdf():
    found = set()
    for file in files("catalogues", "seed"):
        try:
            pages = list(Dump(str(file), Client(), local=True).pages())
        except SourceError:
            continue
        found |= {reading.identifier for page in pages for reading in page.readings if reading.identifier}
    return found
