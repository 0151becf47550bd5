import pytest

from erpd.formats.html_page import is_html
from tests.needs import SHARED

XHTML = b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/strict.dtd">'
PAGES = {
    "nginx": b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center>",
    "Apache": b'<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>401',
    "Tomcat": b'<!doctype html><html lang="en"><head><title>HTTP Status 404</title>',
    "Shibboleth": b'\n<html>\n<body onload="document.forms[0].submit()"><noscript><p><strong>Note:</strong>',
    "Keycloak": b'<!DOCTYPE html>\n<html class="login-pf">\n<head>\n    <meta charset="utf-8">',
    "SharePoint": b"\r\n\r\n" * 300 + XHTML,
    "CAS": b'<?xml version="1.0" encoding="UTF-8"?>\n' + XHTML + b"\n<html>",
    "Virtuoso": b'<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet href="a.css"?>\n<html lang="en">',
    "a wifi gate": b'<HEAD><META HTTP-EQUIV="refresh" CONTENT="0;URL=http://gate.example/login"></HEAD>',
    "a form that sends itself": b'<body onload="f()"><form action="https://login.example/">',
    "a page for old browsers": b'<!--[if lt IE 7]> <html class="ie6"> <![endif]-->\n<!--[if IE]><!--><html>',
    "comments of a CMS": b"\n<!-- This page was cached - 2026 -->\n<!-- by X --> \n<!DOCTYPE html>",
    "an instruction without its end": b"<?xml version='1.0'><html>",
    "a file of PHP with marks": b"\xef\xbb\xbf\xef\xbb\xbf\n\xef\xbb\xbf<!DOCTYPE html>",
    "UTF-16": "<!-- é -->\n<html>".encode("utf-16"),
    "UTF-16, the other way round": b"\xfe\xff" + "<!DOCTYPE html>".encode("utf-16-be"),
    "Latin-1": b"<!-- Schlie\xdfen --><html>",
    "entities": b'<!DOCTYPE html [<!ENTITY nbsp "&#160;">]><html>',
    "nothing in it": b"<html/>",
}
NO_PAGES = {
    "nothing": b"",
    "blanks": b" \n",
    "a mark": b"\xef\xbb\xbf",
    "OAI-PMH": b'<?xml version="1.0"?><?xml-stylesheet href="oai2.xsl"?>\n<!-- <html> --><OAI-PMH xmlns="http://',
    "SPARQL": b"<?xml version='1.0'?><sparql xmlns='http://www.w3.org/2005/sparql-results#'><head/></sparql>",
    "RDF/XML": b"<!DOCTYPE rdf:RDF [<!ENTITY html 'x'>]>\n<rdf:RDF>",
    "an element of another name": b"<header><html/></header>",
    "a name with a prefix": b"<html:div/>",
    "a name that goes on": b"<html-page/>",
    "a document type of another name": b"<!DOCTYPE html-page><html-page/>",
    "Turtle": b"<http://example.org/html> a <urn:html> .",
    "JSON": b'{"help": "<html>"}',
    "text": b"See <html> for help",
    "a comment without an end": b"<!-- <html><body>",
    "half a tag": b"<htm",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_known(name):
    assert is_html(PAGES[name])


@pytest.mark.parametrize("name", NO_PAGES)
def test_what_is_no_page_is_not_taken_for_one(name):
    assert not is_html(NO_PAGES[name])


def test_no_real_data_are_taken_for_a_page():
    found = [path for path in SHARED.rglob("*") if path.is_file()]
    if not found:
        pytest.skip("no ../shared/data")
    endings = {path.suffix for path in found if is_html(path.read_bytes()[:4000])}
    assert endings == {".html"}


@pytest.mark.parametrize(
    "part",
    [
        b" ",
        b"<!--",
        b"<!--x-->",
        b"<!-->",
        b"<?",
        b"<?x>",
        b"\xef\xbb\xbf",
        b"<!doctype ",
        b"<html",
        b"<!---->\n<?x?> ",
    ],
)
def test_no_beginning_takes_long(part):
    """Regular expressions that go back would take hours for some of these, and for all if they had no end."""
    bomb = part * (2**24 // len(part))
    for start in (b"", b"<?xml?>", b"<!-- ", b"\xff\xfe"):
        assert not is_html(start + bomb)
    assert not is_html(bomb + b"<html>")  # which stands too far off
