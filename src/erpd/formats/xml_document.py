"""XML of one record -> its root element, with nothing fetched and no entity expanded."""

import re

from lxml import etree

from erpd.formats.rdf.document import Unreadable

_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_UNSAFE = "it has a document type, which can define entities"


def root_of(content: bytes, title: str) -> etree._Element:
    """The root, comments left out. ``title`` names the format in messages.

    Raises Unreadable: no XML, broken XML, or a document type.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = re.sub(rb"\A<\?xml[^>]*\?>", b"", content.decode("utf-16", "replace").encode())
    first = _FIRST_ELEMENT.search(content)
    if first is None:
        raise Unreadable("broken-syntax", "there is no XML in it")
    if b"<!DOCTYPE" in content[: first.start()]:
        raise Unreadable("unsafe-xml", _UNSAFE)
    # libxml2 bounds depth (256) and text (10 MB).
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("broken-syntax", f"{title}: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("unsafe-xml", _UNSAFE)
    return root
