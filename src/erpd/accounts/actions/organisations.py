"""The list of government organisations that may become data owners."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Organisation
from erpd.accounts.organisation_lists import Listed

_MANY = 500  # rows of a statement
_FIELDS = ("title", "domains", "words")


class Imported(NamedTuple):
    """What an import did."""

    new: int
    changed: int
    unchanged: int


@transaction.atomic
def take_in(*, who: Actor, listed: Iterable[Listed], origin: str, dry_run: bool = False) -> Imported:
    """Add organisations to the list, or change those with the same IRI. None is removed.

    ``origin``: where the list comes from, for the audit log. Where it says nothing of mail domains, those
    that are known stay. ``dry_run``: only say what would be done.
    """
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    known = {one.iri: one for one in Organisation.objects.select_for_update()}
    new, changed, unchanged = [], [], 0
    for one in listed:
        found = known.get(one.iri)
        organisation = found or Organisation(iri=one.iri)
        before = [getattr(organisation, name) for name in _FIELDS]
        organisation.title = one.title
        if one.domains is not None:
            organisation.domains = one.domains
        texts = [*organisation.title.values(), *organisation.domains]
        organisation.words = "\n".join(dict.fromkeys(text.casefold() for text in texts))
        if found is None:
            new.append(organisation)
        elif before != [getattr(organisation, name) for name in _FIELDS]:
            changed.append(organisation)
        else:
            unchanged += 1
    done = Imported(len(new), len(changed), unchanged)
    if dry_run:
        return done
    Organisation.objects.bulk_create(new, _MANY)
    Organisation.objects.bulk_update(changed, _FIELDS, _MANY)
    record(who=who, verb="import", thing=Kind.NODE, name="organisations", origin=origin, **done._asdict())
    return done
