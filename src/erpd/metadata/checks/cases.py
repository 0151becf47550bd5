"""Whether a part of a record is in a case that makes properties mandatory (``profiles/cases.toml``)."""

from pyoxigraph import Literal

from erpd.metadata.in_force import ACTS, names_act
from erpd.metadata.parts import Part
from erpd.metadata.profile import Case
from erpd.metadata.terms import DCT, shorten
from erpd.metadata.vocabularies import vocabulary

_FALSE = ("false", "0")  # XML Schema 2, 3.3.2


def sign_of(case: Case, part: Part) -> str:
    """Return by what the part, or its data set, shows that it is in the case; "" if it is not.

    That is the act that it names, or the property given.
    """
    whole = part.record.graph.nodes.get(part.record.dataset, {})
    if case.protected and any(
        vocabulary("access-right").code_of(right.value) == "PUBLIC"
        for right in whole.get(DCT.accessRights, ())
    ):
        return ""
    for said in (part.properties, whole):
        if case.act and names_act(said.get(ACTS, ()), case.act):
            return case.act.value
        for sign in case.given:
            values = said.get(sign, ())
            if any(not (isinstance(value, Literal) and value.value in _FALSE) for value in values):
                return shorten(sign)
    return ""
