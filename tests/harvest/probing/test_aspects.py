"""What a rehearsal says of a source with each fault: the aspect to blame, and no other is wrong."""

import pytest

from erpd.harvest.models import Run
from erpd.harvest.probing.aspects import QUESTIONS, SAID, Answer, Aspect, Verdict, unread
from erpd.harvest.probing.probe import probe, settings_of
from erpd.misbehave.fault import HARVESTED_AS
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.protocols import PROTOCOLS
from erpd.misbehave.server import Misbehaving
from erpd.register.models import Catalogue, DataSet, Source
from erpd.sources.errors import Reason, SourceError
from tests.harvest.national import Point, client, good, many
from tests.journeys.nodes import turtle
from tests.misbehave.test_faults import IMPATIENT, LIMITS, SIZE, small_pages  # noqa: F401 - a fixture
from tests.proofs import length
from tests.servers import Answer as Sent
from tests.servers import Serving

pytestmark = pytest.mark.django_db

# Fault -> the protocol it is tried on, and what is said of it; nothing is wrong where nothing is named.
EXPECTED: dict[str, tuple[str, ...]] = {
    "none": ("oai-pmh", "paging-whole", "count-right", "identifiers-same", "segregation-protected"),
    "empty-list": ("oai-pmh", "answers-empty"),
    "unstable-ids": ("oai-pmh", "identifiers-changed"),
    "dates-not-iso": ("ckan", "dates-wrong"),
    "no-datestamps": ("oai-pmh", "dates-wrong"),
    "token-loop": ("hydra", "paging-fails"),
    "page-order-changes": ("oai-pmh", "paging-overlaps", "count-wrong"),
    "wrong-count-low": ("ckan", "count-wrong"),
    "incomplete-record": ("dump", "metadata-missing", "segregation-unsaid"),
    "broken-record": ("sparql", "format-broken"),
    "not-found": ("ckan", "answers-fail"),
    # --- from here on at length only
    "half-gone": ("oai-pmh",),
    "one-gone": ("dump",),
    "changed-ids": ("sparql",),
    "placeholder-id": ("oai-pmh", "identifiers-bad"),
    "duplicate-ids": ("ckan", "identifiers-shared"),
    "shared-iri": ("oai-pmh", "identifiers-shared"),
    "endless-identifier": ("dump", "identifiers-bad"),
    "inserted-during-crawl": ("oai-pmh", "paging-repeats", "count-moved"),
    "deleted-during-crawl": ("oai-pmh", "identifiers-some"),
    "changed-during-crawl": ("ckan",),
    "future-datestamps": ("oai-pmh", "dates-ahead"),
    "repeated-page": ("ckan", "paging-fails"),
    "endless-pages": ("hydra", "count-wrong"),
    "empty-page": ("oai-pmh", "paging-empty"),
    "empty-pages": ("oai-pmh", "paging-empty"),
    "ends-early": ("oai-pmh", "count-fails"),
    "ends-early-unannounced": ("oai-pmh", "count-none"),
    "rows-capped": ("ckan",),
    "wrong-count": ("hydra", "count-fails"),
    "no-count": ("oai-pmh", "count-oai"),
    "hydra-literal-links": ("hydra",),
    "hydra-partial-view": ("hydra",),
    "hydra-other-host": ("hydra",),
    "rows-refused": ("ckan",),
    "sort-refused": ("ckan",),
    "all-private": ("ckan",),
    "expired-token": ("oai-pmh", "paging-anew"),
    "short-lived-tokens": ("oai-pmh", "paging-anew"),
    "expired-token-no-dates": ("oai-pmh", "paging-fails"),
    "token-needs-prefix": ("oai-pmh",),
    "token-refuses-prefix": ("oai-pmh",),
    "cut-page": ("oai-pmh", "answers-fail"),
    "control-character": ("dump", "format-repaired"),
    "invalid-utf8": ("ckan", "format-repaired"),
    "bad-iri": ("oai-pmh", "format-repaired"),
    "deep-nesting": ("oai-pmh", "format-broken"),
    "entity-bomb": ("dump", "format-fails"),
    "external-entity": ("oai-pmh", "format-fails"),
    "unknown-charset": ("hydra", "format-fails"),
    "wrong-charset": ("oai-pmh",),
    "byte-order-mark": ("ckan",),
    "blank-lines": ("sparql",),
    "deleted-without-identifier": ("oai-pmh", "identifiers-bad", "format-broken", "count-wrong"),
    "error-under-200": ("oai-pmh", "paging-anew"),
    "error-under-500": ("ckan", "answers-fail"),
    "partial-answer": ("sparql", "answers-fail"),
    "html-error-page": ("oai-pmh", "answers-fail"),
    "login-page-redirect": ("ckan", "answers-fail"),
    "redirect-to-private": ("hydra", "answers-fail"),
    "redirect-to-file": ("oai-pmh", "protocol-fails"),
    "redirect-loop": ("dump", "answers-fail"),
    "unauthorised": ("oai-pmh", "answers-fail"),
    "too-many-requests": ("oai-pmh",),
    "busy": ("sparql",),
    "busy-for-a-year": ("oai-pmh", "answers-fail"),
    "unavailable": ("hydra", "answers-fail"),
    "server-error": ("oai-pmh", "answers-fail"),
    "no-answer": ("ckan", "answers-fail"),
    "empty-answer": ("oai-pmh", "answers-fail"),
    "cut-connection": ("oai-pmh", "answers-fail"),
    "hang": ("dump", "answers-fail"),
    "slow-drip": ("dump", "answers-fail"),
    "huge-answer": ("oai-pmh", "answers-fail"),
    "gzip-bomb": ("dump", "answers-fail"),
    "broken-gzip": ("oai-pmh", "format-fails"),
    "other-format": ("hydra", "format-fails"),
    "wrong-content-type": ("oai-pmh",),
}
QUICK = list(EXPECTED)[: list(EXPECTED).index("half-gone")]


def test_every_fault_is_in_the_table():
    assert EXPECTED.keys() == FAULTS.keys()
    assert {code for _, *codes in EXPECTED.values() for code in codes} <= SAID.keys()
    assert list(QUESTIONS) == list(Aspect)


@pytest.mark.proof
@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("name", length(QUICK, list(EXPECTED)))
def test_the_aspect_to_blame(name):
    protocol, *codes = EXPECTED[name]
    fault = FAULTS[name]
    with Misbehaving(PROTOCOLS[protocol], fault, size=SIZE) as server:
        settings = settings_of(server.url)
        settings.protocol = HARVESTED_AS[protocol]
        answers = answers_of(settings, IMPATIENT if Reason.TIMEOUT in fault.rules else LIMITS)
    assert [one.aspect for one in answers] == list(Aspect)
    said = {one.code for one in answers}
    assert said >= set(codes), said
    wrong = {one.code for one in answers if one.verdict is Verdict.WRONG} - set(codes)
    assert not wrong
    assert all("{" not in one.text() for one in answers)
    assert not any(model.objects.exists() for model in (Run, DataSet, Source, Catalogue))


def answers_of(settings, limits) -> list[Answer]:
    try:
        with client(limits=limits) as http:
            return probe(settings, http).answers
    except SourceError as error:
        return unread(error)


def test_what_is_to_be_put_right_is_shown_as_it_would_be():
    """The statement as it came, and as it is after the repair; for what is missing, an example."""
    odd = good("odd").replace("authority/file-type/CSV", "authority/file-type/csv")
    with Point([*many(4), odd, good("bad", valid=False)]) as point, client() as http:
        seen = probe(settings_of(point.url), http)
    assert (seen.protocol, seen.url, seen.received, seen.faulty) == ("oai-pmh", point.url, 6, 1)
    kinds = {str(kind.finding.rule): kind for kind in seen.kinds}
    missing, repaired = kinds["mandatory-missing"], next(kind for kind in seen.kinds if kind.change)
    assert (missing.times, missing.identifier) == (1, "bad")
    assert repaired.identifier == "odd"
    assert repaired.change
    assert "file-type/csv" in repaired.change.before
    assert "file-type/CSV" in repaired.change.after
    assert "file-type/CSV" not in repaired.change.before


@pytest.mark.parametrize(("open_ones", "code"), [(0, "protected"), (3, "mixed"), (6, "open")])
def test_protected_and_open_data_are_told_apart(open_ones, code):
    records = [
        one.replace("RESTRICTED", "PUBLIC") if number < open_ones else one
        for number, one in enumerate(many(6))
    ]
    with Point(records) as point, client() as http:
        seen = probe(settings_of(point.url), http)
    assert next(one for one in seen.answers if one.aspect is Aspect.SEGREGATION).code == f"segregation-{code}"


def test_a_file_and_its_dates_are_called_what_they_are():
    """A date without its datatype is in ISO 8601; a file in Turtle stays one, whatever it is cut into."""
    dates = {":set-a": "2025-03-12", ":set-b": "2025-03-13", ":set-c": "12/03/2025", ":set-d": "31/05/2025"}
    said = "".join(f'{name} dct:modified "{date}" .\n' for name, date in dates.items())
    file = turtle({name.removeprefix(":set-"): name for name in dates}) + said

    def handle(path: str, query: object, headers: object) -> Sent:
        return 200, {"Content-Type": "text/turtle"}, file.encode()

    with Serving(handle) as server, client() as http:
        settings = settings_of(server.url("/all.ttl"))
        settings.protocol = "dump"
        seen = probe(settings, http)
    answers = {one.aspect: one for one in seen.answers}
    wrong = answers[Aspect.DATES]
    assert (wrong.code, wrong.facts["number"], wrong.facts["example"]) == ("dates-wrong", "2", "12/03/2025")
    assert answers[Aspect.FORMAT].text() == "DCAT-AP as Turtle."
    assert {str(kind.finding.rule): kind.others for kind in seen.kinds if "date" in kind.finding.rule} == {
        "date-not-iso": [],
        "date": ["2025-03-13", "31/05/2025"],
    }
