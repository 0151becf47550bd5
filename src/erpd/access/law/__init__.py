"""The law as dated data: which act sets a limit of time, for which data, since when, and when it ends.

``read_law`` reads it; ``Law.applying`` says which regimes the acts of a data set (``acts_of``) bring on a
day; ``due_by`` counts when a decision is due. docs/guides/set-the-law.md has the fields of the files.
"""

from erpd.access.law.asset_list import acts_of, lacking
from erpd.access.law.book import Applied, Due, Law, due_by, kept_by
from erpd.access.law.clock import Pause, last_day
from erpd.access.law.override import Override
from erpd.access.law.places import Place, PlaceUnknown
from erpd.access.law.reading import LawError, read_law
from erpd.access.law.regime import Extension, Limit, Regime, Retention

__all__ = [
    "Applied",
    "Due",
    "Extension",
    "Law",
    "LawError",
    "Limit",
    "Override",
    "Pause",
    "Place",
    "PlaceUnknown",
    "Regime",
    "Retention",
    "acts_of",
    "due_by",
    "kept_by",
    "lacking",
    "last_day",
    "read_law",
]
