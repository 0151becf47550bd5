"""The triples of each scope in a store of its own, for SPARQL. Derived from the register by change number."""

from erpd.publish.triples.following import follow, rebuild
from erpd.publish.triples.proving import differences
from erpd.publish.triples.stores import lacks, reached, snapshot
from erpd.register.derived import Derived

DERIVED = Derived("triples", "SPARQL store", reached, follow, rebuild, differences, lacks=lacks)

__all__ = ["DERIVED", "follow", "rebuild", "snapshot"]
