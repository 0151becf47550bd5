"""For those who watch over a node: whether it is alive, whether it is ready, and how far it is behind."""

from datetime import UTC

from django.db import Error
from django.http import HttpRequest, JsonResponse

from erpd.publish.derived import DERIVED
from erpd.publish.methods import safe
from erpd.register import changes
from erpd.register.derived import lag
from erpd.register.outage import explain_outage


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
        last = changes.last()
        found = {derived: lag(derived) for derived in DERIVED}
        lacking = {derived: list(derived.lacks()) for derived in DERIVED}
    except Error as error:
        return _said({"status": "unavailable", "database": explain_outage(error)}, status=503)
    late = any(lacking[derived] or one.seconds > derived.late for derived, one in found.items())
    missing = any(one.change is None for one in found.values())
    facts: dict[str, object] = {
        "status": "preparing" if missing else "behind" if late else "ok",
        "database": "ok",
        "change": last,
        "derived": {
            derived.name: {
                "change": one.change,
                "behind": one.changes,
                "seconds": round(one.seconds, 1),
                "since": f"{one.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if one.since else None,
                "late": one.seconds > derived.late,
                "lacks": lacking[derived],
            }
            for derived, one in found.items()
        },
    }
    return _said(facts, status=503 if missing else 200)


def _said(facts: dict[str, object], status: int = 200) -> JsonResponse:
    response = JsonResponse(facts, status=status)
    response["Cache-Control"] = "no-store"
    return response
