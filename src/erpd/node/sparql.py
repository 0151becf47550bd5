"""The SPARQL server of the operator, if the node uses one: its addresses in the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from erpd.node.home import HomeError

SCOPE = "{scope}"
_NAMES = ("ERPD_SPARQL_QUERY_URL", "ERPD_SPARQL_STORE_URL", "ERPD_SPARQL_UPDATE_URL")


@dataclass(frozen=True, slots=True)
class SparqlServer:
    """Addresses, each with ``{scope}`` if there is a data set for each scope; "" where none is given."""

    query: str = ""
    """SPARQL 1.1 queries; "" if there is no such server."""
    store: str = ""
    """The Graph Store protocol."""
    update: str = ""
    """SPARQL 1.1 Update."""

    @property
    def separates_scopes(self) -> bool:
        return SCOPE in self.query

    @property
    def is_fed(self) -> bool:
        """Whether this node writes to it."""
        return bool(self.store or self.update)


def sparql_server(environment: Mapping[str, str]) -> SparqlServer:
    """The server that the environment names, if any. Raises HomeError if it is named wrongly."""
    given = {name: environment.get(name, "").strip() for name in _NAMES}
    query = given[_NAMES[0]]
    for name, address in given.items():
        if not address:
            continue
        if not query:
            raise HomeError(f"{name} needs {_NAMES[0]}: name where queries are sent, too.")
        try:
            parts = urlsplit(address)
            whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 80)
        except ValueError:
            whole = False
        if not whole:
            raise HomeError(
                f"{name} is not an http or https URL. Example: http://127.0.0.1:3030/{SCOPE}/query"
            )
        if (SCOPE in address) != (SCOPE in query):
            raise HomeError(f"{name} and {_NAMES[0]}: write {SCOPE} in both, or in neither.")
    return SparqlServer(*given.values())
