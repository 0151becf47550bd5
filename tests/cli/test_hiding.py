"""The list of processes, which every user of the machine can read, shows no secret."""

import subprocess
from pathlib import Path

from erpd.cli.describing import described
from erpd.cli.hiding import SECRETS, parted
from tests.journeys.nodes import Node, environment, harvesting, program
from tests.servers import Serving


def test_every_option_with_a_secret_is_known() -> None:
    def command() -> None: ...

    options = [option for option in described(command).__click_params__ if option.envvar]  # type: ignore[attr-defined]
    assert {option.opts[0]: option.envvar for option in options} == SECRETS


def test_they_are_parted_from_the_other_arguments() -> None:
    given = ["harvest", "--url", "a=b", "--password", "p=w", "--bearer=t", "--json", "--header"]
    left = ["harvest", "--url", "a=b", "--json", "--header"]  # the last one has no value: the command says so
    assert parted(given) == (left, {"ERPD_SOURCE_PASSWORD": "p=w", "ERPD_SOURCE_BEARER": "t"})


def test_a_running_harvest_shows_none(tmp_path: Path) -> None:
    node, seen, sent = Node(tmp_path / "node", "european"), [], []

    def handle(path: str, query: object, headers: object) -> tuple[int, dict[str, str], bytes]:
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(file.read_bytes())
            except OSError:
                continue
        sent.append(headers["Authorization"])  # type: ignore[index]
        return 404, {}, b""

    with Serving(handle) as server:
        arguments = harvesting("oai-pmh", server.url("/oai"), "--bearer", "correct-horse")
        command = program("--home", str(node.home), *arguments)
        done = subprocess.run(command, env=environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert sent[0] == "Bearer correct-horse"
    assert any(str(node.home).encode() in one for one in seen)
    assert not [one for one in seen if b"correct-horse" in one]
