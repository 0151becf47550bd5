"""What we depend on: audited where that is possible, and of a licence that we name."""

import json
import re
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

from docs.generate import licences

ROOT = Path(__file__).parents[1]
verdict = run_path(str(ROOT / "requirements" / "audit.py"))["verdict"]
# Licences that a program under the EUPL may use as libraries; a new one is looked at by a person.
KNOWN = re.compile(
    r"(?:MIT|MIT-0|MIT License|BSD|BSD License|BSD-[23]-Clause|Apache-2\.0|PSF-2\.0|"
    r"LGPL-2\.1-or-later|LGPL-3\.0-only|MPL-2\.0|ZPL 2\.1|"
    r"Apache Software License|Mozilla Public License 2\.0 MPL 2\.0)"
)


def audited(**weaknesses: list[dict[str, object]]) -> str:
    packages = [{"name": name, "version": "1.0", "vulns": weak} for name, weak in weaknesses.items()]
    return json.dumps({"dependencies": packages})


def test_a_known_weakness_fails():
    lines, status = verdict(audited(one=[{"id": "PYSEC-1", "fix_versions": ["1.1"]}], two=[]))
    assert (lines[0], status) == ("one 1.0: PYSEC-1, fixed in 1.1", 1)
    assert verdict(audited(one=[], two=[])) == (["2 of 2 dependencies checked: no known weakness."], 0)


NOT_FOUND = '{"dependencies": [{"name": "one", "skip_reason": "not found"}]}'


@pytest.mark.parametrize("said", ["", "Traceback", "[]", "{}", NOT_FOUND, '{"dependencies": []}'])
def test_without_an_advisory_service_one_line_says_so(said):
    lines, status = verdict(said)
    assert (len(lines), status) == (1, 0)
    assert lines[0].startswith("The dependencies were not checked for known weaknesses: ")


def test_pip_audit_is_asked_about_every_lock(monkeypatch):
    asked = []

    def run(command, **_):
        asked.append(command)
        return SimpleNamespace(stdout="")

    monkeypatch.setattr("subprocess.run", run)
    assert run_path(str(ROOT / "requirements" / "audit.py"))["main"]() == 0
    (command,) = asked
    assert "pip_audit" in command
    assert sum(each.endswith(".lock") for each in command) == len(
        list((ROOT / "requirements").glob("*.lock"))
    )


def test_ci_audits():
    said = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "for target in check docs audit; do beside $target make $target; done" in said
    assert "for name in check docs audit fuseki pyoai; do ended $name || status=1; done" in said


def test_each_dependency_has_a_licence():
    rows = re.findall(r"^\| (\S+) \| (.*) \|$", licences(), re.MULTILINE)[1:]
    assert len(rows) > 20
    for name, licence in rows:
        assert all(
            KNOWN.fullmatch(each) for each in re.split(r" OR | AND |, | or ", re.sub(r"[()]", "", licence))
        ), (name, licence)
