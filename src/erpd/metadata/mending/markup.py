"""HTML in titles and descriptions becomes plain text that says the same. What only looks like HTML stays.

"a < b" is not HTML, and neither is prose about it: "the field uses &lt;br&gt; as separator".
"""

import re
from collections.abc import Callable
from html import unescape

from pyoxigraph import Literal

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, RDF, VCARD, XSD, expand

_ORGANIZATION = expand("vcard:organization-name")
_TEXTS = frozenset(
    {DCT.title, DCT.description, DCAT.keyword, ADMS.versionNotes, FOAF.name, VCARD.fn, _ORGANIZATION}
)
_TEXT_TYPES = frozenset({XSD.string, RDF.langString, RDF.HTML, RDF.XMLLiteral})
_NAMES = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|head|hr|html|i|img|li|"
    "link|meta|ol|p|pre|del|s|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
)
_ATTRIBUTE = r"\s+[A-Za-z][\w:-]*\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+)"
_TAG = rf"<(?:/(?:{_NAMES})|(?:{_NAMES})(?:{_ATTRIBUTE})*)\s*/?>"
_ENTITY = r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
_is_marked_up = re.compile(f"{_TAG}|{_ENTITY}", re.IGNORECASE).search
_TAGS = re.compile(rf"({_TAG})", re.IGNORECASE)
_is_tag = re.compile(_TAG, re.IGNORECASE).search
_ENTITIES = re.compile(_ENTITY)
_NAME = re.compile(r"</?([A-Za-z1-6]+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ADDRESS = re.compile(r"\s(?:href|src)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*))", re.IGNORECASE)
_ALT = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*))", re.IGNORECASE)
# A whole text in tags that were escaped once too often: "&lt;p&gt;Hello&lt;/p&gt;".
_begins_escaped = re.compile(r"\s*&lt;[a-z][a-z1-6]*(?:\s|/?&gt;)", re.IGNORECASE).match
_ends_escaped = re.compile(r"&lt;/[a-z][a-z1-6]*&gt;\s*\Z", re.IGNORECASE).search
_TWICE = re.compile(r"&(?=amp;(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9xX][0-9A-Fa-f]{0,6});)")
_BLOCKS = frozenset({"p", "br", "div", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"}) | {
    *("blockquote", "pre", "dd", "dt", "hr", "section", "article")
}
_UNREAD = frozenset({"script", "style"})
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_SMALL = re.compile(r"[0-9+\-−=()ni]{1,12}")
_LOW = re.compile(r"[0-9+\-−=()]{1,12}|[aehijklmnoprstuvx]")
_ROUNDS = 4
_DEEPEST = 10  # nested elements


def _text(value: Term, wanted: Property, part: Part) -> Term | None:
    if not isinstance(value, Literal):
        return None
    text = value.value
    if ("<" not in text and "&" not in text) or not _is_marked_up(text):
        return None
    if value.datatype not in _TEXT_TYPES:
        return None
    plain = text
    # Repeat until nothing is left to repair, so that mending again finds nothing.
    for _ in range(_ROUNDS):
        again = _plain(plain)
        if again == plain:
            return None if plain == text else Literal(plain, language=value.language)
        plain = again
    return None


def _plain(text: str) -> str:
    """Remove one layer of markup."""
    if not _is_marked_up(text):
        return text
    commented = text.rfind("-->") + 3
    text = _COMMENT.sub("", text[:commented]) + text[commented:] if commented > 2 else text
    if _is_tag(text):
        return _without_tags(text)
    if _is_settled(text):
        return text  # "AT&T &amp; Co": nobody has escaped this text
    if text.count("&") == len(_TWICE.findall(text)):
        text = _TWICE.sub("&", text.replace("&amp;", "&"))
    return _decoded(text)


def _decoded(text: str) -> str:
    """Replace entities with their characters, except those that would turn prose into a tag."""
    plain = _ENTITIES.sub(lambda entity: unescape(entity[0]), text)
    if _is_settled(plain) or (_begins_escaped(text) and _ends_escaped(text, max(len(text) - 60, 0))):
        return plain
    return _ENTITIES.sub(lambda entity: entity[0] if _makes_markup(entity) else unescape(entity[0]), text)


def _is_settled(plain: str) -> bool:
    """Whether nothing in the text would be taken for markup next time."""
    entities = len(_ENTITIES.findall(plain))
    return not _is_tag(plain) and (not entities or plain.count("&") > entities)


def _makes_markup(entity: re.Match[str]) -> bool:
    sign = unescape(entity[0])
    return sign in "<>" or (sign == "&" and entity.string[entity.end() : entity.end() + 1].isalnum())


def _without_tags(text: str) -> str:
    """Keep the text between the tags and what the tags mean: breaks, items, addresses, powers of ten."""
    made = _Made()
    for place, piece in enumerate(_TAGS.split(text)):
        if place % 2:
            made.tag(piece)
        else:
            made.say(piece)
    lines = "\n".join(line.strip() for line in made.text().split("\n")).strip()
    return re.sub(r"\n{3,}", "\n\n", lines)


class _Made:
    """Builds the plain text."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._unread = ""
        # Open elements that change their content: name, where it began, address.
        self._open: list[tuple[str, int, str]] = []

    def say(self, text: str) -> None:
        if not self._unread and text:
            self._said.append(_decoded(text))

    def tag(self, tag: str) -> None:
        name, closing = _NAME.match(tag)[1].lower(), tag[1] == "/"  # type: ignore[index]
        if self._unread:
            self._unread = "" if closing and name == self._unread else self._unread
        elif name in _UNREAD:
            self._unread = "" if closing else name
        elif name in _BLOCKS:
            self._said.append("\n")
        elif name == "li":
            self._said.extend([] if closing else ["\n- "])
        elif name in ("td", "th"):
            self._said.append(" ")
        elif name == "img":
            self._said.append(_linked(_found(_ALT, tag), _found(_ADDRESS, tag)))
        elif name in _CHANGING and not closing:
            if len(self._open) < _DEEPEST:
                self._open.append((name, len(self._said), _found(_ADDRESS, tag)))
        elif name in _CHANGING and self._open and self._open[-1][0] == name:
            _, start, address = self._open.pop()
            held = "".join(self._said[start:])
            self._said[start:] = [_CHANGING[name](held, address)]

    def text(self) -> str:
        while self._open:  # never closed
            name, start, address = self._open.pop()
            if name == "a":
                self._said[start:] = [_linked("".join(self._said[start:]), address)]
        return "".join(self._said)


def _found(attribute: re.Pattern[str], tag: str) -> str:
    match = attribute.search(tag)
    return unescape(match[1] or match[2] or match[3] or "") if match else ""


def _linked(text: str, address: str) -> str:
    bare = address.removeprefix("mailto:")
    if not bare or bare in text or bare[0] == "#" or bare.lower().startswith(("javascript:", "data:")):
        return text
    return f"{text} ({bare})" if text else bare


def _raised(text: str, _: str) -> str:
    if _SMALL.fullmatch(text):
        return text.translate(_RAISED)
    return (
        text
        if len(text) > 1 and text.isalpha()
        else f"^{text}"
        if text.isalnum()
        else f"^({text})" * bool(text)
    )


def _lowered(text: str, _: str) -> str:
    if _LOW.fullmatch(text):
        return text.translate(_LOWERED)
    return f"_{text}" if text.isalnum() else f"_({text})" * bool(text)


def _struck(text: str, _: str) -> str:
    return f"~~{text}~~" if text.strip() else text


_CHANGING: dict[str, Callable[[str, str], str]] = {
    "a": _linked,
    "sup": _raised,
    "sub": _lowered,
    **dict.fromkeys(("s", "strike", "del"), _struck),
}


MARKUP = Mender(Repair.MARKUP, True, lambda wanted: wanted.iri in _TEXTS and wanted.kind == "literal", _text)
