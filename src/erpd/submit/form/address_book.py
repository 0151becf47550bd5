"""The address book of an owner: organisations and contacts that its other data sets name, newest first."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from erpd.accounts.texts import in_language
from erpd.formats.delivery.fields import AGENT, CONTACT, Row, Thing
from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import data_set_of
from erpd.submit.catalogue_pages.reaching import CataloguePlace
from erpd.submit.form.typed import Tree, typed
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery

_MOST_READ = 20  # data sets
_MOST = 20  # entries
_FIELDS = {"FoafAgent": ("dctPublisher", "dctCreator"), "DcatContactPoint": ("dcatContactPoint",)}
_NAMES = {"FoafAgent": "foafName", "DcatContactPoint": "vcardFn"}


class Entry(NamedTuple):
    """An organisation or a contact."""

    label: str
    tree: Tree
    """What its fields show."""


def entries(at: CataloguePlace, row: Row) -> list[Entry]:
    """What can be chosen in a field for an organisation or a contact; nothing in any other."""
    thing = row.kind
    if thing is not AGENT and thing is not CONTACT:
        return []
    found: dict[bytes, Entry] = {}
    for said in (*_known(at, thing), *_own(at, thing)):
        entry = Entry(_label(thing, said, at.languages), _tree(thing, said, at.languages))
        found.setdefault(msgspec.json.encode(said, order="sorted"), entry)
    return [*found.values()][:_MOST]


def _known(at: CataloguePlace, thing: Thing) -> Iterator[Json]:
    newest = Delivery.objects.filter(owner=at.owner, removed=None).order_by("-modified")
    for one in newest.only("content", "iri", "identifier")[:_MOST_READ]:
        said = data_set_of(delivered(one))
        for field in _FIELDS[thing.name]:
            values = said.get(field, [])
            yield from values if isinstance(values, list) else [values]


def _own(at: CataloguePlace, thing: Thing) -> Iterator[Json]:
    """What the owner says of itself."""
    if thing is AGENT:
        yield {"foafName": [{"value": text, "lang": language} for language, text in at.owner.title.items()]}
    else:
        name, language = in_language(at.owner.title, *at.languages)
        fn = {"value": name, "lang": language} if name else at.owner.slug
        yield {"vcardFn": fn, "vcardHasEmail": f"mailto:{at.owner.contact}"}


def _tree(thing: Thing, said: Json, languages: tuple[str, ...]) -> Tree:
    named = {thing.named: said[thing.named]} if said.get(thing.named) else {}
    return named | typed(thing.rows, said, languages)


def _label(thing: Thing, said: Json, languages: tuple[str, ...]) -> str:
    names = said.get(_NAMES[thing.name], [])
    texts = {
        (one.get("lang") or "") if isinstance(one, dict) else "": one["value"]
        if isinstance(one, dict)
        else one
        for one in (names if isinstance(names, list) else [names])
    }
    mails = said.get("foafMbox") or said.get("vcardHasEmail") or said.get(thing.named) or ""
    mail = mails[0] if isinstance(mails, list) else mails
    name = in_language(texts, *languages)[0]
    return ", ".join(filter(None, (name, mail.removeprefix("mailto:"))))[:200]
