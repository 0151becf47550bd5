"""Search over the register. The index is derived from the database and follows its change numbers."""

from erpd.register.search.highlight import highlight, snippet
from erpd.register.search.query import SORTS, Hit, Result, search
from erpd.register.search.reading import IndexNotReady
from erpd.register.search.request import FACETS
from erpd.register.search.writing import follow, rebuild

__all__ = [
    "FACETS",
    "SORTS",
    "Hit",
    "IndexNotReady",
    "Result",
    "follow",
    "highlight",
    "rebuild",
    "search",
    "snippet",
]
