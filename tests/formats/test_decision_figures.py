"""What another register says of its decisions: read if it is whole and agrees with itself."""

from datetime import date

import pytest

from erpd.formats import decision_figures
from erpd.formats.decision_figures import Measured, read_figures
from erpd.formats.reading import Unreadable

TODAY = date(2026, 11, 27)
A = "https://data.example/a"
WHOLE = {
    "decided": 14,
    "granted": 9,
    "refused": 5,
    "decidedLate": 2,
    "medianDays": 41,
    "percentile90Days": 46,
}
READ = Measured(date(2025, 10, 1), date(2026, 10, 1), 14, 9, 5, 2, 41, 46)
_PREFIXES = """
@prefix dqv: <http://www.w3.org/ns/dqv#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix d: <https://w3id.org/erpd/decisions#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def measured(iri: str = A, since: str = "2025-10-01", until: str = "2026-09-30", **figures: object) -> str:
    """Measurements in Turtle; those of WHOLE unless others are given, None for none."""
    period = f'[ dcat:startDate "{since}"^^xsd:date ; dcat:endDate "{until}"^^xsd:date ]'
    return "".join(
        f"[] dqv:computedOn <{iri}> ; dqv:isMeasurementOf d:{name} ;"
        f" dqv:value {value} ; dct:temporal {period} .\n"
        for name, value in {**WHOLE, **figures}.items()
        if value is not None
    )


def register_of(*parts: str) -> bytes:
    return (_PREFIXES + "".join(parts)).encode()


def found(*parts: str) -> dict[str, Measured]:
    return read_figures(register_of(*parts), TODAY)


def test_the_figures_of_the_last_period_that_is_over():
    before = measured(since="2024-10-01", until="2025-09-30", medianDays=90, percentile90Days=99)
    ahead = measured(since="2026-10-01", until="2026-12-31")
    assert found(measured(), before, ahead, measured("https://data.example/b")) == {
        A: READ,
        "https://data.example/b": READ,
    }
    no_days = measured(medianDays=None, percentile90Days=None)
    assert found(no_days)[A] == READ._replace(median_days=None, most_days=None)


@pytest.mark.parametrize(
    "wrong",
    [
        measured(decided=None),
        measured(decided=15),  # more than granted and refused
        measured(decided=4, granted=2, refused=2, decidedLate=0),  # too few
        measured(decidedLate=15),
        measured(medianDays=47),  # more than nine of ten
        measured(medianDays=-1),
        measured(medianDays="4.1e1"),
        measured(medianDays="9999999999"),
        measured(granted='"９"'),
        measured() + measured(medianDays=42),  # two of one
        measured(until="9999-12-31"),
        measured(until="2025-02-30"),
        measured(since="2026-10-01"),  # ends before it begins
        measured().replace("dcat:startDate", "dct:title"),
        measured().replace(f"<{A}>", '"a"'),
        measured().replace("d:decided ", "d:decided, d:granted "),
        measured().replace("dct:temporal", "dct:temporal <p:p>, "),
        "<a:a> <b:b> <c:c> .",
        "",
    ],
)
def test_what_is_not_whole_or_contradicts_itself_is_left_out(wrong):
    said = found(measured("https://data.example/b"), wrong)
    assert said.pop("https://data.example/b") == READ
    assert all(value.median_days is None for value in said.values()), said
    assert READ not in said.values()


def test_what_is_no_turtle_or_without_end_is_refused(monkeypatch):
    for broken in (b"<html>Not found</html>", b"\x00\xff", b"<a:a> <b:b> " + b"[<c:c> " * 50_000):
        with pytest.raises(Unreadable):
            read_figures(broken, TODAY)
    monkeypatch.setattr(decision_figures, "MOST_TRIPLES", 10)
    with pytest.raises(Unreadable, match="more than 10 triples"):
        found(measured())
