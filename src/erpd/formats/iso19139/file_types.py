"""gmd:MD_Format and other names of formats -> file types of the authority table."""

import re
from functools import lru_cache

from lxml import etree
from pyoxigraph import Literal

from erpd.formats.iso19139.alignments import alignments
from erpd.formats.iso19139.document import Document, authority, known
from erpd.formats.iso19139.services import service_named
from erpd.metadata.graph import Term

_UNKNOWN = ("", "-", "n/a", "unknown", "none", "onbekend", "nvt", "n.v.t.", "inapplicable")
_SEVERAL = re.compile(r" ?[,;|+] ?| / | (?:and|und|et|en|e|y|och|og) ")
# One of two, none, or something else that holds it: "csv of shp", "niet CSV", "zip (csv)".
_UNCERTAIN = re.compile(
    r"\b(?:or|of|oder|ou|of|not?|niet|geen|nicht|kein\w*|non|pas|sans|without|ohne|zonder|except\w*|behalve|zip\w*"
    r"|g?zipped|gz(?:ip)?|tar|tgz|rar|7z|bz2)\b",
    re.IGNORECASE,
)


def formats_in(document: Document, element: etree._Element, path: str) -> list[Term]:
    """Return the formats of a gmd:MD_Format, or of each at ``path``: file types, otherwise names.

    Services are not formats.
    """
    found: list[Term] = []
    for form in document.objects(element, path) if path else [element]:
        name, link = document.text(form, "gmd:name"), document.link(document.first(form, "gmd:name"))
        if service_named(name) or service_named(link):
            continue
        codes = file_types(link) or file_types(name) or file_types(document.text(form, "gmd:version"))
        if codes:
            found += [authority("file-type", code) for code in codes]
        elif name.casefold() not in _UNKNOWN:
            found.append(Literal(name))
    return found


@lru_cache(maxsize=1024)
def file_types(text: str) -> tuple[str, ...]:
    """Return the codes that ``text`` names: two for ``CSV; JSON``; none if a part names none or several."""
    # The parameters of a media type follow a semicolon.
    whole = _file_type(text) if ";" not in text or "/" in text.partition(";")[0] else ""
    if whole or "://" in text:
        return (whole,) if whole else ()
    parts = _SEVERAL.split(" ".join(text[:500].split()))
    codes = [_file_type(part) or _worded(part) for part in parts]
    return tuple(dict.fromkeys(codes)) if all(codes) else ()


def _file_type(text: str) -> str:
    concept = known("file-type", text) if text else None
    return concept.value.rpartition("/")[2] if concept else ""


def _worded(text: str) -> str:
    """The file type whose name is a word of the text: "Cadastral Parcels GML application schema"."""
    if _UNCERTAIN.search(text):
        return ""
    rest, found = text.lower(), set()
    for word, code in alignments().formats.items():
        if word in rest:
            rest = rest.replace(word, " ")
            found.add(code)
    return found.pop() if len(found) == 1 else ""
