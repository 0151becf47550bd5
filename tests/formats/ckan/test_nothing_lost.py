"""Every text, number and address of a CKAN package stands in the record, or in a finding that names it."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.ckan import read
from erpd.formats.ckan.fields import folded
from erpd.formats.ckan.values import nested
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from tests.formats.ckan.packages import PORTAL
from tests.needs import SHARED
from tests.nothing_lost import damaged_json, leaves, lost
from tests.proofs import length

RULES = load_profile("erpd")
NAMES = [
    *("id", "uri", "url", "title", "title_translated", "notes", "tags", "keywords", "groups"),
    *("organization", "publisher", "author", "author_email", "maintainer", "contact_name"),
    *("contact_email", "contact_uri", "publisher_name", "publisher_uri", "extras", "key"),
    *("value", "resources", "license_id", "license_title", "license_url", "license"),
    *("access_rights", "rights", "issued", "modified", "version", "language", "frequency", "theme"),
    *("dcat_type", "provenance", "conforms_to", "documentation", "alternate_identifier"),
    *("relation", "temporal", "temporal_start", "temporal_end", "spatial", "spatial_uri"),
    *("spatial_text", "spatial_bbox", "temporal_resolution", "qualified_relation"),
    *("qualified_attribution", "access_services", "hash", "hash_algorithm", "size", "format"),
    *("mimetype", "name", "description", "access_url", "download_url", "text", "start", "end", "en", "fr"),
    *("lang", "code", "resource", "label", "email", "odd"),
]
OWN = {
    "id": "p1",
    "title": "Percelen",
    "notes": "Every parcel",
    "tags": [{"name": "land"}],
    "author": "Ada",
    "author_email": "ada@a.eu",
    "license_id": "cc-by",
    "organization": {"id": "o1", "title": "Kadaster"},
    "extras": [{"key": "theme", "value": "ECON"}, {"key": "spatial", "value": "Oslo"}],
    "resources": [{"id": "r1", "url": "https://data.example/1.csv", "format": "CSV", "size": 1200}],
}


@cache
def packages():
    """All packages of shared/data, and one that is always there."""
    found = [OWN]
    for path in sorted((SHARED / "ckan").rglob("*.json")) + sorted((SHARED / "found-2026-11").glob("*.json")):
        waiting = [json.loads(path.read_text("utf-8"))]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict) and isinstance(value.get("resources"), list) and "title" in value:
                found.append(value)
            elif isinstance(value, dict | list):
                waiting += value.values() if isinstance(value, dict) else value
    return found


def meant(package):
    """Without what is left out on purpose (docs/mappings/ckan.md)."""
    if isinstance(package, list):
        return [meant(each) for each in package]
    value = nested(package) if isinstance(package, str) else package
    if isinstance(value, dict):
        return {
            name: meant(each)
            for name, each in value.items()
            if folded(name) != "trackingsummary"
            and not (name == "resources" and isinstance(each, dict) and each.get("state") == "deleted")
            and (name, each) != ("state", "active")
            and not (name == "key" and isinstance(each, str) and "value" in value)  # the name of a field
        }
    return package if not isinstance(value, list) else [meant(each) for each in value]


def nowhere(package):
    record = read(json.dumps(package).encode(), "p1", f"{PORTAL}/api/3/action")
    texts = [text for text in leaves(meant(package)) if text.strip()]
    return lost(texts, record, mend(record, RULES))


def test_of_all_recorded_packages():
    for package in packages():
        assert nowhere(package) == set(), json.dumps(package)


@pytest.mark.proof
@settings(deadline=None, max_examples=length(300, 10_000))
@given(st.data())
def test_of_random_damages(data):
    package = damaged_json(data.draw, data.draw(st.sampled_from(packages())), NAMES)
    assert nowhere(package) == set(), json.dumps(package)
