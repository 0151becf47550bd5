"""The owner that a page is about."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from erpd.accounts.acts import Place
from erpd.accounts.may import Kind, Thing, Verb, may, seen
from erpd.accounts.models import Owner
from erpd.accounts.readiness import hindrances
from erpd.accounts.texts import in_language
from erpd.register.models import Catalogue


@dataclass(frozen=True)
class OwnerPlace(Place):
    """An owner, for somebody who may see it."""

    owner: Owner

    def may(self, verb: Verb, kind: Kind = Kind.OWNER, *, person: int | None = None) -> bool:
        return may(self.who, verb, Thing(kind, self.owner.pk, person=person))

    def title_of(self, catalogue: Catalogue) -> str:
        """The title of a catalogue of the owner, and its short name."""
        return f"{in_language(catalogue.title, *self.languages)[0]} ({catalogue.slug})"

    def facts(self) -> dict[str, Any]:
        name, language = named(self, self.owner)
        return {
            **super().facts(),
            "owner": self.owner,
            "name": name,
            "name_language": language,
            "hindrances": hindrances(self.owner),
            "may_change": self.may(Verb.CHANGE),
            "may_transfer": self.may(Verb.TRANSFER),
            "may_see_questions": self.may(Verb.SEE, Kind.QUESTION),
            "may_see_body": self.may(Verb.SEE, Kind.BODY),
            "may_see_audit": self.may(Verb.SEE, Kind.AUDIT),
            "may_see_members": self.may(Verb.SEE, Kind.MEMBER),
        }


def named(place: Place, owner: Owner) -> tuple[str, str]:
    """The name of an owner for the reader, and the language of the name."""
    return in_language(owner.title, *place.languages)


def owner_place(request: HttpRequest, slug: str) -> OwnerPlace:
    """The owner of the address. Raises Http404 if there is none, or not for the person."""
    owner = Owner.objects.filter(slug=slug).first()
    if owner is None:
        raise Http404
    place = OwnerPlace(request, owner)
    seen(place.who, Thing(Kind.OWNER, owner.pk))
    return place
