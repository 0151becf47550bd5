"""dc:format -> distributions: one for each format, all with the same address, licence and conditions."""

import re

from pyoxigraph import Literal, NamedNode

from erpd.formats.oai_dc.document import Element
from erpd.formats.oai_dc.draft import Draft, link_or_text
from erpd.formats.oai_dc.rights import Facts
from erpd.metadata.graph import Term
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.vocabularies import vocabulary

_TYPES = "application|audio|font|haptics|image|message|model|multipart|text|video"
_MEDIA_TYPE = re.compile(
    rf"(?:https?://www\.iana\.org/assignments/media-types/)?(?:{_TYPES})/[\w!#$&^.+-]+(?:\s*;.*)?",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\d[\d., ]*\s*(?:bytes?|octets?|[kmgt]i?b)", re.IGNORECASE)


def read_distributions(draft: Draft, elements: list[Element], address: str, facts: Facts) -> None:
    """None where there is neither address, nor format, nor condition. Keeps what is no format."""
    kinds: dict[str, list[Element]] = {}
    sizes: list[Element] = []
    unknown: list[Element] = []
    for element in elements:
        kind = _kind(element)
        if kind:
            kinds.setdefault(kind, []).append(element)
        else:
            (sizes if _SIZE.fullmatch(element.text) else unknown).append(element)
    if unknown and not kinds:
        kinds[""] = [unknown.pop(0)]  # a value map may know it
    if not (kinds or sizes or address or facts):
        return
    alone = len(kinds) < 2 and len(sizes) == 1
    for spellings in kinds.values() or [[]]:
        node = draft.blank(DCAT.Distribution)
        draft.say(DCAT.distribution, node)
        draft.add(node, DCAT.accessURL, *([NamedNode(address)] if address else []))
        media = [element for element in spellings if _MEDIA_TYPE.fullmatch(element.text)]
        plain = [element for element in spellings if not _MEDIA_TYPE.fullmatch(element.text)]
        for predicate, found in ((DCT.format, plain or media), (DCAT.mediaType, media)):
            draft.add(node, predicate, *map(_value, found[:1]))
        draft.add(node, DCAT.byteSize, *([Literal(sizes[0].text)] if alone else []))
        for predicate, value in facts:
            draft.add(node, predicate, value)
    for element in unknown if alone else (*unknown, *sizes):
        draft.keep(element)


def _kind(element: Element) -> str:
    """Two that are alike are the same format in other words; "" for what is no format."""
    code = vocabulary("file-type").find(element.text)
    return code or (element.text.lower() if _MEDIA_TYPE.fullmatch(element.text) else "")


def _value(element: Element) -> Term:
    value = link_or_text(element)
    return Literal(value.value) if isinstance(value, Literal) else value
