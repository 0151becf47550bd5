"""Media types given as text: "text/csv" -> the entry in IANA's register (DCAT-AP 2.1.1, section 5.2)."""

import re
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair
from erpd.metadata.terms import DCT
from erpd.metadata.vocabularies import PARAMETERS

REGISTER = "https://www.iana.org/assignments/media-types/"

_TYPES = "application|audio|font|haptics|image|message|model|multipart|text|video"
# RFC 6838, section 4.2. Parameters (charset=...) are not part of the type; a second type is not a parameter.
_MEDIA_TYPE = re.compile(
    rf"\s*((?:{_TYPES})/[a-z0-9][a-z0-9!#$&^_.+-]{{0,126}})\s*{PARAMETERS}", re.IGNORECASE
)


def _media_type(value: Term, wanted: Property, part: Part) -> Term | None:
    entry = entry_of(value.value) if isinstance(value, Literal) else ""
    return NamedNode(entry) if entry else None


def entry_of(text: str) -> str:
    """Return the entry of a media type in the register; "" if it has none.

    >>> entry_of("text/csv; charset=utf-8")
    'https://www.iana.org/assignments/media-types/text/csv'
    """
    match = _MEDIA_TYPE.fullmatch(text)
    name = match[1].lower() if match else ""
    return REGISTER + name if name in _registered() else ""


@cache
def _registered() -> frozenset[str]:
    """The names in the register. A type that is not there has no entry to link to."""
    return frozenset(
        Path(__file__).with_name("media-types.txt").read_text(encoding="utf-8").split("\n")[1:-1]
    )


MEDIA_TYPES = Mender(
    Repair.MEDIA_TYPE,
    True,
    lambda wanted: wanted.range == DCT.MediaType,
    _media_type,
    Repair.MEDIA_TYPE_ADDED,
)
