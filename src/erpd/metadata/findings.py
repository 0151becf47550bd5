"""What was found in a record. A finding names a rule and its facts; sentences are made by its reader."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    ERROR = "error"  # strict sources reject the record
    WARNING = "warning"
    REPAIR = "repair"  # mended; ``value`` is what stood there, ``repaired`` what stands there now


class Finding(NamedTuple):
    """``rule`` is a key of RULES; ``path`` names the property: ``dcat:distribution[IRI]/dct:format``."""

    rule: str
    severity: Severity
    path: str
    value: str = ""
    section: str = ""
    repaired: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain text values, empty ones left out: what is stored and printed as JSON."""
        return {name: str(value) for name, value in zip(self._fields, self, strict=True) if value}


def finding_from(facts: dict[str, str]) -> Finding:
    """The finding that ``as_dict`` wrote."""
    return Finding(
        facts["rule"],
        Severity(facts["severity"]),
        *(facts.get(name, "") for name in ("path", "value", "section", "repaired")),
    )
