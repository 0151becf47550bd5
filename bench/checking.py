"""Parse, mend and check records, without Django: `python -m bench.checking SIZE` prints the times."""

import json
import sys
from collections.abc import Iterable

from bench.data_sets import data_set
from bench.measured import timed
from bench.rdf_xml import rdf_xml
from erpd.formats import format_for
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile


def measure(numbers: Iterable[int]) -> dict[str, dict[str, float]]:
    """The times of the three steps over all records, one step after the other."""
    contents = [rdf_xml(data_set(number)).encode() for number in numbers]
    read, rules = format_for("application/rdf+xml").read, load_profile("erpd")
    assert read is not None
    with timed() as parsing:
        records = [read(content, str(number), "") for number, content in enumerate(contents)]
    with timed() as mending:
        for record in records:
            mend(record, rules)
    with timed() as checking:
        findings = [finding for record in records for finding in check(record, rules)]
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise RuntimeError("the data sets measured are not valid")
    return {"parse": parsing.figures(), "mend": mending.figures(), "check": checking.figures()}


if __name__ == "__main__":
    measure(range(50))  # profile and vocabularies are read once
    print(json.dumps(measure(range(int(sys.argv[1])))))
