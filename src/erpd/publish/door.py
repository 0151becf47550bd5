"""How a door describes itself. Its addresses, the lists of doors and their tests follow from this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpResponseBase

from erpd.register.scope import Scope


@dataclass(frozen=True, slots=True)
class Entrance:
    """One address of a door in one scope, as pages list it."""

    title: str
    """What its users call it."""
    address: str
    """The address to give to a program."""
    to_try: str
    """An address that shows something in a browser."""


@dataclass(frozen=True, slots=True)
class Door:
    """An interface through which machines read the register; each scope has one (G3.1).

    All paths are relative to the scope: ``oai`` is ``/oai``, ``/protected/oai`` and ``/catalogues/nl/oai``.
    """

    title: str
    """What its users call it, with the version: "OAI-PMH 2.0"."""
    patterns: tuple[str, ...]
    """Its paths, in the syntax of Django's ``path()``: ``api/3/action/<str:action>``. A parameter may have
    any name except ``catalogue``, which belongs to the scope."""
    answer: Callable[..., HttpResponseBase]
    """``answer(request, scope, **parameters of the path)``; raises Http404 for anything outside the scope."""
    conforms_to: str
    """The IRI of the standard that it conforms to (dct:conformsTo)."""
    to_try: str
    """A path, with a query where one is needed, that always answers 200."""
    methods: tuple[str, ...] = ("GET", "HEAD")
    """The HTTP methods that it answers; all others get 405."""
    harvested_as: str = ""
    """The protocol by which `erpd harvest` reads its first address; "" if by none."""
    further: Mapping[str, str] = field(default_factory=dict)
    """Title -> path and query, like ``to_try``: other addresses worth listing, for example of its formats."""

    def entrances(self, within: Scope) -> list[Entrance]:
        """Its address in a scope, then its further addresses there."""
        to_try = url(within, self.to_try)
        entrances = [Entrance(self.title, to_try.partition("?")[0], to_try)]
        for title, path in self.further.items():
            entrances.append(Entrance(title, url(within, path), url(within, path)))
        return entrances


def url(within: Scope, path: str) -> str:
    """The public URL of a path in a scope, from ``base_url``, whatever host name the request used."""
    return f"{settings.NODE.base_url}{within.prefix}/{path}"
