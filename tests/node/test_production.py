"""The units of systemd that the page on production shows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "production.md"
SYSTEMD = shutil.which("systemd-analyze")


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    program = tmp_path / "erpd"
    program.touch(mode=0o755)
    serve, lines = re.findall(r"```ini\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    worker = serve
    for line in lines.splitlines():
        worker, changed = re.subn(f"^{line.partition('=')[0]}=.*", line, worker, flags=re.MULTILINE)
        assert changed == 1
    units = {"erpd.service": serve, "erpd-worker.service": worker}
    for name, unit in units.items():
        here = unit.replace("/srv/erpd/venv/bin/erpd", str(program)).replace("User=erpd", "User=root")
        (tmp_path / name).write_text(here)
    command = [SYSTEMD, "verify", *(str(tmp_path / name) for name in units)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
