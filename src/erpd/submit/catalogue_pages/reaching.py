"""What an address of these pages names, for whoever may see it. All else does not exist (404)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.accounts.may import Actor, Kind, Thing, Verb, may, seen
from erpd.accounts.models import Holding, Owner
from erpd.accounts.sign_in.signed_in import actor
from erpd.accounts.texts import in_language
from erpd.pages.languages import reader_languages
from erpd.register.models import Catalogue
from erpd.submit.models import Delivery

_SHOWN = (Verb.SEE, Verb.CREATE, Verb.CHANGE, Verb.PUBLISH, Verb.WITHDRAW, Verb.ERASE, Verb.TRANSFER)


@dataclass(frozen=True)
class Place:
    """A catalogue of an owner, and who looks at it."""

    request: HttpRequest
    who: Actor
    owner: Owner
    catalogue: Catalogue

    @property
    def is_test(self) -> bool:
        return self.catalogue.kind == Catalogue.Kind.TEST

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return reader_languages(self.request)

    def may(self, verb: Verb, kind: Kind = Kind.DATA_SET) -> bool:
        """Whether they may do that to the catalogue, or to what is in it."""
        return may(self.who, verb, Thing(kind, self.owner.pk, self.catalogue.pk))

    def demand(self, verb: Verb, kind: Kind = Kind.DATA_SET) -> None:
        """Raises PermissionDenied if they may only look."""
        if not self.may(verb, kind):
            raise PermissionDenied

    def show(self, template: str, facts: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page of this catalogue."""
        owner, owner_language = in_language(self.owner.title, *self.languages)
        name, name_language = in_language(self.catalogue.title, *self.languages)
        shared = {
            "place": "owners",
            "at": self,
            "owner": self.owner,
            "owner_name": owner or self.owner.slug,
            "owner_language": owner_language,
            "catalogue": self.catalogue,
            "catalogue_name": name or self.catalogue.slug,
            "catalogue_language": name_language,
            "may_see_members": may(self.who, Verb.SEE, Thing(Kind.MEMBER, self.owner.pk)),
            "may_see_audit": may(self.who, Verb.SEE, Thing(Kind.AUDIT, self.owner.pk)),
            "can": {str(verb): self.may(verb) for verb in _SHOWN},
        }
        if "form" in facts:
            facts["form"].label_suffix = ""
        return render(self.request, template, {**shared, **facts}, status=status)


def place(request: HttpRequest, slug: str, catalogue: str) -> Place:
    """The catalogue of an address. Raises Http404."""
    holdings = Holding.objects.select_related("owner", "catalogue")
    holding = holdings.filter(owner__slug=slug, catalogue__slug=catalogue).first()
    if holding is None:
        raise Http404
    found = Place(request, actor(request), holding.owner, holding.catalogue)
    seen(found.who, Thing(Kind.CATALOGUE, found.owner.pk, found.catalogue.pk))
    return found


def delivery(at: Place, key: UUID) -> Delivery:
    """The data set of an address. Raises Http404."""
    seen(at.who, Thing(Kind.DATA_SET, at.owner.pk, at.catalogue.pk))
    among = Delivery.objects.select_related("owner", "catalogue", "source", "by")
    found = among.filter(pk=key, owner=at.owner, catalogue=at.catalogue, removed=None).first()
    if found is None:
        raise Http404
    return found
