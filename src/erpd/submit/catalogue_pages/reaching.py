"""What an address of these pages names, for whoever may see it. All else does not exist (404)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from erpd.accounts.acts import Place
from erpd.accounts.may import Kind, Thing, Verb, may, seen
from erpd.accounts.models import Holding, Owner
from erpd.accounts.texts import in_language
from erpd.metadata.text import Text
from erpd.register.models import Catalogue
from erpd.submit.models import Delivery

_SHOWN = (Verb.SEE, Verb.CREATE, Verb.CHANGE, Verb.PUBLISH, Verb.WITHDRAW, Verb.ERASE, Verb.TRANSFER)


@dataclass(frozen=True)
class CataloguePlace(Place):
    """A catalogue of an owner."""

    owner: Owner
    catalogue: Catalogue

    @property
    def is_test(self) -> bool:
        return self.catalogue.kind == Catalogue.Kind.TEST

    def may(self, verb: Verb, kind: Kind = Kind.DATA_SET) -> bool:
        """Whether they may do that to the catalogue, or to what is in it."""
        return may(self.who, verb, Thing(kind, self.owner.pk, self.catalogue.pk))

    def demand(self, verb: Verb, kind: Kind = Kind.DATA_SET) -> None:
        """Raises PermissionDenied if they may only look."""
        if not self.may(verb, kind):
            raise PermissionDenied

    def facts(self) -> dict[str, Any]:
        owner, owner_language = in_language(self.owner.title, *self.languages)
        name, name_language = in_language(self.catalogue.title, *self.languages)
        return {
            **super().facts(),
            "at": self,
            "owner": self.owner,
            "owner_name": owner or self.owner.slug,
            "owner_language": owner_language,
            "catalogue": self.catalogue,
            "catalogue_name": name or self.catalogue.slug,
            "catalogue_language": name_language,
            "may_see_members": may(self.who, Verb.SEE, Thing(Kind.MEMBER, self.owner.pk)),
            "may_see_questions": may(self.who, Verb.SEE, Thing(Kind.QUESTION, self.owner.pk)),
            "may_see_audit": may(self.who, Verb.SEE, Thing(Kind.AUDIT, self.owner.pk)),
            "can": {str(verb): self.may(verb) for verb in _SHOWN},
        }


@dataclass(frozen=True)
class DeliveryPlace(CataloguePlace):
    """A data set in a catalogue; None is one to come."""

    delivery: Delivery | None

    def facts(self) -> dict[str, Any]:
        shown = {**super().facts(), "delivery": self.delivery}
        if self.delivery:
            shown["title_text"], shown["title_language"] = title_of(self.delivery, self.languages)
        return shown


def title_of(one: Delivery, languages: tuple[str, ...]) -> tuple[str, str]:
    """The title for a reader of ``languages`` and its language; the identifier if there is none."""
    text, language = Text({each: [title] for each, title in one.titles.items()}).best(*languages)
    return text or one.identifier, language


def place(request: HttpRequest, slug: str, catalogue: str) -> CataloguePlace:
    """The catalogue of an address. Raises Http404."""
    holdings = Holding.objects.select_related("owner", "catalogue")
    holding = holdings.filter(owner__slug=slug, catalogue__slug=catalogue).first()
    if holding is None:
        raise Http404
    found = CataloguePlace(request, holding.owner, holding.catalogue)
    seen(found.who, Thing(Kind.CATALOGUE, found.owner.pk, found.catalogue.pk))
    return found


def delivery(at: CataloguePlace, key: UUID) -> Delivery:
    """The data set of an address. Raises Http404."""
    seen(at.who, Thing(Kind.DATA_SET, at.owner.pk, at.catalogue.pk))
    among = Delivery.objects.select_related("owner", "catalogue", "source", "by")
    found = among.filter(pk=key, owner=at.owner, catalogue=at.catalogue, removed=None).first()
    if found is None:
        raise Http404
    return found


def delivery_place(request: HttpRequest, slug: str, catalogue: str, key: UUID | None = None) -> DeliveryPlace:
    """The data set of an address; without a key, one to come. Raises Http404."""
    at = place(request, slug, catalogue)
    return DeliveryPlace(request, at.owner, at.catalogue, delivery(at, key) if key else None)
