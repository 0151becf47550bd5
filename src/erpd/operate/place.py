"""What the pages of a source share."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from erpd.accounts.desk.pages import Desk
from erpd.accounts.may import Kind, Thing, Verb, demand, may
from erpd.harvest.models import SourceSettings

SOURCE = Thing(Kind.SOURCE)


@dataclass(frozen=True)
class SourcePlace(Desk):
    """A page about one source."""

    settings: SourceSettings

    def may(self, verb: Verb) -> bool:
        return may(self.who, verb, SOURCE)

    def demand(self, verb: Verb) -> None:
        """Raises PermissionDenied."""
        demand(self.who, verb, SOURCE)

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "settings": self.settings, "source": self.settings.source}


def source_place(request: HttpRequest, slug: str) -> SourcePlace:
    """Raises Http404 if there is no such source."""
    found = SourceSettings.objects.filter(source__slug=slug).select_related("source__catalogue").first()
    if found is None:
        raise Http404
    return SourcePlace(request, "sources", found)
