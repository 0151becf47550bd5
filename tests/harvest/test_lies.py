"""What a server may say in the place of a number, a name or a link: the run ends, and nothing is lost."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from erpd.misbehave.exchange import Answer, Now
from erpd.misbehave.fault import Fault
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.server import Misbehaving
from erpd.sources.errors import Reason
from erpd.sources.http.client import Limits
from tests.harvest.national import bins, run, source
from tests.harvest.served import SERVED, harvested_as
from tests.harvest.test_doubts import shown
from tests.proofs import AT_LENGTH, length

SIZE = 7
LIMITS = Limits(connect=5, read=2, total=3, max_bytes=8 * 2**20, retries=0)
NUMBER = "9" * 6_000  # more digits than Python turns into a number
STRANGE: list[Any] = [
    None,
    True,
    -5,
    1e300,
    "x",
    NUMBER,
    "\ud800",
    "a\n\0b",
    "x" * 3_000_000,
    [],
    {},
    ["a"],
    [{}],
]
# What may be changed: the member of a JSON answer; of its first entry, package or row; or a text of XML.
ANSWERS = {
    "cbs": ["odata.nextLink", "odata.count", "value"],
    "ckan": ["count", "results", "success"],
    "sparql": ["head", "results"],
}
ENTRIES = {
    "cbs": ["Identifier", "Title", "Updated", "@themes"],
    "ckan": ["id", "name", "uri", "type", "state", "metadata_modified", "resources", "extras", "tags"],
    "sparql": ["value"],
}
TEXTS = {
    "csw": ['numberOfRecordsMatched="7"', 'nextRecord="6"', "discharges-000002"],
    "oai-pmh": ["dcat_ap/2", 'completeListSize="7"', "<datestamp>2026", "YYYY-MM-DD", "18006", ">dcat_ap<"],
    "dump": ["18006", "discharges-000002"],
    "hydra": [">7<", "page=2", "18006"],
}


def entries(answer: Any) -> list[Any]:
    """The entries, packages or rows of a JSON answer."""
    found = answer.get("value") or answer.get("result") or answer.get("results") or []
    if isinstance(found, dict):
        found = found.get("results") or found.get("bindings") or []
    return [one for row in found for one in (row.values() if "bindings" in str(answer)[:200] else [row])]


def lies(protocol: str) -> list[Callable[[bytes], bytes]]:
    def in_answer(name: str, value: Any) -> Callable[[bytes], bytes]:
        def lie(body: bytes) -> bytes:
            answer = json.loads(body)
            place = (
                answer["result"] if isinstance(answer.get("result"), dict) and name != "success" else answer
            )
            place[name] = value
            return json.dumps(answer).encode()

        return lie

    def in_entry(name: str, value: Any) -> Callable[[bytes], bytes]:
        def lie(body: bytes) -> bytes:
            answer = json.loads(body)
            for one in entries(answer)[:2]:
                one[name] = value
            return json.dumps(answer).encode()

        return lie

    def in_text(text: str, value: Any) -> Callable[[bytes], bytes]:
        begin = text.rstrip('0123456789<"').rstrip("=").encode() if "=" in text else b""
        said = str(value).encode("utf-8", "surrogatepass")
        return lambda body: body.replace(text.encode(), begin + b'="' + said + b'"' if begin else said)

    return [
        *(in_answer(name, value) for name in ANSWERS.get(protocol, ()) for value in STRANGE),
        *(in_entry(name, value) for name in ENTRIES.get(protocol, ()) for value in STRANGE),
        *(in_text(text, value) for text in TEXTS.get(protocol, ()) for value in STRANGE),
    ]


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", SERVED if AT_LENGTH else ["sparql", "cbs"])
def test_each_lie_ends_its_run_at_most(protocol: str) -> None:
    with Misbehaving(SERVED[protocol], FAULTS["none"], size=SIZE) as server:
        settings = source(server.url, harvested_as(protocol), policy="lenient")
        assert bins(run(settings)) == {"new": SIZE}
        known = set(shown())
        told = lies(protocol)
        for lie in told if AT_LENGTH else Random(protocol).sample(told, 2):

            def answer(sent: Answer, now: Now, lie: Callable[[bytes], bytes] = lie) -> Answer:
                assert isinstance(sent.body, bytes)
                try:
                    return Answer(lie(sent.body), sent.media_type, sent.status)
                except ValueError:  # this answer is not JSON
                    return sent

            server.fault = Fault("lie", "", {}, answer=answer)
            report = run(settings, limits=LIMITS)
            assert not report.failed or report.run.error["rule"] in set(Reason) - {Reason.PROGRAM_ERROR}
            assert len(json.dumps(report.run.error)) < 3_000
            assert len(known - set(shown())) <= 1  # whose identifier was changed
        server.fault = FAULTS["none"]
        assert not run(settings, approved=True).failed
        assert set(shown()) == known


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", ["csw", "cbs"] if AT_LENGTH else ["csw"])
def test_the_faults_of_other_protocols(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At CSW and CBS; for the others, tests/misbehave says what must come of each."""
    for beyond in ("_GROWN", "_UNKNOWN"):
        monkeypatch.setattr(f"erpd.sources.answer.{beyond}", 20)
    with Misbehaving(SERVED[protocol], FAULTS["none"], size=SIZE) as server:
        settings = source(server.url, harvested_as(protocol), policy="lenient")
        assert bins(run(settings)) == {"new": SIZE}
        known = set(shown())
        for name in Random(protocol).sample(sorted(FAULTS), length(3, len(FAULTS))):
            server.fault = FAULTS[name]
            report = run(settings, limits=LIMITS)
            assert not report.failed or report.run.error["rule"] in set(Reason) - {Reason.PROGRAM_ERROR}, name
            assert len(known - set(shown())) == (name == "one-gone"), name
            server.fault = FAULTS["none"]
            assert not run(settings, approved=True).failed
            assert set(shown()) == known
