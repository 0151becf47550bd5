"""For those who watch over a node: whether it is alive, whether it is ready, and how far it is behind."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from erpd.publish.derived import DERIVED
from erpd.publish.methods import safe
from erpd.register import changes
from erpd.register.derived import Derived, Lag, lag
from erpd.register.outage import explain_outage

LEAST_FREE = 200 * 2**20  # bytes of a disk; of a small one, such as /tmp in memory, a tenth


@dataclass(frozen=True, slots=True)
class Room:
    """What is left on the disk of a folder, in bytes."""

    folder: Path
    free: int
    total: int

    @property
    def least(self) -> int:
        """What has to be left."""
        return min(LEAST_FREE, self.total // 10)

    @property
    def is_enough(self) -> bool:
        return self.free >= self.least


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far all that is derived has got."""

    change: int
    """The last change of the register."""
    lags: Mapping[Derived, Lag]
    lacking: Mapping[Derived, list[str]]

    @property
    def missing(self) -> list[str]:
        """What does not exist yet."""
        return [derived.name for derived, one in self.lags.items() if one.change is None]

    @property
    def late(self) -> list[str]:
        """What is too far behind."""
        return [derived.name for derived, one in self.lags.items() if one.seconds > derived.late]


def readiness() -> Readiness:
    """How far it has got now. Raises an error of the database."""
    last = changes.last()
    lags = {derived: lag(derived) for derived in DERIVED}
    return Readiness(last, lags, {derived: list(derived.lacks()) for derived in DERIVED})


def rooms() -> list[Room]:
    """What is left for the home, for what is temporary, and for the database where it is a file, the tightest
    first; once for each disk. Raises OSError."""
    folders = [Path(settings.HOME), Path(tempfile.gettempdir())]
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).resolve().parent)
    disks = {folder.stat().st_dev: folder for folder in reversed(folders) if folder.exists()}
    found = [Room(folder, (used := shutil.disk_usage(folder)).free, used.total) for folder in disks.values()]
    return sorted(found, key=lambda one: one.free - one.least)


@safe
def alive(_: HttpRequest) -> JsonResponse:
    """Answer ``/healthz``: the process answers. If it does not, restart it."""
    return _said({"status": "ok"})


@safe
def ready(_: HttpRequest) -> JsonResponse:
    """Answer ``/readyz``: whether requests may be sent here, and how far what is derived has got.

    503 if the database does not answer, or while something derived does not exist yet. What exists but is too
    far behind makes the status "behind", with 200: it is shown, with a notice. So does what lacks a scope.
    """
    try:
        found = readiness()
    except Error as error:
        return _said({"status": "unavailable", "database": explain_outage(error)}, status=503)
    behind = found.late or any(found.lacking.values())
    facts: dict[str, object] = {
        "status": "preparing" if found.missing else "behind" if behind else "ok",
        "database": "ok",
        "change": found.change,
        "derived": {
            derived.name: {
                "change": one.change,
                "behind": one.changes,
                "seconds": round(one.seconds, 1),
                "since": f"{one.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if one.since else None,
                "late": one.seconds > derived.late,
                "lacks": found.lacking[derived],
            }
            for derived, one in found.lags.items()
        },
    }
    return _said(facts, status=503 if found.missing else 200)


def _said(facts: dict[str, object], status: int = 200) -> JsonResponse:
    response = JsonResponse(facts, status=status)
    response["Cache-Control"] = "no-store"
    return response
