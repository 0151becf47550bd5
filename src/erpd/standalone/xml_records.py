"""XML with records in it -> a reading for each, one at a time: ISO 19139, Dublin Core, pages of OAI-PMH."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from erpd.formats import oai_dc
from erpd.formats.reading import Reading
from erpd.formats.xml_document import fault_of
from erpd.sources.csw.answer import RECORDS
from erpd.sources.csw.answer import cut as cut_iso
from erpd.sources.errors import Reason, SourceError
from erpd.sources.oai_pmh.answer import Cutter, namespace
from erpd.sources.xml_answer import entity_error
from erpd.standalone.xml_starts import Starts

_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_HEAD = re.compile(rb"\A\s*(?:<\?.*?\?>|<!--.*?-->|\s)*", re.DOTALL)
_DUBLIN_CORE = f"{{{oai_dc.NAMESPACE}}}dc"
_OAI = "OAI-PMH"
_BEGIN = frozenset(("record", "dc", *RECORDS))  # the names of elements that may be a record


def root_of(head: bytes) -> str:
    """Return the name of the root element of a document that begins so, without its prefix; "" if none."""
    skipped = _HEAD.match(head)
    found = _ROOT.match(head, skipped.end() if skipped else 0)
    return found[1].decode() if found else ""


def xml_records(stream: BinaryIO, location: str) -> Iterator[Reading]:
    """Yield what is in the document, as each format reads it. Raises SourceError where the XML breaks."""
    starts = Starts(stream, _BEGIN)
    events = etree.iterparse(
        starts,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    cutter: Cutter | None = None
    record, number = "", 0
    elements, open_elements = 0, []
    try:
        for event, element in events:
            if event == "start":
                elements += 1
                open_elements.append(elements)
                if element.getparent() is None:
                    if element.getroottree().docinfo.doctype:
                        raise entity_error(location)
                    if etree.QName(element).localname == _OAI:
                        space = namespace(element)
                        cutter, record = Cutter(space), f"{space}record"
                continue
            at = starts.take(open_elements.pop())
            reading = None
            name = element.tag if isinstance(element.tag, str) else ""
            if cutter and name == record:
                reading = cutter(element, number + 1)
            elif not cutter and name == _DUBLIN_CORE:
                content = etree.tostring(element, encoding="utf-8", with_tail=False)
                reading = Reading("", content, oai_dc.MEDIA_TYPE)
            elif not cutter and name.rpartition("}")[2] in RECORDS:
                reading = cut_iso(element, number + 1)
            if reading:
                number += 1
                yield replace(reading, at=at)
                _drop(element)
    except etree.XMLSyntaxError as error:
        message = f"The XML is broken at line {error.lineno}: {fault_of(error)}"
        raise SourceError(Reason.BROKEN_XML, message, "Correct it there.", url=location) from error


def _drop(element: etree._Element) -> None:
    """Forget an element and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)
