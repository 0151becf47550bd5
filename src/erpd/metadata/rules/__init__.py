"""The rules that a finding can name. To add one, write its name and its texts into the enum it belongs to."""

from erpd.metadata.rules.correction import Correction
from erpd.metadata.rules.flaws import Flaw
from erpd.metadata.rules.intake import Intake
from erpd.metadata.rules.repairs import Repair
from erpd.metadata.rules.rule import Former, Rule
from erpd.metadata.rules.unread import Unread

__all__ = ["RULES", "Correction", "Flaw", "Former", "Intake", "Repair", "Rule", "Unread"]

_KINDS = (Repair, Flaw, Correction, Unread, Intake)
RULES: dict[str, Rule] = {rule.value: rule for kind in _KINDS for rule in kind}
