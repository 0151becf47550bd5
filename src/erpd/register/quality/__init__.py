"""How good the descriptions are, kept: the scores of each data set, their sums, and those of each week."""

from erpd.register.derived import Derived
from erpd.register.quality.following import follow, is_behind, reached, rebuild, version
from erpd.register.quality.proving import differences

_HOUR = 3600.0  # nobody searches by it, and a score of an hour ago is still of use

DERIVED = Derived("quality", "Quality scores", reached, follow, rebuild, differences, late=_HOUR)

__all__ = ["DERIVED", "follow", "is_behind", "rebuild", "version"]
