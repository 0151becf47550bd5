import pytest
from pyoxigraph import Literal

from erpd.metadata.terms import DCAT, DCT, RDFS, XSD
from tests.formats.ckan.packages import objects, record

YEAR, MONTH, DAY = XSD.gYear, XSD.gYearMonth, XSD.date


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2020", ("2020", YEAR), ("2020", YEAR)),
        (2020, ("2020", YEAR), ("2020", YEAR)),
        ("2020-05", ("2020-05", MONTH), ("2020-05", MONTH)),
        (" 2020-05-31 ", ("2020-05-31", DAY), ("2020-05-31", DAY)),
        ("2001/2002-03", ("2001", YEAR), ("2002-03", MONTH)),
        ("2001-01-01 / 2002-03-01", ("2001-01-01", DAY), ("2002-03-01", DAY)),
        ("2001 - 2005", ("2001", YEAR), ("2005", YEAR)),
        ("2001 – 2005-06-30", ("2001", YEAR), ("2005-06-30", DAY)),
        ("2001-2005", ("2001", YEAR), ("2005", YEAR)),
        ("2001–2005", ("2001", YEAR), ("2005", YEAR)),
        ("2001/", ("2001", YEAR), None),
        ("2001/..", ("2001", YEAR), None),
        ("../2001-12", None, ("2001-12", MONTH)),
    ],
)
def test_dates_as_iso_8601_writes_them_are_a_period(text, start, end):
    found = record({"id": "p1", "temporal": text})
    for predicate, expected in ((DCAT.startDate, start), (DCAT.endDate, end)):
        literals = [Literal(expected[0], datatype=expected[1])] if expected else []
        assert objects(found, DCT.temporal, predicate) == literals
    assert objects(found, DCT.temporal, RDFS.label) == []


@pytest.mark.parametrize(
    "text",
    """
    spring 2020|03/2020|12/2020|2019/20|2019-20|01/02/2020|2020-13|31-12-2020|2020/2021/2022|2001-05 2002-06|
    2001 - now|2001/now|20200131|2020-01-01T00:00:00|1990s|../..|/|2001 -|-|2001-2005-2007|2007-11-13/15
    """.replace("\n", "").split("|"),
)
def test_what_may_be_misread_stays_a_label(text):
    found = record({"id": "p1", "temporal": text})
    assert objects(found, DCT.temporal, RDFS.label) == [Literal(text.strip())]
    assert not objects(found, DCT.temporal, DCAT.startDate) + objects(found, DCT.temporal, DCAT.endDate)
