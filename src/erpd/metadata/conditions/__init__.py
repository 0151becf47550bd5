"""Conditions of access to protected data, as data: in a record, an ODRL offer and a rights statement.

``conditions_of`` reads them, ``set_conditions`` writes them; mending adds the statement that says them in
words. docs/guides/conditions-of-access.md has the table of terms.
"""

from erpd.metadata.conditions.fields import FIELDS, LISTS, OPPOSED, Conditions, Field
from erpd.metadata.conditions.reading import Policy, conditions_of, policy_of
from erpd.metadata.conditions.statement import in_words, is_generated
from erpd.metadata.conditions.writing import set_conditions

__all__ = [
    "FIELDS",
    "LISTS",
    "OPPOSED",
    "Conditions",
    "Field",
    "Policy",
    "conditions_of",
    "in_words",
    "is_generated",
    "policy_of",
    "set_conditions",
]
