"""No argument of the RDF doors is a fault of ours: an answer, or an error of the client, and quickly."""

import time
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.publish.catalogue import pages
from tests.portal import shelf
from tests.proofs import length

TEXT = st.text(max_size=60) | st.sampled_from(
    [
        "",
        "0",
        "f" * 32,
        "dcat-ap-3",
        "schema.org",
        "https://schema.org/",
        "\x00",
        "\ud800",
        "<>",
        "q=0",
        "a" * 5_000,
    ]
)
NAMES = st.sampled_from(["after", "profile", "iri", "lang", "page", "x"])
HEADERS = st.sampled_from(
    ["Accept", "Accept-Profile", "If-None-Match", "If-Modified-Since", "Accept-Language", "Range", "Prefer"]
)
PATHS = st.sampled_from(
    [
        *(f"/catalogue.{syntax}{end}" for syntax in pages.SYNTAXES for end in ("", ".gz")),
        *(
            "/dumps",
            "/resource",
            "/.well-known/void",
            "/sitemap.xml",
            "/sitemaps/all.xml",
            "/harvest-us",
            "/machines",
        ),
        *("/", "/protected", "/open", "/catalogues/nl", "/datasets/KEY", "/datasets/KEY.ttl"),
    ]
)
PREFIXES = st.sampled_from(
    ["", "/protected", "/open", "/catalogues/nl", "/catalogues/none", "/catalogues/all"]
)
SLOWEST = 2.0


@pytest.fixture
def key(db: None) -> str:
    return str(shelf.put_demo(shelf.catalogue("nl"), "protected.ttl")[0].key)


@pytest.mark.proof
@settings(
    max_examples=length(150, 10_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    prefix=PREFIXES,
    path=PATHS,
    arguments=st.lists(st.tuples(NAMES, TEXT), max_size=4),
    headers=st.dictionaries(HEADERS, TEXT, max_size=4),
    method=st.sampled_from(["get", "get", "head", "post", "options"]),
)
def test_any_request(client: Client, key: str, prefix, path, arguments, headers, method) -> None:
    query = "&".join(f"{name}={quote(text, errors='surrogatepass')}" for name, text in arguments)
    sent = {name: text.encode("utf-8", "replace").decode("latin-1") for name, text in headers.items()}
    start = time.process_time()
    response = getattr(client, method)(f"{prefix}{path.replace('KEY', key)}?{query}", headers=sent)
    status = response.status_code
    response.getvalue()  # to its end: `close` would close the connection of the test, too
    assert time.process_time() - start < SLOWEST
    missing = path.endswith(".gz") or path in ("/resource", "/", "/protected", "/open", "/catalogues/nl")
    assert status < 500 or (status == 503 and missing and "Retry-After" in response)
