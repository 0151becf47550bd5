"""What was found in a record. A finding names a rule and its facts; sentences are made by its reader."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # strict sources reject the record
    WARNING = "warning"
    REPAIR = "repair"  # mended; ``value`` is what stood there, ``repaired`` what stands there now


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule`` is a key of RULES; ``path`` names the property: ``dcat:distribution[IRI]/dct:format``."""

    rule: str
    severity: Severity
    path: str
    value: str = ""
    section: str = ""
    repaired: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain text values, empty ones left out: what is stored and printed as JSON."""
        facts = {name: str(getattr(self, name)) for name in self.__slots__}
        return {name: value for name, value in facts.items() if value}


def finding_from(facts: dict[str, str]) -> Finding:
    """The finding that ``as_dict`` wrote."""
    return Finding(
        facts["rule"],
        Severity(facts["severity"]),
        *(facts.get(name, "") for name in ("path", "value", "section", "repaired")),
    )
