"""Whole dumps of each scope in four syntaxes, gzipped: they follow the register, and are never half there."""

from typing import Any

from erpd.formats.rdf.framed import FRAMES
from erpd.publish.door import Door
from erpd.publish.dumps.door import answer
from erpd.publish.dumps.door import facts as facts_of
from erpd.publish.dumps.place import in_force
from erpd.publish.dumps.proving import differences
from erpd.publish.dumps.writing import PAUSE, follow, lacks, rebuild
from erpd.register.derived import Derived
from erpd.register.scope import Scope


def facts(within: Scope) -> dict[str, Any]:
    """What there is for a scope now, as ``/dumps`` says it."""
    return facts_of(within, in_force())


def reached() -> int:
    """The last change that the dumps hold; 0 if there are none, which keeps no page from being shown."""
    dumps = in_force()
    return dumps.change if dumps else 0


DERIVED = Derived("dumps", "Dumps", reached, follow, rebuild, differences, late=24 * PAUSE, lacks=lacks)

DOOR = Door(
    title="Dumps",
    patterns=("dumps", *(f"catalogue.{syntax}.gz" for syntax in FRAMES)),
    answer=answer,
    conforms_to="https://www.rfc-editor.org/rfc/rfc1952",
    to_try="dumps",
)
