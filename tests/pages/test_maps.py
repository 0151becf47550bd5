"""Small maps: what they show, in which frame; drawn from our own outlines, with the same in words."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string

from erpd.metadata.vocabularies import vocabulary
from erpd.pages import maps, outlines
from erpd.pages.maps import EUROPE, extent, home, map_of, map_to_choose
from erpd.pages.outlines import WIDTH, Frame, height

UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
NETHERLANDS = "POLYGON((3.3 50.7, 7.2 50.7, 7.2 53.6, 3.3 53.6, 3.3 50.7))"
# Of a picture: a point, then the ways to the next ones.
_POLYGON = re.compile(r"M(-?\d+),(-?\d+)l([-\d, ]+)z")


def lands(path: str) -> list[list[tuple[int, int]]]:
    """The corners of each polygon of a path."""
    found = []
    for x, y, steps in _POLYGON.findall(path):
        points = [(int(x), int(y))]
        for step in steps.split(" "):
            across, down = map(int, step.split(","))
            points.append((points[-1][0] + across, points[-1][1] + down))
        found.append(points)
    assert _POLYGON.sub("", path) == ""
    return found


def on_land(path: str, x: float, y: float) -> bool:
    """Whether a line from there to the side crosses the borders of a country an odd number of times."""
    return any(
        sum((b > y) != (d > y) and x < a + (y - b) * (c - a) / (d - b) for (a, b), (c, d) in zip(
            ring, [*ring[1:], ring[0]], strict=True)) % 2
        for ring in lands(path)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("east", "north", "is_land"),
    [(5.4, 51.7, True), (3.5, 53.2, False), (9.9, 52.4, True), (0.5, 49.9, False), (2.35, 48.86, True)],
)
def test_land_and_sea_are_where_they_are(east: float, north: float, is_land: bool) -> None:
    for frame in (Frame(-2, 47, 12, 56), EUROPE, Frame(-180, -85, 180, 85)):
        x = (east - frame.west) / (frame.east - frame.west) * WIDTH
        y = (frame.north - north) / (frame.north - frame.south) * height(frame)
        if frame.east - frame.west < 100 or is_land:
            assert on_land(outlines.outlines(frame), x, y) == is_land, frame


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (NETHERLANDS, "From west 3.3 to east 7.2 and from south 50.7 to north 53.6, in degrees."),
        ("POINT(5.1 52.1)", "A point at longitude 5.1 and latitude 52.1."),
        ("MULTIPOLYGON(((179 1,180 1,180 2,179 1)),((-180 1,-179 1,-179 2,-180 1)))", "From west -180"),
        ("POINT(0 -90)", "A point at"),
        ("LINESTRING (.5 51., +1 52, 2 53)", "From west 0.5 to east 2 and from south 51 to north 53, in"),
        ("POINT Z (5.1 52.1 300)", "A point at longitude 5.1 and latitude 52.1."),
        ("MULTIPOINT ((1 2), (3 4))", "From west 1 to east 3 and from south 2 to north 4"),
    ],
)
def test_a_place_is_in_the_frame_and_said_in_words(geometry: str, said: str) -> None:
    box = extent(geometry)
    assert box
    made = map_of([box])
    assert made
    assert made.said.startswith(said)
    frame = made.frame
    assert frame.west <= box.west <= box.east <= frame.east
    assert frame.south <= max(box.south, -85) <= frame.north
    assert all(each == round(each) for each in frame)
    (drawn,) = made.boxes
    assert bool(drawn.middle) == (box.west == box.east)
    page = render_to_string("pages/map.html", {"map": made})
    assert f'width="{drawn.width}"' in page
    assert said in page


@pytest.mark.parametrize(
    "geometry",
    [
        *("", "POLYGON((155000 463000))", "{}", "Utrecht", "POINT(" + "1 " * 9_000),
        *("POINT(NaN 1)", "POINT(1e3 1)", "POINT(1 2 3 4)", "LINESTRING(1 2, 3,4 5 6)", "POINT(1,5 52,1)"),
        "LINESTRING(5 52,6 53,\u0667 54)",
    ],
)
def test_what_is_not_in_degrees_has_no_map(geometry: str) -> None:
    assert extent(geometry) is None
    assert map_of([]) is None


def test_one_chooses_on_the_map_of_ones_country() -> None:
    assert home("") == EUROPE
    here = home("NL")
    assert (here.west < 3.4, here.east > 7.2, here.south < 50.8, here.north > 53.5) == (True,) * 4
    assert here.east - here.west < 12, "without its islands elsewhere"
    made = map_to_choose("NL", None)
    assert made
    assert (made.frame, list(made.boxes), made.said) == (here, [], "")
    elsewhere = map_to_choose("NL", Frame(-68.5, 12, -68.2, 12.3))
    assert elsewhere
    assert elsewhere.frame.west < -68.5
    assert elsewhere.boxes[0].middle, "too small to be seen"


def test_every_country_of_the_union_has_its_map() -> None:
    table = vocabulary("country")
    countries = [code for code in UNION if home(code) == EUROPE]
    assert not countries, [table.label(table.find(code), "en") for code in countries]
    assert max(len(outlines.outlines(home(country))) for country in UNION) < 40_000


def test_without_outlines_there_are_no_maps(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(outlines, "ATLAS", tmp_path / "none.json")
    kept = (outlines.outlines, outlines._rings, maps.home)
    for each in kept:
        each.cache_clear()
    try:
        assert map_to_choose("NL", None) is None
        assert map_of([Frame(3, 50, 7, 53)]) is None
    finally:
        for each in kept:
            each.cache_clear()
