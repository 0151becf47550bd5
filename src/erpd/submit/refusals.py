"""Why a delivery is refused: a stable code, what happened, what to do. Nothing was changed."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from erpd.accounts import refusal as accounts
from erpd.accounts.refusal import Texts
from erpd.metadata.findings import Finding


class Code(StrEnum):
    """The codes of all reasons. They never change."""

    NOT_ALLOWED = "not-allowed"
    CHANGED_MEANWHILE = "changed-meanwhile"
    IDENTIFIER_PERMANENT = "identifier-permanent"
    IRI_PERMANENT = "iri-permanent"
    IDENTIFIER_YOURS = "identifier-yours"
    IDENTIFIER_ANOTHERS = "identifier-anothers"
    IRI_OF_DATA_SET = "iri-of-data-set"
    IRI_HERE = "iri-here"
    IRI_DESCRIBED = "iri-described"
    IRI_BELOW = "iri-below"
    IRI_OF_OWNER = "iri-of-owner"
    IDENTIFIER_UNFIT = "identifier-unfit"
    IRI_UNFIT = "iri-unfit"
    TRIPLE_TERM = "triple-term"
    NOT_A_LINK = "not-a-link"
    TOO_LARGE = "too-large"
    NEVER_PUBLISHED = "never-published"
    NOT_ERASABLE = "not-erasable"
    NOT_A_TEST_CATALOGUE = "not-a-test-catalogue"
    NOT_FROM_TEST = "not-from-test"
    NOT_PUBLISHABLE = "not-publishable"
    STILL_READING = "still-reading"


_LINK = _("Link to it without describing it, or use another IRI.")
_PERMANENT = _("Choose a permanent one.")
_TEXTS: Texts = {
    Code.NOT_ALLOWED: (
        _("You may not do that for this data owner."),
        _("Ask one of its administrators."),
    ),
    Code.CHANGED_MEANWHILE: (
        _("Somebody else has changed this data set."),
        _("Load it again, then repeat your change."),
    ),
    Code.IDENTIFIER_PERMANENT: (
        _("The identifier %(identifier)s is permanent."),
        _("Deliver a new data set."),
    ),
    Code.IRI_PERMANENT: (
        _("The IRI of a published data set is permanent: %(iri)s."),
        "",
    ),
    Code.IDENTIFIER_YOURS: (
        _("You have a data set with the identifier %(identifier)s already: %(own)s."),
        _("Change that one, or choose another identifier."),
    ),
    Code.IDENTIFIER_ANOTHERS: (
        _("The identifier %(identifier)s belongs to another data set, and identifiers are permanent."),
        _("Choose another one."),
    ),
    Code.IRI_OF_DATA_SET: (
        _("%(iri)s is the IRI of another data set here."),
        _("Use one of your own."),
    ),
    Code.IRI_HERE: (
        _("%(iri)s is an address of this portal."),
        _("Leave the IRI out, or use one of your own."),
    ),
    Code.IRI_DESCRIBED: (_("%(iri)s is another data set."), _LINK),
    Code.IRI_BELOW: (_("%(iri)s lies below another data set, %(above)s."), _LINK),
    Code.IRI_OF_OWNER: (_("%(iri)s belongs to a data set of another owner."), _LINK),
    Code.IDENTIFIER_UNFIT: (_("%(name)s cannot be the identifier of a data set (G3.4.3)."), _PERMANENT),
    Code.IRI_UNFIT: (_("%(name)s cannot be the IRI of a data set (G3.4.3)."), _PERMANENT),
    Code.TRIPLE_TERM: (
        _("Triple terms (RDF 1.2) are not understood here."),
        _("Leave them out."),
    ),
    Code.NOT_A_LINK: (_("%(iri)s is not a link."), _("Write an address: https://…")),
    Code.TOO_LARGE: (
        _("The metadata have %(size)s triples, more than the %(most)s that are allowed."),
        _("Describe each data set separately, and link to the data instead of including it."),
    ),
    Code.NEVER_PUBLISHED: (
        _("A draft was never published, so it cannot be withdrawn."),
        _("Erase it instead."),
    ),
    Code.NOT_ERASABLE: (
        _("Only a draft that was never published can be erased."),
        _("Withdraw it instead."),
    ),
    Code.NOT_A_TEST_CATALOGUE: (_("Only a test catalogue can be emptied."), ""),
    Code.NOT_FROM_TEST: (
        _("A data set is published for real from a test catalogue, in another catalogue."),
        "",
    ),
    Code.NOT_PUBLISHABLE: (
        _("The metadata do not meet the mandatory rules."),
        _("Fix the errors, then try again."),
    ),
    Code.STILL_READING: (
        _("We are still reading another file of yours."),
        _("Wait until that page has loaded, then try again."),
    ),
}


class Reason(accounts.Hindrance):
    """Why a delivery is refused."""

    texts = _TEXTS


class Refusal(accounts.Refusal):
    """A delivery, or an act on one, that is refused."""


class NotReady(Refusal):
    """The data owner may not publish yet: not approved, its contact not confirmed, or no agreement."""


class _Because(Refusal):
    """Refused for one reason."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(Reason(code, facts))


class NotAllowed(_Because):
    """They may see it, but not do this."""

    status = 403

    def __init__(self) -> None:
        super().__init__(Code.NOT_ALLOWED)


class EditConflict(_Because):
    """Somebody else changed it meanwhile."""

    def __init__(self) -> None:
        super().__init__(Code.CHANGED_MEANWHILE)


class IdentifierTaken(_Because):
    """Another data set has, or had, this identifier or IRI (P, technical condition 2)."""

    own: UUID | None = None
    """The data set of the same owner that has it."""
    iri = ""
    """The IRI of the node in the metadata that is another's."""


def taken(identifier: str, own: UUID | None = None) -> IdentifierTaken:
    """An identifier is not used for other data. ``own``: the data set of this owner that has it."""
    code = Code.IDENTIFIER_YOURS if own else Code.IDENTIFIER_ANOTHERS
    made = IdentifierTaken(code, identifier=repr(identifier), own=own)
    made.own = own
    return made


def of_another(code: Code, iri: str, **facts: object) -> IdentifierTaken:
    """A node that the metadata describe is not theirs."""
    made = IdentifierTaken(code, iri=iri, **facts)
    made.iri = iri
    return made


class Unnameable(_Because):
    """The identifier or the IRI cannot be stored, or stands for a missing one (G3.4.3)."""


class TooLarge(_Because):
    """It says more than a description of a data set can."""


class WrongState(_Because):
    """A draft, a published or a withdrawn data set does not allow this."""


class StillReading(_Because):
    """Another file of the same person is being read."""

    status = 429

    def __init__(self) -> None:
        super().__init__(Code.STILL_READING)


class NotPublishable(_Because):
    """It breaks mandatory rules. ``findings`` has all that was found, errors and others."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(Code.NOT_PUBLISHABLE)
        self.findings = list(findings)
