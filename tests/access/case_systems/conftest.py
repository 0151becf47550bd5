"""The same body and requester as for requests."""

from tests.access.requests.conftest import ada, cbs, national

__all__ = ["ada", "cbs", "national"]
