"""Findings as those who fill in forms read them."""

from erpd.pages.findings import remarks, summed


def test_equal_findings_are_counted_once_and_properties_are_called_as_on_pages():
    one = {"rule": "several-data-sets", "severity": "error", "section": "G4.1"}
    many = [
        {"rule": "no-identifier", "severity": "error", "path": f"dcat:distribution[{n}]/dct:format"}
        for n in range(8)
    ]
    other = {"rule": "no-identifier", "severity": "error", "path": "a field of CKAN"}
    found = remarks(summed([*many, one, other, dict(many[0], value="x")]), 0, 9)
    assert [each.times for each in found] == [8, 1, 1, 1]
    texts = [each.text for each in found]
    assert texts[0].startswith("Distribution, Format (dcat:distribution/dct:format) is missing")
    assert texts[2].startswith("a field of CKAN is missing")
    assert texts[3].startswith("Distribution, Format (dcat:distribution[0]/dct:format) is missing")
    assert remarks(many, 0, 9)[0].text.startswith("dcat:distribution[0]/dct:format is missing")
