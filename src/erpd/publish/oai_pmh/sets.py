"""Sets (OAI-PMH 2.0, section 2.6): ``protected``, ``open``, and in them the catalogues: ``protected:nl``."""

from collections.abc import Mapping

from erpd.formats import oai_dc
from erpd.formats.xml_text import escaped
from erpd.register.models import Catalogue
from erpd.register.scope import VISIBLE, Scope

# Catalogue id -> the sets that its records are in; parent sets are implied (2.6).
Specs = Mapping[int, tuple[str, ...]]

_TITLES = {"protected": "Protected data held by the public sector", "open": "Open data"}


def specs_of(within: Scope) -> Specs:
    """The sets of each catalogue in ``within``: its own, and that of the catalogue it is part of."""
    specs: dict[int, tuple[str, ...]] = {}
    for catalogue in _catalogues(within):
        whole = within.catalogues.get(catalogue.part_of_id or 0)
        specs[catalogue.pk] = (_spec(catalogue),)
        if whole and whole.kind == catalogue.kind:
            specs[catalogue.pk] = (_spec(whole), _spec(catalogue))
    return specs


def narrowed(within: Scope, spec: str, specs: Specs) -> Scope:
    """The part of ``within`` that is in the set ``spec``; an empty scope if there is no such set."""
    below = f"{spec}:"
    inside = [pk for pk, own in specs.items() if any(one == spec or one.startswith(below) for one in own)]
    return Scope(within.name, {pk: within.catalogues[pk] for pk in inside})


def list_sets(within: Scope) -> bytes:
    """The content of ListSets. It is never empty, because ``protected`` and ``open`` need no catalogue."""
    catalogues = _catalogues(within)
    sets = []
    for kind in VISIBLE:
        inside = [catalogue for catalogue in catalogues if catalogue.kind == kind]
        if inside or within.name in ("all", kind):
            sets.append(_set(kind, _TITLES[kind], [("title", "en", _TITLES[kind])]))
        sets.extend(_set_of(catalogue) for catalogue in inside)
    return b"".join(sets)


def _set_of(catalogue: Catalogue) -> bytes:
    elements = [("title", language, text) for language, text in catalogue.title.items()]
    if catalogue.publisher:
        elements.append(("publisher", "", catalogue.publisher))
    name = catalogue.title.get("en") or next(iter(catalogue.title.values()), catalogue.slug)
    return _set(_spec(catalogue), name, elements)


def _set(spec: str, name: str, elements: list[tuple[str, str, str]]) -> bytes:
    head = f"<set>\n<setSpec>{spec}</setSpec>\n<setName>{escaped(name)}</setName>\n<setDescription>\n"
    return head.encode() + oai_dc.element(elements) + b"\n</setDescription>\n</set>\n"


def _spec(catalogue: Catalogue) -> str:
    return f"{catalogue.kind}:{catalogue.slug}"


def _catalogues(within: Scope) -> list[Catalogue]:
    return sorted(within.catalogues.values(), key=lambda catalogue: catalogue.slug)
