"""A box of coordinates as people type it: its four sides."""

from decimal import Decimal

from django.utils.translation import gettext as _

from erpd.formats.delivery.faults import Code
from erpd.formats.delivery.values import Wrong
from erpd.formats.geometry import box, degrees, is_wkt

SIDES = ("west", "south", "east", "north")


def sides(text: str) -> dict[str, str]:
    """The sides of a geometry that is a box, as ``box`` writes one; nothing for any other."""
    if not is_wkt(text) or not text.startswith("POLYGON(("):
        return {}
    points = [point.split() for point in text[9:-2].split(",")]
    if len(points) != 5 or any(len(point) != 2 for point in points):
        return {}
    west, north = points[0]
    east, south = points[2]
    made = box(west, south, east, north)
    return dict(zip(SIDES, (west, south, east, north), strict=True)) if made and made.value == text else {}


def box_of(typed: dict[str, str]) -> str:
    """The geometry with these sides. Raises Wrong."""
    found = [degrees(typed.get(side, "")) for side in SIDES]
    if all(found) and Decimal(found[1]) >= Decimal(found[3]):
        raise Wrong(Code.INVALID_FIELD_VALUE, _("South must be less than north."))
    made = box(*found)
    if made is None:
        raise Wrong(
            Code.INVALID_FIELD_VALUE,
            _("This is not a box. Write all four sides in degrees, such as 3.3, 50.7, 7.2 and 53.6."),
        )
    return str(made.value)
