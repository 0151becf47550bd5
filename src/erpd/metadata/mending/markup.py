"""HTML in titles and descriptions becomes plain text; what only looks like it ("a < b") stays."""

import re
from html import unescape

import nh3
from pyoxigraph import Literal

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, RDF, VCARD, XSD, expand

_ORGANIZATION = expand("vcard:organization-name")
_TEXTS = frozenset(
    {DCT.title, DCT.description, DCAT.keyword, ADMS.versionNotes, FOAF.name, VCARD.fn, _ORGANIZATION}
)
_TEXT_TYPES = frozenset({XSD.string, RDF.langString, RDF.HTML, RDF.XMLLiteral})
_NAMES = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|head|hr|html|i|img|li|"
    "link|meta|ol|p|pre|s|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
)
_ATTRIBUTE = r"\s+[A-Za-z][\w:-]*\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+)"
_TAG = rf"<(?:/(?:{_NAMES})|(?:{_NAMES})(?:{_ATTRIBUTE})*)\s*/?>"
_ENTITY = r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
_is_marked_up = re.compile(f"{_TAG}|{_ENTITY}", re.IGNORECASE).search
_TAG_OR_SIGN = re.compile(f"{_TAG}|<", re.IGNORECASE)
_ENTITY_OR_SIGN = re.compile(f"{_ENTITY}|&")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']?(https?://[^\s\"'<>]+)[^<>]*>([^<>]*)</a>", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|br|div|ul|ol|tr|table|h[1-6]|blockquote|pre|dd|dt|hr|section)\b[^<>]*>", re.IGNORECASE
)
_ROUNDS = 4


def _text(value: Term, wanted: Property, part: Part) -> Term | None:
    if not isinstance(value, Literal):
        return None
    text = value.value
    if ("<" not in text and "&" not in text) or not _is_marked_up(text):
        return None
    if value.datatype not in _TEXT_TYPES:
        return None
    plain = _plain(text)
    # Markup escaped over and over: what is not plain after some rounds is left for a person.
    for _ in range(_ROUNDS):
        again = _plain(plain)
        if again == plain:
            return None if plain == text else Literal(plain, language=value.language)
        plain = again
    return None


def _plain(text: str) -> str:
    """One layer of markup less."""
    if not _is_marked_up(text):
        return text
    commented = text.rfind("-->") + 3
    text = _COMMENT.sub("", text[:commented]) + text[commented:] if commented > 2 else text
    if "<" in text:
        text = _TAG_OR_SIGN.sub(lambda found: "&lt;" if found[0] == "<" else found[0], text)
        text = _ENTITY_OR_SIGN.sub(lambda found: "&amp;" if found[0] == "&" else found[0], text)
        text = _LINK.sub(lambda link: link[2] if link[1] in link[2] else f"{link[2]} ({link[1]})", text)
        text = nh3.clean(_BLOCK.sub("\n", _ITEM.sub("\n- ", text)), tags=set())
        text = "\n".join(line.strip() for line in text.split("\n")).strip()
        text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(_ENTITY, lambda entity: unescape(entity[0]), text)


MARKUP = Mender("markup", True, lambda wanted: wanted.iri in _TEXTS and wanted.kind == "literal", _text)
