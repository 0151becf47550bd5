"""The same body and requester as for requests; each test begins with its whole rate."""

from tests.access.requests.conftest import ada, cbs, national
from tests.submit.conftest import rested

__all__ = ["ada", "cbs", "national", "rested"]
