import pytest

from erpd.publish.accept import preferred

OFFERED = ["text/html", "application/rdf+xml", "text/turtle", "application/ld+json"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        (BROWSER, "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle ; Q=0.5", "text/turtle"),
        ("application/rdf+xml;q=0.8, text/turtle;q=0.9", "text/turtle"),
        ("application/*", "application/rdf+xml"),
        ("text/*;q=0.3, text/turtle;q=0.4", "text/turtle"),
        ("text/html;q=0, */*;q=0.1", "application/rdf+xml"),
        ("*/*, text/html;q=0.9, application/rdf+xml;q=0.9", "text/turtle"),
        ('application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("text/turtle;q=2, application/ld+json;q=0.001", "application/ld+json"),
        ("text/turtle;q=0", None),
        ("image/png, text/turtle;q=high", None),
        (";;;q, /, text/", None),
    ],
)
def test_the_reader_gets_what_it_wants_most(accept: str, media_type: str | None) -> None:
    assert preferred(accept, OFFERED) == media_type
