"""A data set opened at a page of the form: what it says there now, and what is stored when that is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from uuid import uuid4

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.delivery.faults import Path, Refused
from erpd.formats.delivery.fields import DATASET, DISTRIBUTION, Row, Thing
from erpd.formats.delivery.merging import merged
from erpd.formats.delivery.reading import read_shape
from erpd.formats.delivery.shapes import convert
from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import Places, Writer
from erpd.metadata.graph import Graph
from erpd.metadata.in_force import in_force
from erpd.metadata.iri import is_iri
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.metadata.text import primary
from erpd.pages.languages import language_name
from erpd.register.catalogues import profile_of
from erpd.submit import actions
from erpd.submit.catalogue_pages.reaching import CataloguePlace
from erpd.submit.delivery_api.bodies import named
from erpd.submit.faults import told
from erpd.submit.form.contradictions import contradictions
from erpd.submit.form.fields import BY_NAME, DISTRIBUTIONS, OF_DISTRIBUTIONS, Step, label_of
from erpd.submit.form.languages import ENGLISH, national, ranks
from erpd.submit.form.typed import LANGUAGE, VALUE, Tree, Understanding, flat, in_order, typed, typed_row
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery
from erpd.submit.places import place_of

TITLE, IDENTIFIER = "dctTitle", "dctIdentifier"
_MOST_LANGUAGES = 4  # side by side


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed."""

    label: str
    theirs: str
    yours: str


class Misunderstood(Exception):
    """Something typed has no meaning. ``faults``: name of what was posted -> what is wrong with it."""

    def __init__(self, faults: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.faults = faults


class Overtaken(Exception):
    """Somebody else changed the same fields since the page was opened."""

    def __init__(self, differences: list[Difference]) -> None:
        super().__init__()
        self.differences = differences


@dataclass
class Opened:
    """``number``: of its distributions, the one that the page is about, counted from 0; a new one behind all.

    ``one`` is None for a data set that is not stored yet.
    """

    at: CataloguePlace
    step: Step
    one: Delivery | None = None
    number: int | None = None
    tried: tuple[Record, Places] | None = None
    """What ``save`` tried to store, and where its JSON describes each node."""

    @cached_property
    def record(self) -> Record:
        """As delivered."""
        return delivered(self.one) if self.one else Record("", Graph(), BlankNode())

    @cached_property
    def _written(self) -> tuple[dict[str, Json], Places]:
        writer = Writer(self.record.graph)
        said = writer.data_set(self.record) if self.one else {}
        return said, writer.places

    @property
    def said(self) -> dict[str, Json]:
        """What it says now, in the JSON of the API."""
        return self._written[0]

    @property
    def places(self) -> Places:
        """Where the JSON describes each node."""
        return self._written[1]

    @property
    def profile(self) -> Profile:
        """That of its catalogue, with what the law turns on for the data set as delivered."""
        return in_force(self.record, profile_of(self.at.catalogue))

    @property
    def rows(self) -> list[Row]:
        """The fields of the page. The identifier of what is stored stays (P, technical condition 2)."""
        return [row for row in self.step.rows if not (self.one and row.name == IDENTIFIER)]

    @cached_property
    def distributions(self) -> list[Json]:
        found = self.said.get(OF_DISTRIBUTIONS, [])
        return found if isinstance(found, list) else [found]

    @cached_property
    def here(self) -> dict[str, Json]:
        """What the data set says in the fields of this page."""
        if self.step.name == DISTRIBUTIONS:
            mine = self.distributions[self.number : self.number + 1] if self.number is not None else []
            return {OF_DISTRIBUTIONS: mine} if mine else {}
        return {row.name: self.said[row.name] for row in self.rows if row.name in self.said}

    @property
    def tree(self) -> Tree:
        """What the fields of the page show."""
        return typed(self.rows, self.here, self.at.languages)

    @property
    def thing(self) -> Thing:
        """What the fields of the page are about: the data set, or one of its distributions."""
        return DATASET if self.number is None else DISTRIBUTION

    @property
    def fields(self) -> Sequence[Row]:
        """Those that are changed one by one."""
        return self.rows if self.number is None else DISTRIBUTION.rows

    def _of_thing(self, said: Mapping[str, Json]) -> Mapping[str, Json]:
        """The JSON of what the fields are about."""
        if self.number is None:
            return said
        found = said.get(OF_DISTRIBUTIONS) or [{}]
        return found[0]  # type: ignore[no-any-return]

    @property
    def marks(self) -> dict[str, str]:
        """Field -> a digest of what it says, by which it is known later whether somebody changed it."""
        now = self._of_thing(self.here)
        return {row.name: _mark(now.get(row.name)) for row in self.fields}

    @cached_property
    def texts_in(self) -> list[str]:
        """The languages in which the texts of the page are asked for."""
        titles = self.said.get(TITLE, [])
        found = [
            text.get("lang") or ""
            for text in (titles if isinstance(titles, list) else [titles])
            if isinstance(text, dict)
        ]
        found = [language for language in found if language]
        title = self.at.owner.title
        usual = (*national(title), *title, primary(self.at.languages[0]), ENGLISH)
        return sorted(dict.fromkeys(found or usual), key=self.rank)[:_MOST_LANGUAGES]

    @cached_property
    def rank(self) -> Callable[[str], int]:
        """Where a language comes among those of a field."""
        return ranks(self.at.owner.title)

    def reached(self, iri: str) -> None:
        """The page is about the distribution with this IRI, wherever it stands by now."""
        places = [place for place, each in enumerate(self.distributions) if each.get("uri") == iri]
        self.number = places[0] if places else len(self.distributions)
        self.__dict__.pop("here", None)

    def save(self, tree: Tree, marks: Mapping[str, str]) -> Delivery | None:
        """Store what was typed, or nothing if it says what is there; then None.

        ``marks``: of the fields as the page showed them. Raises Misunderstood, Overtaken, and what actions
        raise.
        """
        understood = Understanding(self.at.languages)
        mine = understood.fields(self.rows, tree, self.here)
        wanted, now = self._of_thing(mine), self.marks
        shown = marks or now
        changed = [
            row
            for row in self.fields
            if _mark(wanted.get(row.name)) not in (shown.get(row.name), now[row.name])
        ]
        said = {row.name: wanted[row.name] for row in changed if row.name in wanted}
        before: Path = () if self.number is None else (OF_DISTRIBUTIONS, 0)
        wrong = [*understood.faults, *contradictions(said, self._of_thing(self.here), understood, before)]
        if not self.one and TITLE not in mine and not understood.faults:
            wrong.append((f"{TITLE}-0-{VALUE}", _("Give it a title first.")))
        inside: dict[str, set[str]] = {}
        if self.number is not None:
            said, inside = self._among_others(said, mine.get(OF_DISTRIBUTIONS, []), changed)
        if wrong:
            body = {name: value for name, value in said.items() if name != IDENTIFIER}
            try:
                read_shape(convert(body), self.record)
            except Refused as refused:  # all that is wrong with the page at once
                wrong += self._typed_faults(refused, understood)
            raise Misunderstood(_gathered(wrong))
        lost = [row for row in changed if shown.get(row.name) != now[row.name]]
        if lost:
            raise Overtaken([self._difference(row, tree) for row in lost])
        if self.one and not changed:
            return None
        if self.number is not None:
            return self._store(self.record, said, understood, {OF_DISTRIBUTIONS}, inside)
        identifier = said.pop(IDENTIFIER, "")
        stored = self.record if self.one else _named(self.at, identifier)
        return self._store(stored, said, understood, {row.name for row in changed})

    def _among_others(
        self, said: dict[str, Json], mine: list[Json], changed: Sequence[Row]
    ) -> tuple[dict[str, Json], dict[str, set[str]]]:
        """What was changed in one distribution, as JSON of the data set, and the fields that this is about.

        All of it if it is new, or has no IRI to know it by.
        """
        assert self.number is not None
        before, after = self.distributions[: self.number], self.distributions[self.number + 1 :]
        iri = self._of_thing(self.here).get("uri", "")
        inside = {iri: {row.name for row in changed}} if iri and mine else {}
        if inside:
            mine = [{"uri": iri} | said]
        body = {OF_DISTRIBUTIONS: [*map(_short, before), *mine, *map(_short, after)]}
        return body, inside

    def rearrange(self, order: list[int]) -> Delivery:
        """Store the distributions in another order, or without some. Raises what actions raise."""
        assert self.one
        left = [_short(self.distributions[place]) for place in order]
        body, understood = {OF_DISTRIBUTIONS: left}, Understanding(self.at.languages)
        return self._store(self.record, body, understood, {OF_DISTRIBUTIONS})

    def _store(
        self,
        stored: Record,
        body: dict[str, Json],
        understood: Understanding,
        names: set[str],
        inside: Mapping[str, set[str]] = {},
    ) -> Delivery:
        try:
            said = read_shape(convert(body), stored)
        except Refused as refused:
            raise Misunderstood(_gathered(self._typed_faults(refused, understood))) from refused
        record = merged(stored, said, names, inside)
        if self.one:
            record = named(record, self.one.pk)
            writer = Writer(record.graph)  # before mending, which changes the record
            writer.data_set(record)
            self.tried = record, writer.places
            return actions.change(who=self.at.who, delivery=self.one, record=record, edition=self.one.edition)
        return actions.deliver(who=self.at.who, catalogue=self.at.catalogue, record=record)

    def _typed_faults(self, refused: Refused, understood: Understanding) -> list[tuple[str, str]]:
        """The faults of JSON, each with the name of the field where it was typed."""
        return [(understood.name_of(self._on_page(one.at)), told(one)) for one in refused.faults]

    def _on_page(self, at: Path) -> Path:
        """The place of a fault in what was typed: a page has one distribution, its first."""
        if self.step.name != DISTRIBUTIONS or len(at) < 2:
            return at
        return (at[0], 0, *at[2:]) if at[1] == self.number else ()

    def _difference(self, row: Row, tree: Tree) -> Difference:
        now = self._of_thing(self.here)
        theirs = typed_row(row, now[row.name], self.at.languages) if row.name in now else {}
        mine = tree if self.number is None else tree.get(OF_DISTRIBUTIONS, {}).get("0", {})
        both = (self._in_words(items) for items in (theirs, mine.get(row.name, {})))
        return Difference(label_of(self.thing, row), *both)

    def _in_words(self, items: Tree) -> str:
        """What a field says, for people who compare it: its texts in the order of the form."""
        found = [item for _, item in in_order(items)]
        if all(VALUE in item for item in found):
            found.sort(key=lambda item: self.rank(item.get(LANGUAGE, "")))
            texts = [(item.get(LANGUAGE, ""), item[VALUE]) for item in found]
            names = {tag: language_name(tag, *self.at.languages) for tag, _ in texts if tag}
            return "\n".join(f"{names[tag]}: {text}" if tag else text for tag, text in texts)
        return "\n".join(text for item in found for text in flat(item).values() if text.strip())


def copied(at: CataloguePlace, one: Delivery, titles: list[Json], identifier: str) -> Delivery:
    """Make a draft that says the same under a title and name of its own, without the dates of the first.

    Without an identifier it gets one. Raises what actions raise, and Misunderstood.
    """
    known = Opened(at, BY_NAME["about"], one)
    left = {name: value for name, value in known.said.items() if name not in _OF_ONE_ALONE}
    if known.distributions:
        left[OF_DISTRIBUTIONS] = [
            {name: value for name, value in each.items() if name != "uri"} for each in known.distributions
        ]
    new = _named(at, identifier)
    try:
        said = read_shape(convert(left | {TITLE: titles}), new)
    except Refused as refused:
        raise Misunderstood({"": [told(one) for one in refused.faults]}) from refused
    record = merged(new, said)
    key = place_of(at.catalogue, record.identifier).key
    return actions.deliver(who=at.who, catalogue=at.catalogue, record=named(record, key))


def _named(at: CataloguePlace, identifier: Json) -> Record:
    """A data set that says nothing but its name: theirs, or one that we make."""
    identifier = identifier[0] if isinstance(identifier, list) else identifier
    identifier = identifier or str(uuid4())
    page = f"{settings.NODE.base_url}/datasets/{place_of(at.catalogue, identifier).key}"
    node = NamedNode(identifier if is_iri(identifier) else page)
    graph = Graph()
    graph.add(node, RDF.type, DCAT.Dataset)
    graph.add(node, DCT.identifier, Literal(identifier))
    return Record(identifier, graph, node)


_OF_ONE_ALONE = ("uri", IDENTIFIER, "admsIdentifier", "dctIssued", "dctModified", "dcatVersion")


def _short(thing: Json) -> Json:
    return {"uri": thing["uri"]} if thing.get("uri") else thing


def _mark(said: Json) -> str:
    if said in (None, []):
        return ""
    return blake2b(msgspec.json.encode(_plain(said), order="sorted"), digest_size=9).hexdigest()


def _plain(said: Json) -> Json:
    """JSON in one of the forms in which it can be written."""
    if isinstance(said, dict):
        if said.keys() == {"value"}:
            return _plain(said["value"])
        return {name: _plain(value) for name, value in said.items()}
    if isinstance(said, list):
        return _plain(said[0]) if len(said) == 1 else [_plain(value) for value in said]
    return said


def _gathered(faults: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in faults:
        if text not in found.setdefault(name, []):
            found[name].append(text)
    return found
