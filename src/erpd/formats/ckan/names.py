"""IRIs of what a CKAN portal describes: permanent, and the same as those of ckanext-dcat (G3.4.3)."""

import re
from collections.abc import Container
from urllib.parse import quote, urlsplit, urlunsplit

from pyoxigraph import NamedNode

from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.values import address, text_of
from erpd.metadata.graph import Node
from erpd.metadata.iri import is_iri

_API = re.compile(r"/api(?:/\d+)?(?:/action(?:/.*)?)?/*$")
_NAME = ("uri", "dcat_uri")


def portal_of(url: str) -> str:
    """Return the address of a portal from that of its API: ``https://data.example/api/3/action`` -> its root.

    Returns "" if ``url`` is not a web address.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.netloc.rpartition("@")[2]  # without user name and password
    return urlunsplit((parts.scheme, host, _API.sub("", parts.path).rstrip("/"), "", ""))


def data_set_iri(package: Fields, identifier: str, portal: str) -> NamedNode | None:
    """Return the package's ``uri``, or the address of its page, by id, because names may change; or None."""
    return _own(package) or page_of(portal, text_of(package.peek("id")) or identifier)


def page_of(portal: str, identifier: str) -> NamedNode | None:
    """Return the address of the page of a package, or None."""
    return _minted(portal, "dataset", identifier)


def resource_iri(resource: Fields, package: str, portal: str, taken: Container[Node]) -> NamedNode | None:
    """Return the resource's ``uri``, or the address of its page in the data set ``package`` (an id), or None.

    An IRI in ``taken`` is not used again: of two resources with the same id, the second gets no IRI.
    """
    page = _minted(portal, "dataset", package, "resource", text_of(resource.peek("id")))
    return _own(resource, taken) or (None if page in taken else page)


def _own(fields: Fields, taken: Container[Node] = ()) -> NamedNode | None:
    for key, value in fields.each(*_NAME):
        iri = address(value)
        if iri.lower().startswith(("http://", "https://", "urn:")) and NamedNode(iri) not in taken:
            fields.use(key)
            return NamedNode(iri)
    return None


def _minted(portal: str, *parts: str) -> NamedNode | None:
    if not (portal and all(parts)):
        return None
    iri = "/".join((portal, *(quote(part, safe="") for part in parts)))
    return NamedNode(iri) if is_iri(iri) else None
