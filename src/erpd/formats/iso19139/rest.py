"""Keeps what no other module has used, under the names of its elements, so that nothing received is lost."""

from lxml import etree
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.iso19139.document import SPACES, Document, address
from erpd.metadata.terms import Namespace

GMD = Namespace(f"{SPACES['gmd']}#")
_HREF = f"{{{SPACES['xlink']}}}href"
# Stated in other figures, words or codes, or meaningless by itself.
_TRANSLATED = frozenset(
    {
        *("transferSize", "denominator", "distance", "extentTypeCode", "pass", "topicCategory", "protocol"),
        *("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude"),
    }
)


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
                if "codeListValue" in attributes:
                    continue
                link = attributes.get(_HREF)
                if link and link not in said:
                    _keep(document, element, link, said, whole)
            if text and text not in said and not text.isspace() and not len(element):
                _keep(document, element, text, said, whole)


def _keep(document: Document, element: etree._Element, text: str, said: set[str], whole: list[str]) -> None:
    parent = element.getparent()
    name = "" if parent is None else str(parent.tag).rpartition("}")[2]
    line = " ".join(text.split())
    if not name or name in _TRANSLATED or line in said:
        return
    if not whole:
        whole.append(" ".join("\n".join(said).split()))
    if line in whole[0]:
        return
    said.add(text)
    said.add(line)
    link = address(line) if line.startswith(("http://", "https://")) and " " not in line else ""
    document.say(NamedNode(f"{GMD}{name}"), NamedNode(link) if link else Literal(text.strip()))
