"""What a door for machines says of itself: addresses, lists of doors and their tests follow from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpResponse

from erpd.register.scope import Scope


@dataclass(frozen=True, slots=True)
class Entrance:
    """One address of a door in one scope, as pages list it."""

    title: str
    address: str  # what a program is given
    to_try: str  # what shows something at once


@dataclass(frozen=True, slots=True)
class Door:
    """A way for machines to read the register; it stands once in each scope (G3.1).

    All paths are relative to the scope: ``oai`` is ``/oai``, ``/protected/oai`` and ``/catalogues/nl/oai``.
    """

    title: str
    """What its users call it, with the version: "OAI-PMH 2.0"."""
    patterns: tuple[str, ...]
    """Its paths, as Django's ``path()`` writes them: ``api/3/action/<str:action>``. A parameter may have any
    name but ``catalogue``, which is the scope's."""
    answer: Callable[..., HttpResponse]
    """``answer(request, scope, **parameters of the path)``; raises Http404 for what may not be seen."""
    conforms_to: str
    """The IRI of the standard that it keeps to (dct:conformsTo)."""
    to_try: str
    """A path, with a query where one is needed, that always answers 200."""
    methods: tuple[str, ...] = ("GET", "HEAD")
    """All others get 405."""
    further: Mapping[str, str] = field(default_factory=dict)
    """Title -> path and query, as ``to_try``: other addresses worth listing, of its formats perhaps."""

    def entrances(self, within: Scope) -> list[Entrance]:
        """The door itself, then its further addresses, in a scope."""
        to_try = url(within, self.to_try)
        entrances = [Entrance(self.title, to_try.partition("?")[0], to_try)]
        for title, path in self.further.items():
            entrances.append(Entrance(title, url(within, path), url(within, path)))
        return entrances


def url(within: Scope, path: str) -> str:
    """The address of a path of a scope, whatever name a proxy was reached by."""
    return f"{settings.NODE.base_url}{within.prefix}/{path}"
