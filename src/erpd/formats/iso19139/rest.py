"""Keeps what no other module has used, under the names of its elements, so that nothing received is lost."""

import re

from lxml import etree
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.iso19139.document import SPACES, Document, address
from erpd.formats.iso19139.file_types import file_types
from erpd.formats.iso19139.services import is_download, is_link, service_named
from erpd.formats.xml_document import unindented
from erpd.metadata.terms import Namespace

GMD = Namespace(f"{SPACES['gmd']}#")
_HREF = f"{{{SPACES['xlink']}}}href"
_FIGURE = re.compile(r"\s*[0-9]+(?:\.[0-9]+)?\s*")
# Characters. In a longer record, what is said as a part of something else is said once more.
_LONGEST_SEARCHED = 100_000
_FIGURES = frozenset({"transferSize", "denominator", "distance"})
_YES_OR_NO = frozenset({"true", "false", "1", "0"})


def _stated_otherwise(name: str, text: str) -> bool:
    """Whether DCAT says it in another figure, word or code, or it says nothing by itself."""
    if name == "protocol":
        return bool(is_link(text) or is_download(text) or service_named(text) or file_types(text))
    if name in _FIGURES:
        return bool(_FIGURE.fullmatch(text))
    return name in ("pass", "extentTypeCode") and text.strip().lower() in _YES_OR_NO


def keep_rest(document: Document) -> None:
    """Add each text and address that is not yet in the graph, as a property of the data set."""
    said = {
        value.value
        for properties in document.graph.nodes.values()
        for values in properties.values()
        for value in values
        if not isinstance(value, BlankNode)
    }
    whole: list[str] = []
    for root in (document.root, *document.services):
        for element in root.iter("*"):
            text, attributes = element.text, element.attrib
            if attributes:
                link = attributes.get(_HREF)
                if link and link not in said:
                    _keep(document, element, link, said, whole)
                if "codeListValue" in attributes:
                    continue
            if text and text not in said and not text.isspace() and not len(element):
                _keep(document, element, text, said, whole)


def _keep(document: Document, element: etree._Element, text: str, said: set[str], whole: list[str]) -> None:
    parent = element.getparent()
    name = str((element if parent is None else parent).tag).rpartition("}")[2]
    line = " ".join(text.split())
    if line in said or (text == element.text and _stated_otherwise(name, line)):
        return
    if not whole:
        whole.append(" ".join("\n".join(said).split()))
    if len(whole[0]) <= _LONGEST_SEARCHED and line in whole[0]:
        return
    said.add(text)
    said.add(line)
    link = address(line) if line.startswith(("http://", "https://")) and " " not in line else ""
    document.say(NamedNode(f"{GMD}{name}"), NamedNode(link) if link else Literal(unindented(text)))
