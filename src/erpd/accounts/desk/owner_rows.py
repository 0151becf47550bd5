"""A data owner as lists and its page show it."""

from typing import Any

from erpd.accounts.models import Organisation, Owner
from erpd.accounts.organisations import is_theirs
from erpd.accounts.readiness import hindrances
from erpd.accounts.texts import in_language


def row(owner: Owner, *languages: str) -> dict[str, Any]:
    """Its name, its organisation, and what keeps it from publishing if it is approved."""
    title, language = in_language(owner.title, *languages)
    return {
        "slug": owner.slug,
        "name": title or owner.slug,
        "name_language": language,
        "state": owner.get_state_display(),
        "created": owner.created,
        "organisation": organisation_row(owner.organisation, *languages),
        "hindrances": hindrances(owner) if owner.state == Owner.State.APPROVED else (),
    }


def organisation_row(organisation: Organisation | None, *languages: str) -> dict[str, Any] | None:
    """An organisation of the list."""
    if organisation is None:
        return None
    title, language = in_language(organisation.title, *languages)
    return {
        "pk": organisation.pk,
        "iri": organisation.iri,
        "title": title,
        "language": language,
        "domains": organisation.domains,
    }


def match(email: str, organisation: Organisation | None) -> str:
    """Whether an address is one of the organisation's: "yes", "no", or "unknown" if nothing tells."""
    theirs = is_theirs(email, organisation) if organisation else None
    return {True: "yes", False: "no", None: "unknown"}[theirs]
