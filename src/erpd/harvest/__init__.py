"""Harvesting: from a source into the register, run by run, with a ledger that adds up.

``erpd.harvest`` is this floor, and the function of the library that harvests without a register: where this
floor has been imported, calling it calls that function.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Harvest(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return import_module("erpd.standalone.harvesting").harvest(*arguments, **options)


sys.modules[__name__].__class__ = _Harvest
