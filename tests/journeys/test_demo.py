"""`make demo ARGS=--once`."""

import re
from pathlib import Path

from tests.journeys.nodes import DEMO, erpd
from tests.servers import free_port


def test_it_shows_the_harvest_and_ends(tmp_path: Path) -> None:
    ports = ["--national-port", str(free_port()), "--european-port", str(free_port())]
    told = erpd("demo", "--once", "--folder", str(tmp_path / "demo"), *ports)
    amount = len(re.findall(r" a dcat:Dataset\b", (DEMO / "protected.ttl").read_text("utf-8")))
    received, new, rejected = map(
        int, re.search(r"(\d+) records received in [\d.]+ s: (\d+) new, (\d+) rejected", told).groups()
    )
    assert received == new + rejected == amount
    assert new > rejected > 0
    assert "Findings" in told
    assert "(G4.1)" in told
    assert f"http://127.0.0.1:{ports[3]}/" in told
