"""What the page of a value knows: the value, and the sources whose rules can map it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest

from erpd.accounts.desk.pages import Desk
from erpd.accounts.may import Verb, demand, may
from erpd.accounts.paging import words
from erpd.harvest.models import Uncovered
from erpd.harvest.opening import rules_of
from erpd.harvest.reach import is_of_owner
from erpd.harvest.rules import RulesError
from erpd.metadata.parts import LONGEST_EXCERPT
from erpd.operate.mapping.values import Value, value_of
from erpd.operate.place import SOURCE


@dataclass(frozen=True)
class ValuePlace(Desk):
    """A page about one value."""

    value: Value

    @cached_property
    def is_whole(self) -> bool:
        """Whether the value is known as the sources have it: rules compare all of it."""
        texts = [one.value for one in self.value.said_by]
        return all(text not in ("", "[]") and len(text) < LONGEST_EXCERPT for text in texts)

    @cached_property
    def mappable(self) -> list[Uncovered]:
        """The sources that say it, and whose rules can be given a map for it."""
        return [one for one in self.value.said_by if self.is_whole and not one.covered and _takes_rules(one)]

    @cached_property
    def mapped(self) -> list[Uncovered]:
        """The sources whose rules map it since."""
        return [one for one in self.value.said_by if one.covered]

    @property
    def decides(self) -> bool:
        """Whether the person may say what it means."""
        return may(self.who, Verb.DECIDE, SOURCE)

    def demand(self) -> None:
        """Raises PermissionDenied."""
        demand(self.who, Verb.DECIDE, SOURCE)

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "value": self.value}


def value_place(request: HttpRequest) -> ValuePlace:
    """The value of ``?property=`` and ``?digest=``. Raises Http404 if no source says it."""
    found = value_of(words(request, "property"), words(request, "digest"))
    if found is None:
        raise Http404
    return ValuePlace(request, "sources", found)


def _takes_rules(one: Uncovered) -> bool:
    """Those of a data owner's own portal are set at its own page."""
    try:
        rules_of(one.settings)
    except RulesError:
        return False
    return not is_of_owner(one.settings)
