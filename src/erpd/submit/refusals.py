"""Why a delivery is refused: what happened, and what to do. Each reason has a code that does not change."""

from collections.abc import Sequence
from uuid import UUID

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

    def __init__(
        self, text: str = "Somebody else has changed this data set. Load it again, then repeat your change."
    ) -> None:
        super().__init__(text)


class IdentifierTaken(Refusal):
    """Another data set has, or had, this identifier or IRI (P, technical condition 2)."""

    code = "identifier-taken"

    def __init__(self, text: str, iri: str = "", own: UUID | None = None) -> None:
        super().__init__(text)
        self.own = own  # the data set of the same owner that has it
        self.iri = iri  # of the node that is another's


def taken(identifier: str, own: UUID | None = None) -> IdentifierTaken:
    """An identifier is not used for other data. ``own``: the data set of this owner that has it."""
    if own:
        return IdentifierTaken(
            f"You have a data set with the identifier {identifier!r} already: {own}. "
            "Change that one, or choose another identifier.",
            own=own,
        )
    return IdentifierTaken(
        f"The identifier {identifier!r} belongs to another data set, and identifiers are permanent. "
        "Choose another one."
    )


class Unnameable(Refusal):
    """The identifier or the IRI cannot be stored, or stands for a missing one (G3.4.3)."""

    code = "identifier-invalid"


class TooLarge(Refusal):
    """It says more than a description of a data set can."""

    code = "too-large"


class WrongState(Refusal):
    """A draft, a published or a withdrawn data set does not allow this."""

    code = "wrong-state"


class NotPublishable(Refusal):
    """It breaks mandatory rules. ``findings`` has all that was found, errors and others."""

    code = "not-publishable"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("The metadata do not meet the mandatory rules. Fix the errors, then try again.")
        self.findings = list(findings)
