"""`erpd misbehave` as an operator meets it."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner

from erpd.cli import main
from erpd.misbehave.exchange import Request
from erpd.misbehave.fault import HARVESTED_AS
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.protocols import PROTOCOLS
from erpd.misbehave.server import Misbehaving


def misbehave(*arguments: str):
    return CliRunner().invoke(main, ["misbehave", *arguments])


def test_each_fault_is_told_with_its_protocols_and_what_is_right():
    told = misbehave("--list")
    assert told.exit_code == 0
    assert len(FAULTS) > 25
    for fault in FAULTS.values():
        assert f"{fault.name} ({', '.join(fault.on)})\n  {fault.told}\n" in told.output
    assert "token-loop" not in misbehave("--list", "--protocol", "dump").output


def test_all_protocols_are_those_that_erpd_harvests():
    assert PROTOCOLS.keys() == HARVESTED_AS.keys() == FAULTS["none"].on.keys()
    assert all(fault.on.keys() <= PROTOCOLS.keys() for fault in FAULTS.values())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fault", "none"], "Say which protocol"),
        (["--protocol", "dump", "--fault", "token-loop"], "dump cannot have the fault token-loop"),
        (["--protocol", "dump", "--fault", "nonsense"], "There is no fault 'nonsense'"),
        (["--protocol", "ftp"], "'ftp' is not one of"),
    ],
)
def test_wrong_use_is_told(arguments, message):
    refused = misbehave(*arguments)
    assert refused.exit_code == 2
    assert message in refused.output


def test_a_port_in_use_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = misbehave("--protocol", "dump", "--port", str(taken.getsockname()[1]))
    assert refused.exit_code == 1
    assert "Choose another one" in refused.output


def interruptible() -> None:
    """A test run in the background ignores SIGINT, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_it_serves_until_it_is_interrupted():
    command = [sys.executable, "-m", "erpd", "misbehave", "--protocol", "hydra", "--port", "0"]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=interruptible)  # noqa: PLW1509
    with started as process:
        try:
            lines = [process.stdout.readline() for _ in range(3)]
            found = r"--protocol dump --url (http://127\.0\.0\.1:\d+/pages\.rdf)$"
            (address,) = re.findall(found, lines[1][:-1])
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert b"totalItems" in answer.read()
            assert process.stdout.readline() == "200 /pages.rdf?\n"
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows_and_is_the_same_each_time(name):
    """Not what a clock, a dictionary or a random number says."""
    fault = FAULTS[name]
    for protocol in fault.on:
        told = told_by(protocol, fault)
        assert told == told_by(protocol, fault)
        assert (told == told_by(protocol, FAULTS["none"])) == (name == "none")


KINDS = "?s a <http://www.w3.org/ns/dcat#Dataset>"
ASKED = {
    "oai-pmh": [
        {"verb": "ListRecords", "metadataPrefix": "dcat_ap"},
        {"verb": "ListRecords", "resumptionToken": "dcat_ap/2"},
        {"verb": "ListRecords", "resumptionToken": "dcat_ap/2", "metadataPrefix": "dcat_ap"},
        {"verb": "ListRecords", "resumptionToken": "dcat_ap/3"},
        {"verb": "ListRecords", "resumptionToken": "dcat_ap/4"},
    ],
    "dump": [{}],
    "hydra": [{}, {"page": "2"}, {"page": "3"}, {"page": "4"}],
    "ckan": [
        *({"start": str(start), "rows": "5"} for start in (0, 4, 8, 12)),
        {"start": "0", "rows": "500", "sort": "id asc"},
    ],
    "sparql": [
        {"query": query}
        for query in (
            f"SELECT (COUNT(?s) AS ?n) WHERE {{ {KINDS} }}",
            f"SELECT ?s WHERE {{ {KINDS} }} ORDER BY ?s",
            f"SELECT ?s WHERE {{ {KINDS} }} ORDER BY ?s OFFSET 5",
            "CONSTRUCT WHERE { ?s ?p ?o }",
        )
    ],
}


def told_by(protocol, fault):
    path = PROTOCOLS[protocol].path + ("/package_search" if protocol == "ckan" else "")
    server = Misbehaving(PROTOCOLS[protocol], fault)
    answers = []
    for query in ASKED[protocol]:
        answer = server.answer(Request(path, query, "http://127.0.0.1:1"))
        body = answer.body if isinstance(answer.body, bytes) else [next(answer.body)]
        answers.append((answer.status, answer.media_type, answer.headers.keys(), answer.wait, body))
    server.close()
    return answers
