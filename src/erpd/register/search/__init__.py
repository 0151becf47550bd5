"""Full-text search in the register: what is asked -> tantivy query -> result -> facets.

The index is derived from the database and follows its change numbers: pending -> document -> writing.
"""

from erpd.register.derived import Derived
from erpd.register.search.asked import FACETS, names_in, parts_of
from erpd.register.search.begun import SHORTEST, begun
from erpd.register.search.highlight import highlight, snippet
from erpd.register.search.place import reached
from erpd.register.search.proving import differences
from erpd.register.search.reading import IndexNotReady, position
from erpd.register.search.result import SORTS, Hit, Result, search
from erpd.register.search.values import values
from erpd.register.search.writing import IndexFailed, follow, rebuild

__all__ = [
    "DERIVED",
    "FACETS",
    "SHORTEST",
    "SORTS",
    "Hit",
    "IndexFailed",
    "IndexNotReady",
    "Result",
    "begun",
    "follow",
    "highlight",
    "names_in",
    "parts_of",
    "position",
    "rebuild",
    "search",
    "snippet",
    "values",
]

DERIVED = Derived("search", "Search index", reached, follow, rebuild, differences)
