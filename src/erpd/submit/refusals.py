"""Why a delivery is refused: what happened, and what to do. Each reason has a code that does not change."""

from collections.abc import Sequence

from erpd.accounts.refusal import Hindrance
from erpd.metadata.findings import Finding


class Refusal(Exception):
    """A delivery, or an act on one, that is refused. Nothing was changed. Its text is for people."""

    code = "refused"


class NotAllowed(Refusal):
    """They may see it, but not do this."""

    code = "not-allowed"


class NotReady(Refusal):
    """The data owner may not publish yet: not approved, its contact not confirmed, or no agreement."""

    code = "owner-not-ready"

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        super().__init__(" ".join(f"{one.text} {one.advice}" for one in hindrances))
        self.hindrances = list(hindrances)


class EditConflict(Refusal):
    """Somebody else changed it meanwhile."""

    code = "edit-conflict"


class IdentifierTaken(Refusal):
    """Another data set has, or had, this identifier or IRI (P, technical condition 2)."""

    code = "identifier-taken"

    def __init__(self, text: str, iri: str = "") -> None:
        super().__init__(text)
        self.iri = iri  # of the node that is another's


class Unnameable(Refusal):
    """The identifier or the IRI cannot be stored, or stands for a missing one (G3.4.3)."""

    code = "identifier-invalid"


class WrongState(Refusal):
    """A draft, a published or a withdrawn data set does not allow this."""

    code = "wrong-state"


class NotPublishable(Refusal):
    """It breaks mandatory rules. ``findings`` has all that was found, errors and others."""

    code = "not-publishable"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("The metadata do not meet the mandatory rules. Fix the errors, then try again.")
        self.findings = list(findings)
