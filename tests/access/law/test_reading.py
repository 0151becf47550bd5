"""The files of operators: what they change, and how their mistakes are told."""

from datetime import date

import pytest

from erpd.access.law import Law, LawError, Limit, Place, due_by, read_law
from erpd.access.law.reading import MOST_FILES

DGA = "reg/2022/868"
NL = Place("NL")
RECEIVED = date(2026, 4, 20)

OVERRIDE = """
overrides = "dga-2022"
country = "NL"
source = "Access Act, section 4"
[limits.ordinary]
amount = 20
unit = "working-days"
"""
REGIME = """
id = "access-act"
version = 1
name = { en = "Access Act", nl = "Toegangswet" }
act = "reg/2030/1"
since = 2026-01-01
[limits.ordinary]
amount = 6
unit = "months"
"""


def law(folder, **files: str | bytes) -> Law:
    for name, text in files.items():
        (folder / f"{name}.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_law(folder)


def due(law: Law, *, acts=(DGA,), country="NL", body="", received=RECEIVED, **options):
    found = due_by(law.applying(acts, received, country=country, body=body), received, NL, **options)
    return found and found.day


def test_ours_are_read_and_only_what_is_law_applies():
    ours = read_law()
    assert {*ours.regimes} == {"dga-2022", "dga-reform-2025", "ehds-2025"}
    assert [regime.id for regime in ours.on(date(2023, 9, 24))] == ["dga-2022"]
    assert ours.on(date(2023, 9, 23)) == []
    assert ours.applying([DGA], date(2099, 1, 1))[0].regime.id == "dga-2022"
    assert ours.applying(["reg/2025/327", "dir/2019/1024"], RECEIVED) == []


def test_what_the_reform_would_change():
    ours = read_law()
    reform = ours.applied(ours.regimes["dga-reform-2025"], RECEIVED)
    kinds = [(kind, reform.due(RECEIVED, NL, kind=kind)) for kind in ("ordinary", "complex", "protected")]
    assert [(kind, due.day) for kind, due in kinds] == [
        ("ordinary", date(2026, 5, 20)),
        ("complex", date(2026, 6, 22)),
        ("protected", date(2026, 7, 20)),
    ]
    assert not reform.extensions()


def test_a_country_and_a_body_shorten_a_limit(tmp_path):
    mine = OVERRIDE.replace("= 20", "= 10").replace('country = "NL"', 'body = "https://example.org/id/x"')
    found = law(tmp_path, nl=OVERRIDE, x=mine)
    assert due(found, country="BE") == date(2026, 6, 22)  # 20 June is a Saturday
    assert due(found) == date(2026, 5, 20)
    assert due(found, body="https://example.org/id/x") == date(2026, 5, 5)
    applied = found.applying([DGA], RECEIVED, country="NL")
    assert due_by(applied, RECEIVED, NL).source == "Access Act, section 4"


@pytest.mark.parametrize(("file", "asked"), [("EL", "GR"), ("GR", "EL"), ("UK", "GB")])
def test_a_country_is_the_same_by_its_code_of_the_union_and_of_iso(tmp_path, file, asked):
    found = law(tmp_path, one=OVERRIDE.replace('"NL"', f'"{file}"'))
    assert due(found, country=asked) == due(found, country=file) < due(found)


def test_an_override_holds_on_its_days(tmp_path):
    dated = OVERRIDE.replace('country = "NL"', 'country = "NL"\nsince = 2026-04-20\nuntil = 2026-04-30')
    found = law(tmp_path, nl=dated)
    assert due(found) == date(2026, 5, 20)
    assert due(found, received=date(2026, 4, 19)) == date(2026, 6, 19)
    assert due(found, received=date(2026, 5, 1)) == date(2026, 7, 1)


def test_an_override_never_lengthens_even_where_only_the_calendar_shows_it(tmp_path):
    """Sixty days are more than two months only when February is one of them."""
    found = law(tmp_path, nl=OVERRIDE.replace("= 20", "= 60").replace("working-days", "days"))
    without = read_law()
    for received in (date(2026, 1, 5), date(2026, 7, 6)):
        assert due(found, received=received) <= due(without, received=received)
    assert due(found, received=date(2026, 1, 5)) == date(2026, 3, 5)
    assert due(found, received=date(2026, 7, 6)) == date(2026, 9, 4)


def test_an_extension_can_be_shortened_or_taken_away(tmp_path):
    shorter = 'overrides = "dga-2022"\ncountry = "NL"\nsource = "x"\n[extension]\namount = 14\nunit = "days"'
    assert due(law(tmp_path, nl=shorter), extended=True) == date(2026, 7, 6)  # 4 July is a Saturday
    none = law(tmp_path, nl=shorter.replace("14", "0"))
    assert due(none, extended=True) is None
    assert not none.applying([DGA], RECEIVED, country="NL")[0].extensions()


def test_of_several_regimes_the_earliest_date_counts(tmp_path):
    found = law(tmp_path, mine=REGIME)
    assert due(found, acts=["reg/2030/1"]) == date(2026, 10, 20)
    assert due(found, acts=["reg/2030/1", DGA]) == date(2026, 6, 22)


def test_a_successor_ends_what_it_replaces_from_its_first_day_on(tmp_path):
    found = law(
        tmp_path, mine=REGIME.replace("since = 2026-01-01", 'since = 2027-01-01\nreplaces = ["dga-2022"]')
    )
    old = found.regimes["dga-2022"]
    assert found.until(old) == date(2026, 12, 31)
    assert [each.id for each in found.on(date(2026, 12, 31))] == ["dga-2022"]
    assert [each.id for each in found.on(date(2027, 1, 1))] == ["access-act"]
    assert due(found, received=date(2026, 12, 31)) == date(2027, 3, 1)  # what has begun stays


def test_a_successor_may_begin_with_the_first_day_of_all(tmp_path):
    found = law(
        tmp_path, mine=REGIME.replace("since = 2026-01-01", 'since = 0001-01-01\nreplaces = ["dga-2022"]')
    )
    assert [each.id for each in found.on(RECEIVED)] == ["access-act"]


def test_a_pending_regime_of_ours_gives_way_to_a_newer_version(tmp_path):
    newer = REGIME.replace("access-act", "ehds-2025").replace("version = 1", "version = 2")
    assert law(tmp_path, ehds=newer).regimes["ehds-2025"].limits.ordinary == Limit(6, "months")


def test_only_reasons_that_the_regime_names_stop_the_clock(tmp_path):
    from erpd.access.law import Pause

    pauses = [Pause("returned", date(2026, 4, 21), date(2026, 5, 1))]
    text = REGIME.replace("2030/1", "2030/2").replace("access-act", "stops") + '[clock]\nstops = ["returned"]'
    found = law(tmp_path, mine=REGIME, stops=text)
    assert due(found, acts=["reg/2030/1"], pauses=pauses) == date(2026, 10, 20)
    assert due(found, acts=["reg/2030/2"], pauses=pauses) == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "id: expected an id of small letters"),
        ("id = ", "This is not TOML"),
        (b"\xff\xfeid", "It is not in UTF-8. Save it as UTF-8"),
        (b"# " + b"x" * 2**16, "It has more than 64 KiB"),
        (b"a = " + b"[" * 30_000, "This is not TOML"),
        (
            OVERRIDE.replace("= 20", "= 3").replace("working-days", "months"),
            "limits.ordinary: expected less than the 2 months",
        ),
        (
            OVERRIDE.replace("= 20", "= 2").replace("working-days", "months"),
            "an override can only shorten (Article 9(1))",
        ),
        (OVERRIDE.replace("= 20", "= 70"), "limits.ordinary: expected less than the 2 months"),
        (OVERRIDE.replace("= 20", "= 0"), "limits.ordinary.amount: expected a number from 1 to 400, found 0"),
        (OVERRIDE.replace("= 20", "= " + "9" * 400), "limits.ordinary.amount: expected a number"),
        (OVERRIDE.replace("= 20", "= " + "9" * 5000), "This is not TOML"),
        (
            OVERRIDE.replace("working-days", "weeks"),
            'expected "months", "working-days" or "days", found "weeks"',
        ),
        (
            OVERRIDE.replace("ordinary", "protectd"),
            "limits.protectd is not a known key. Did you mean protected?",
        ),
        (OVERRIDE.replace("dga-2022", "dga-2020"), "there is no regime 'dga-2020'. Did you mean dga-2022?"),
        (OVERRIDE.replace('country = "NL"', ""), "country: expected a country or a body, found neither"),
        (OVERRIDE.replace('"NL"', '"Netherlands"'), "country: expected two capital letters"),
        (OVERRIDE.replace("NL", "NX"), "country: expected the code of a country, found 'NX'"),
        (OVERRIDE.replace('"NL"', '"NL"\nuntil = 2030-01-01'), "until: expected a day after since"),
        (
            OVERRIDE.partition("[limits")[0],
            "limits: expected a limit, extension or retention, found none",
        ),
        (OVERRIDE.replace("dga-2022", "ehds-2025"), "ehds-2025 has none, so there is nothing to shorten"),
        (OVERRIDE + '[extension]\namount = 31\nunit = "days"', "extension: expected less than the 30 days"),
        (
            REGIME.replace("access-act", "dga-2022").replace("version = 1", "version = 2"),
            "is a law in force, which comes with the program",
        ),
        (REGIME.replace("access-act", "ehds-2025"), "version: expected more than the 1 of ours, found 1"),
        (
            REGIME.replace("reg/2030/1", DGA + '"\nreplaces = ["dga-2022"]\nnote = { en = "x" }\n#"'),
            "an act does not replace itself",
        ),
        (
            REGIME.replace("2026-01-01", '"2026-01-01"'),
            "since: expected the first day on which it applies, without quotes",
        ),
        (
            REGIME.replace("2026-01-01", "2026-01-01T10:00:00"),
            "since: expected the first day on which it applies",
        ),
        (REGIME.replace("2026-01-01", "2026-02-30"), "This is not TOML"),
        (REGIME.replace("nl =", "nederlands ="), "name: expected languages of the Union as two letters"),
        (REGIME.replace("Toegangswet", "a\\u0000b"), "name.nl: the character U+0000 cannot be stored"),
        (REGIME + "[limits.simple]", "limits.simple is not a known key"),
        (
            REGIME + '[asset_list]\nfields = ["dcat:Distribution/dct:formats"]',
            "is not a field of the profile erpd",
        ),
        (REGIME + '[asset_list]\nfields = ["format"]', "is not a field of the profile erpd"),
        (
            REGIME + '[clock]\nstops = ["holiday"]',
            'clock.stops: expected a list of "returned" and "estimate"',
        ),
        (REGIME + '[grounds."Not A Code"]\ntext = { en = "x" }', "expected a code of small letters"),
        (REGIME + "[grounds.other]", "grounds.other.text: expected a text in each language, found nothing"),
    ],
)
def test_mistakes_are_told_with_file_key_and_what_to_write(tmp_path, text, told):
    with pytest.raises(LawError) as error:
        law(tmp_path, mine=text)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{tmp_path / 'mine.toml'}: ") for line in lines)
    assert told in str(error.value)
    assert all(len(line) < 1000 for line in lines)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("not read")
    with pytest.raises(LawError) as error:
        law(tmp_path, one=REGIME, two=REGIME, three=OVERRIDE.replace("= 20", "= 0").replace("NL", "nl"))
    told = str(error.value)
    assert [name for name in ("folder", "gone", "two", "three") if f"{name}.toml: " not in told] == []
    assert "two files have the regime access-act" in told
    assert told.count("three.toml: ") == 2
    assert "/one.toml" not in told


def test_the_number_of_files_is_bounded(tmp_path):
    with pytest.raises(LawError, match="500 files at most"):
        law(tmp_path, **{f"file-{number}": "" for number in range(MOST_FILES + 1)})
