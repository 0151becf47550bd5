"""The table of what is derived from the register: what follows the change numbers is one line here."""

from erpd.publish import dumps
from erpd.publish.oai_pmh import written
from erpd.register import search
from erpd.register.derived import Derived

DERIVED: tuple[Derived, ...] = (search.DERIVED, dumps.DERIVED, written.DERIVED)
