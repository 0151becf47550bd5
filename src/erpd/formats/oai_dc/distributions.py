"""dc:format -> distributions: one for each format or file, all with the same licence and conditions."""

import re

from pyoxigraph import Literal, NamedNode

from erpd.formats.oai_dc.document import Element
from erpd.formats.oai_dc.draft import Draft
from erpd.formats.oai_dc.rights import Facts
from erpd.metadata.graph import Term
from erpd.metadata.iri import is_iri, repair_iri
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.vocabularies import vocabulary

_TYPES = "application|audio|font|haptics|image|message|model|multipart|text|video"
_REGISTER = "https://www.iana.org/assignments/media-types/"
_MEDIA_TYPE = re.compile(rf"(?:{_REGISTER})?(?:{_TYPES})/[\w!#$&^.+-]+(?:\s*;.*)?", re.IGNORECASE)
# How EPrints writes files: "application/pdf https://repository.example/1/report.pdf".
_FILE = re.compile(r"(\S+)\s+(https?://\S.*)", re.IGNORECASE)
_SIZE = re.compile(r"\d[\d.,\s]*+(?:bytes?|octets?|[kmgt]i?b)", re.IGNORECASE)


def read_distributions(draft: Draft, elements: list[Element], address: str, facts: Facts) -> None:
    """State the distributions; none if there is no address, format or condition. Keeps what is not a format.

    ``address`` is for distributions without an address of their own; ``facts`` apply to each distribution.
    """
    kinds: dict[tuple[str, str], list[str]] = {}
    sizes: list[Element] = []
    unknown: list[Element] = []
    for element in elements:
        file = _FILE.fullmatch(element.text)
        text, own = (file[1], repair_iri(file[2])) if file else (element.text, "")
        kind = _kind(text)
        if kind or own:
            # Two of the same kind are the same format in other words.
            kinds.setdefault((kind or text, own), []).append(text)
        else:
            (sizes if _SIZE.fullmatch(text) else unknown).append(element)
    only = next((element for element in unknown if element.name == "format"), None)
    if only and not kinds:
        unknown.remove(only)
        kinds["", ""] = [only.text]  # a value map may know it
    if not kinds and (sizes or address or facts):
        kinds["", ""] = []
    alone = len(kinds) == len(sizes) == 1
    for (_, own), texts in kinds.items():
        node = draft.node(DCAT.Distribution)
        draft.say(DCAT.distribution, node)
        media = [text for text in texts if _MEDIA_TYPE.fullmatch(text)]
        plain = [text for text in texts if not _MEDIA_TYPE.fullmatch(text)]
        # A download URL is also an access URL (DCAT-AP 2.1.1, 4.5.1).
        draft.add(node, DCAT.accessURL, *map(NamedNode, filter(None, [own or address])))
        draft.add(node, DCAT.downloadURL, *map(NamedNode, filter(None, [own])))
        draft.add(node, DCT.format, *map(_value, (plain or media)[:1]))
        draft.add(node, DCAT.mediaType, *map(_value, media[:1]))
        draft.add(node, DCAT.byteSize, *([Literal(sizes[0].text)] if alone else []))
        for predicate, value in facts:
            draft.add(node, predicate, value)
    for element in unknown if alone else (*unknown, *sizes):
        draft.keep(element)


def _kind(text: str) -> str:
    """The code of the file type, otherwise the media type; "" if it is neither."""
    code = vocabulary("file-type").find(text)
    return code or (text.lower() if _MEDIA_TYPE.fullmatch(text) else "")


def _value(text: str) -> Term:
    return NamedNode(text) if text.startswith("http") and is_iri(text) else Literal(text)
