"""What the official shapes of each profile refuse is an error, and what they pass as a whole is none."""

import pytest

from tests.needs import SHARED

from .defects import PAGE, PROFILES, page, tell


@pytest.mark.skipif(not (SHARED / "standards").is_dir(), reason="no shapes at ../shared/data")
@pytest.mark.parametrize("profile", PROFILES)
def test_the_check_finds_what_the_official_shapes_find_and_gives_no_false_alarm(profile: str) -> None:
    told = tell(profile)
    assert told.missed == []
    assert told.official == told.ours
    assert (told.alarms, told.refused > 100) == (0, True)


@pytest.mark.skipif(not (SHARED / "standards").is_dir(), reason="no shapes at ../shared/data")
def test_the_page_of_defects_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `python -m tests.metadata.defects`"
