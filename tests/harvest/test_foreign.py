"""Whatever a source says, the run that says so can be stored, and ends: on both databases."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from erpd.formats import ckan
from erpd.formats.reading import Reading
from erpd.harvest.keeping import LiveKeeper, quiet
from erpd.harvest.ledger import found_in
from erpd.harvest.models import Run
from erpd.harvest.opening import preparation_for
from erpd.harvest.run import Parts, carry_out
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page
from tests.harvest import national
from tests.here import HerePreparer

pytestmark = pytest.mark.django_db
# Half a surrogate pair, NUL, a character beyond the first 65,536, and one that no text may contain.
NASTY = "a\ud800b\0c\U0001f600d\uffff"
STORED = "a\ufffdb\ufffdc\U0001f600d\uffff"
PACKAGE = b'{"id": "1", "title": "a\\ud800b\\u0000c", "notes": "\\udfff"}'


class Said:
    """A source that yields these pages, and then fails."""

    def __init__(self, *pages: Page, failure: Exception | None = None) -> None:
        self._pages, self._failure = pages, failure

    def pages(self, checkpoint: dict[str, Any] | None = None) -> Iterator[Page]:
        yield from self._pages
        if self._failure:
            raise self._failure


def harvested(source: Said) -> Run:
    settings = national.source("https://data.example/api", "ckan", policy="lenient")
    parts = Parts(lambda run: nullcontext(source), HerePreparer(preparation_for(settings)), LiveKeeper(quiet))
    return Run.objects.get(pk=carry_out(settings, parts, approved=False).pk)


def test_why_it_failed_is_stored_whatever_the_source_said():
    run = harvested(
        Said(failure=SourceError(Reason.PROTOCOL_ERROR, NASTY, NASTY, url=f"https://x.example/{NASTY}"))
    )
    assert (run.state, run.error["rule"]) == (Run.State.FAILED, Reason.PROTOCOL_ERROR)
    assert "\ufffd" in run.error["message"]


def test_a_program_error_that_quotes_it_ends_the_run_too():
    with pytest.raises(KeyError):
        harvested(Said(failure=KeyError(NASTY)))
    run = Run.objects.get()
    assert (run.state, run.error["rule"]) == (Run.State.FAILED, Reason.PROGRAM_ERROR)


@pytest.mark.parametrize(
    ("total", "stored"), [(10**30, 2**63 - 1), (2**63, 2**63 - 1), (-(10**30), -(2**63 - 1)), (7, 7)]
)
def test_what_accompanies_a_page_is_stored(total, stored):
    said = {NASTY: [NASTY, 10**30, float("inf"), float("nan"), True, None], "validators": {"etag": NASTY}}
    run = harvested(Said(Page([], said, total, last=True)))
    assert run.state == Run.State.DONE
    assert run.total == stored
    assert run.checkpoint[STORED] == [STORED, 2**63 - 1, None, None, True, None]
    assert run.validators["etag"] == STORED


def test_what_a_record_says_of_itself_is_stored():
    stamps = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", NASTY * 20, "")
    readings = [
        Reading(f"{NASTY}{number}", PACKAGE.replace(b'"1"', b'"%d"' % number), ckan.MEDIA_TYPE, stamp)
        for number, stamp in enumerate(stamps)
    ]
    plain = Reading("plain", PACKAGE, ckan.MEDIA_TYPE, stamps[0])
    run = harvested(Said(Page([*readings, plain], {}, last=True)))
    assert run.state == Run.State.DONE
    entries = list(run.entries.order_by("pk").values_list("identifier", "bin"))
    assert entries == [*((f"{STORED}{number}", "rejected") for number in range(4)), ("plain", "new")]
    assert {"unstorable"} <= {example.finding.rule for example in found_in(run)}
