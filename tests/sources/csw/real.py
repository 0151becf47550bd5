"""A real pycsw, in an environment of its own that is made once, beside the one in which the tests run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# pycsw 2.6 was written for SQLAlchemy before 2, pkg_resources, and the cgi that left Python with 3.13.
NEEDED = ("pycsw==2.6.2", "sqlalchemy<2", "setuptools<81", "lxml", "legacy-cgi; python_version >= '3.13'")
HOME = Path(sys.prefix) / "for-tests" / "pycsw-2.6.2"
SERVER = Path(__file__).with_name("pycsw_server.py")


def python_with_pycsw() -> str:
    """Skips the test, saying why, where pycsw cannot be installed."""
    found = HOME / "bin" / "python"
    if not found.exists():
        draft = HOME.with_name(f"{HOME.name}.{os.getpid()}")
        uv = str(Path(sys.prefix) / "bin" / "uv")
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, str(draft)],
            [uv, "pip", "install", "--quiet", "--python", str(draft / "bin" / "python"), *NEEDED],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                shutil.rmtree(draft, ignore_errors=True)
                pytest.skip(f"pycsw cannot be installed: {done.stderr.strip()[-200:]}")
        try:
            draft.rename(HOME)
        except OSError:  # another run was faster
            shutil.rmtree(draft, ignore_errors=True)
    return str(found)


@contextmanager
def pycsw(records: Path, folder: Path, page: int) -> Iterator[str]:
    """The address of a pycsw that holds the records of a folder and gives at most ``page`` at a time."""
    command = [python_with_pycsw(), "-W", "ignore", str(SERVER), str(records), str(folder), str(page)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().strip()
            assert address, process.stderr.read()[-2000:]
            yield address
        finally:
            process.kill()
