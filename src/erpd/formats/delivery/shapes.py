"""The types of the JSON, made from the tables: msgspec checks them as it parses, and makes the schemas."""

import re
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

from erpd.formats.delivery.faults import Code, Fault, Misshapen, Path
from erpd.formats.delivery.fields import DATASET, THINGS, Row, Statement, Thing
from erpd.formats.delivery.values import Kind, Text
from erpd.formats.json_values import OF_JSON
from erpd.formats.reading import Unreadable
from erpd.metadata.rules import Unread

Shape: TypeAlias = type[Struct]
_SHAPES: dict[str, Shape] = {}
_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `(.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def shape_of(thing: Thing) -> Shape:
    """Return the msgspec type of the objects that describe a thing."""
    known = _SHAPES.get(thing.name)
    if known is None:
        fields = [(thing.named, str | None | UnsetType, UNSET)] if thing is not DATASET else [_URI]
        fields += [(row.name, _type(row) | None | UnsetType, UNSET) for row in thing.rows]
        known = msgspec.defstruct(thing.name, fields, forbid_unknown_fields=True, kw_only=True)
        _SHAPES[thing.name] = known
    return known


_URI: tuple[str, Any, Any] = ("uri", str | None | UnsetType, UNSET)


def _type(row: Row) -> Any:
    kind = row.kind
    one: Any
    if isinstance(kind, Kind):
        one = kind.json
    elif isinstance(kind, Thing):
        one = shape_of(kind)
    elif isinstance(kind, Statement):
        one = str | Text
    else:
        one = kind.value.json
    return one | list.__class_getitem__(one)


_DECODERS = {thing.name: msgspec.json.Decoder(shape_of(thing)) for thing in THINGS}


def decode(body: bytes, thing: Thing = DATASET) -> Struct:
    """Parse a body. Raises Unreadable if it is not JSON, and Misshapen with the place of a wrong type."""
    try:
        decoded: Struct = _DECODERS[thing.name].decode(body)
    except msgspec.ValidationError as error:
        raise Misshapen([fault_of(error)]) from error
    except (ValueError, RecursionError) as error:  # including DecodeError and UnicodeDecodeError
        raise Unreadable(
            Unread.BROKEN_SYNTAX, f"it is not JSON: {str(error)[:200]}.", section=OF_JSON
        ) from error
    return decoded


def convert(value: Any, thing: Thing = DATASET) -> Struct:
    """Do the same for parsed JSON. Raises Misshapen."""
    try:
        converted: Struct = msgspec.convert(value, shape_of(thing))
    except msgspec.ValidationError as error:
        raise Misshapen([fault_of(error)]) from error
    return converted


def fault_of(error: msgspec.ValidationError) -> Fault:
    """Return the fault that msgspec tells: which field has which wrong type, or is not known."""
    text = str(error)
    unknown = _UNKNOWN.fullmatch(text)
    if unknown:
        at = (*_path(unknown[2]), unknown[1][:100])
        message = f"“{unknown[1][:100]}” is not a field of this API. Check its spelling, or leave it out."
        return Fault(Code.INVALID_FIELD_VALUE, at, message)
    said, _, place = text.removesuffix("`").rpartition(" - at `")
    return Fault(
        Code.INVALID_FIELD_VALUE,
        _path(place if said else ""),
        f"{said or text}. See the schema at /api/v1/openapi.json.",
    )


def _path(text: str | None) -> Path:
    """Read msgspec's path: ``$.dcatDistribution[0].dctTitle``."""
    steps = _STEP.findall(text or "")
    return tuple(name or (int(place) if place.isdecimal() else 0) for name, place in steps)
