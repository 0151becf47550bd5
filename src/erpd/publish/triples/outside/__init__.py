"""A SPARQL server of the operator in place of our own stores, fed by change number."""

from erpd.publish.triples.outside.feeding import differences, follow, rebuild
from erpd.publish.triples.outside.notes import is_outside, reached
from erpd.register.derived import Derived

DERIVED = Derived("sparql-server", "SPARQL server", reached, follow, rebuild, differences)

__all__ = ["DERIVED", "follow", "is_outside", "reached", "rebuild"]
