"""HTML in titles and descriptions becomes plain text that says the same. What only looks like HTML stays.

"a < b" and "if x<s> then y" are not HTML, and neither is prose: "the field uses &lt;br&gt; as separator".
Scripts and style sheets are not text; they stay as received.
"""

import re

from pyoxigraph import Literal

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, RDF, VCARD, XSD, expand
from erpd.metadata.text import unescape

_ORGANIZATION = expand("vcard:organization-name")
_TEXTS = frozenset(
    {DCT.title, DCT.description, DCAT.keyword, ADMS.versionNotes, FOAF.name, VCARD.fn, _ORGANIZATION}
)
_TEXT_TYPES = frozenset({XSD.string, RDF.langString, RDF.HTML, RDF.XMLLiteral})
_NAMES = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|head|hr|html|i|img|li|"
    "link|meta|ol|p|pre|del|s|section|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
)
_VALUE = r"\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+|(?=/?>)"
_ATTRIBUTE = (
    rf"(?>\s+(?:[A-Za-z][\w:-]*\s*=\s*(?:{_VALUE})|(?:border|compact|hidden|nowrap|noshade|reversed)\b))"
)
_TAG = rf"<(?:/(?:{_NAMES})|(?:{_NAMES})(?:{_ATTRIBUTE})*)\s*/?>"
_ENTITY = r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
_is_marked_up = re.compile(f"{_TAG}|{_ENTITY}", re.IGNORECASE).search
_TAGS = re.compile(rf"({_TAG})", re.IGNORECASE)
_is_tag = re.compile(_TAG, re.IGNORECASE).search
_ENTITIES = re.compile(_ENTITY)
_NAME = re.compile(r"</?([A-Za-z1-6]+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b|</(script|style)\s*+>", re.IGNORECASE)
_HELD = "\U000efff5"  # unassigned in Unicode: a script, while the text around it is repaired
# Markup that is certain, but has no end or no pair; "if x<s> then" may be prose.
leftover = re.compile(
    rf"<(?:{_NAMES})(?:{_ATTRIBUTE})+\s*/?>|<(?:{_NAMES})\s[^<>=]*+=[^<>]*+\Z|<(?:script|style)\b",
    re.IGNORECASE,
).search
_ADDRESS, _ALT, _TITLE, _START, _NUMBER = (
    re.compile(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*))", re.IGNORECASE)
    for name in ("(?:href|src)", "alt", "title", "start", "value")
)
# A whole text in tags that were escaped once too often: "&lt;p&gt;Hello&lt;/p&gt;".
_begins_escaped = re.compile(r"\s*&lt;[a-z][a-z1-6]*(?:\s|/?&gt;)", re.IGNORECASE).match
_ends_escaped = re.compile(r"&lt;/[a-z][a-z1-6]*&gt;\s*\Z", re.IGNORECASE).search
_TWICE = re.compile(r"&(?=amp;(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9xX][0-9A-Fa-f]{0,6});)")
_BLOCKS = frozenset({"p", "br", "div", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"}) | {
    *("blockquote", "pre", "dd", "dt", "hr", "section", "article")
}
# These need no end tag (HTML, 13.1.2); any other tag that is not one of a pair is prose.
_ALONE = frozenset({"p", "br", "li", "hr", "img", "td", "th", "tr", "dd", "dt", "thead", "tbody", "tfoot"})
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "re", "ère", "ème", "me"})
_is_numeral = re.compile(r"[0-9IVXLCDM]\Z").search
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
    text, scripts = _without_scripts(text)
    plain = text
    # Repeat until nothing is left to repair, so that mending again finds nothing.
    for _ in range(_ROUNDS):
        again = _plain(plain)
        if again == plain:
            return None if plain == text else Literal(_with_scripts(plain, scripts), language=value.language)
        plain = again
    return None


def _without_scripts(text: str) -> tuple[str, list[str]]:
    """The text with a mark in place of each script and style sheet, and these."""
    if _HELD in text or not _SCRIPT.search(text):
        return text, []
    kept: list[str] = []
    scripts: list[str] = []
    start, begin, kind = 0, -1, ""
    for tag in _SCRIPT.finditer(text):
        if begin < 0 and tag[1]:
            begin, kind = tag.start(), tag[1].lower()
        elif begin >= 0 and (tag[2] or "").lower() == kind:
            kept.append(text[start:begin])
            scripts.append(text[begin : tag.end()])
            start, begin = tag.end(), -1
    return _HELD.join([*kept, text[start:]]), scripts


def _with_scripts(text: str, scripts: list[str]) -> str:
    pieces = text.split(_HELD)
    return "".join(piece + script for piece, script in zip(pieces, [*scripts, ""], strict=True))


def _plain(text: str) -> str:
    """Remove one layer of markup."""
    if not _is_marked_up(text):
        return text
    commented = text.rfind("-->") + 3
    text = _COMMENT.sub("", text[:commented]) + text[commented:] if commented > 2 else text
    if _is_tag(text):
        pieces = _TAGS.split(text)
        pairs = _pairs(pieces)
        if pairs:
            return _without_tags(text, pieces, pairs)
    if text.count("&") > len(_ENTITIES.findall(text)):
        return text  # "AT&T &amp; Co": nobody has escaped this text
    if text.count("&") == len(_TWICE.findall(text)):
        text = _TWICE.sub("&", text.replace("&amp;", "&"))
    return _decoded(text)


def _decoded(text: str) -> str:
    """Replace entities with their characters, except those that would turn prose into a tag."""
    if "&" not in text:
        return text
    plain = unescape(text)
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


def _pairs(pieces: list[str]) -> dict[int, int]:
    """Where the tags are that are markup -> where the element begins, or -1 for a tag that needs no other."""
    pairs: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for place in range(1, len(pieces), 2):
        tag = pieces[place]
        name = _NAME.match(tag)[1].lower()  # type: ignore[index]
        if tag[1] != "/":
            if name in _ALONE and (name != "img" or "=" in tag):
                pairs[place] = -1
            opened.setdefault(name, []).append(place)
        elif opened.get(name):
            begin = opened[name].pop()
            pairs[begin] = pairs[place] = begin
        elif name == "br":  # </br>, as browsers read it
            pairs[place] = -1
    return pairs


def _without_tags(text: str, pieces: list[str], pairs: dict[int, int]) -> str:
    """Keep the text between the tags and what the tags mean: breaks, items, addresses, powers of ten.

    Returns the text as it is if the elements overlap, or are nested too deep.
    """
    made = _Made()
    for place, piece in enumerate(pieces):
        if place not in pairs:
            made.say(piece)
        elif not made.tag(piece, place, pairs[place], pieces[place + 1][:1].isalnum()):
            return text
    lines = "\n".join(line.strip() for line in made.text().split("\n")).strip()
    return re.sub(r"\n{3,}", "\n\n", lines)


class _Made:
    """Builds the plain text."""

    def __init__(self) -> None:
        self._said: list[str] = []
        # Open elements that change their content: where the tag is, where its content begins, the tag.
        self._open: list[tuple[int, int, str]] = []
        self._lists: list[int] = []  # the next number of each open list; 0: it has none

    def say(self, text: str) -> None:
        if text:
            self._said.append(_decoded(text))

    def tag(self, tag: str, place: int, begin: int, tight: bool) -> bool:
        """Take a tag of the element that begins at ``begin``; ``tight``: a letter or a digit follows.

        Returns False if its meaning would be lost.
        """
        name, closing = _NAME.match(tag)[1].lower(), tag[1] == "/"  # type: ignore[index]
        if closing and self._open and self._open[-1][0] == begin:
            _, start, opening = self._open.pop()
            before = self._said[start - 1] if start else ""
            held = _changed(name, "".join(self._said[start:]), opening, before, tight)
            self._said[start:] = [_with(held, _found(_TITLE, opening))]
        elif closing and any(each[0] == begin for each in self._open):
            return False
        if name in _BLOCKS:
            self._said.append("\n")
            self._list(name, tag, closing)
        elif name == "li":
            self._said.extend([] if closing else [self._item(tag)])
        elif name in ("td", "th"):
            self._said.append(" ")
        elif name == "img":
            self._said.append(_linked(_with(_found(_ALT, tag), _found(_TITLE, tag)), _found(_ADDRESS, tag)))
        if not closing and (name in _CHANGING or ("=" in tag and _TITLE.search(tag))):
            if begin == place:
                self._open.append((place, len(self._said), tag))
            elif name != "img":
                return False
        return len(self._open) <= _DEEPEST

    def _list(self, name: str, tag: str, closing: bool) -> None:
        if name not in ("ol", "ul"):
            return
        if closing:
            del self._lists[-1:]
        else:
            self._lists.append(_integer(_found(_START, tag), 1) if name == "ol" else 0)

    def _item(self, tag: str) -> str:
        if not self._lists or not self._lists[-1]:
            return "\n- "
        number = _integer(_found(_NUMBER, tag), self._lists[-1])
        self._lists[-1] = number + 1
        return f"\n{number}. "

    def text(self) -> str:
        return "".join(self._said)


def _integer(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and 0 < len(text) < 7 else otherwise


def _found(attribute: re.Pattern[str], tag: str) -> str:
    match = attribute.search(tag)
    return unescape(match[1] or match[2] or match[3] or "") if match else ""


def _changed(name: str, text: str, tag: str, before: str, tight: bool) -> str:
    if name == "a":
        return _linked(text, _found(_ADDRESS, tag))
    if name == "sup":
        return _raised(text, before, tight)
    if name == "sub":
        return text.translate(_LOWERED) if _LOW.fullmatch(text) else _signed("_", text, tight)
    return _struck(text) if name in _CHANGING else text


def _with(text: str, more: str) -> str:
    """Add in brackets what the text does not say itself."""
    if not more.strip() or more == text.strip():
        return text
    return f"{text} ({more})" if text else more


def _linked(text: str, address: str) -> str:
    bare = address.removeprefix("mailto:")
    if bare in text.split() or bare[:1] == "#" or bare.lower().startswith(("javascript:", "data:")):
        return text
    return _with(text, bare)


def _raised(text: str, before: str, tight: bool) -> str:
    if _SMALL.fullmatch(text):
        return text.translate(_RAISED)
    if text.lower() in _ORDINALS and _is_numeral(before):
        return text
    return _signed("^", text, tight)


def _signed(sign: str, text: str, tight: bool) -> str:
    """``^a``, ``^(a+b)``: it must be plain where it ends."""
    clear = not tight and text.isalnum() and (sign == "_" or len(text) == 1)
    return sign + text if clear else f"{sign}({text})" * bool(text)


def _struck(text: str) -> str:
    return f"~~{text}~~" if text.strip() else text


_CHANGING = frozenset({"a", "sup", "sub", "s", "strike", "del"})


MARKUP = Mender(Repair.MARKUP, True, lambda wanted: wanted.iri in _TEXTS and wanted.kind == "literal", _text)
