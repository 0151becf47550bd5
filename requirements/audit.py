"""Look for known weaknesses in the locked dependencies: `make audit`. Exit status 1 if there is one.

Where no advisory service answers, or it does not know our packages, one line says so and the status is 0.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKS = ("run", "build", "dev")
_AUDIT = (
    "pip_audit",
    "--disable-pip",
    "--require-hashes",
    "--format=json",
    "--progress-spinner=off",
    "--timeout=20",
)
_UNCHECKED = "The dependencies were not checked for known weaknesses: "


def verdict(said: str) -> tuple[list[str], int]:
    """Return what to print for the JSON of pip-audit, and the exit status."""
    try:
        packages: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return [f"{_UNCHECKED}the advisory service does not answer."], 0
    audited = [package for package in packages if "vulns" in package]
    weak = [
        f"{package['name']} {package['version']}: {weakness['id']}"
        + (f", fixed in {', '.join(weakness['fix_versions'])}" if weakness.get("fix_versions") else "")
        for package in audited
        for weakness in package["vulns"]
    ]
    if weak:
        return [*weak, f"{len(weak)} known weaknesses. Run `make lock` to move to newer versions."], 1
    if not audited:
        return [f"{_UNCHECKED}the advisory service that answers here knows none of them."], 0
    return [f"{len(audited)} of {len(packages)} dependencies checked: no known weakness."], 0


def main() -> int:
    """Ask pip-audit about all locks at once."""
    locks = [f"-r{Path(__file__).with_name(f'{name}.lock')}" for name in LOCKS]
    try:
        command = [sys.executable, "-m", *_AUDIT, *locks]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603
        lines, status = verdict(done.stdout)
    except subprocess.TimeoutExpired:
        lines, status = verdict("")
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
