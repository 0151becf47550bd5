"""The ways in which a data set comes in. Each says a fault as that way can, and returns what is found."""

import csv
import io
import json
import pickle
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from pyoxigraph import RdfFormat, serialize

from erpd.accounts.models import Key
from erpd.formats.ckan.exact import package as exact_package
from erpd.formats.ckan.package import Registration, package_of
from erpd.formats.delivery.fields import DATASET, THINGS
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.reading import Reading
from erpd.formats.spreadsheet.cells import shown
from erpd.formats.spreadsheet.columns import Column, heading, meaning
from erpd.formats.spreadsheet.flat import flat as columns_of
from erpd.harvest.models import SourceSettings
from erpd.harvest.opening import preparation_for
from erpd.metadata.findings import Finding
from erpd.metadata.terms import DCT, ODRL, shorten
from erpd.publish.ckan_api.errors import Refused as RefusedByCkan
from erpd.register.content import facts_of
from erpd.register.models import Catalogue, Source
from erpd.submit import actions
from erpd.submit.bulk.items import SPREADSHEET, Item, contents
from erpd.submit.bulk.storing import Task
from erpd.submit.ckan.actions import WRITING, Asking
from erpd.submit.delivery_api import bodies
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.form.fields import DISTRIBUTIONS, STEPS
from erpd.submit.form.opened import Misunderstood, Opened
from erpd.submit.form.typed import flat, nested, typed
from erpd.submit.models import Delivery
from erpd.submit.places import place_of
from erpd.submit.refusals import NotPublishable, Refusal
from tests.submit.faults import FILE, NAMES, Fault
from tests.submit.owners import Office

Found = frozenset[tuple[str, str, str]]
"""Rule, severity, path."""
Steps = tuple[str, ...]
"""The properties that lead to a field."""
_JSON_LD = ("language", "language-dropped")  # Turtle has no such tags
_PROPERTIES = {row.name: shorten(row.predicate) for thing in THINGS for row in thing.rows}
_PROPERTIES |= {"name": "identifier"} | {thing.named: "@id" for thing in THINGS}
_MOST_NOTES = 30  # of one row


class Refused(Exception):
    """It was refused before it became a record. ``at``: the properties concerned; none if all of it is."""

    def __init__(self, at: Iterable[str]) -> None:
        super().__init__()
        self.at = {found[-1] if (found := _known(each)) else each for each in at}


def _known(place: str) -> list[str]:
    """The properties that lead to a place in JSON, or to a field of the form."""
    return [_PROPERTIES[step] for step in place.replace("/", "-").split("-") if step in _PROPERTIES]


def found_in(facts: list[dict[str, str]]) -> Found:
    return frozenset((one["rule"], one["severity"], one.get("path", "")) for one in facts)


class Here:
    """Instead of a child that parses: the same in this process, what it gives sent as from a child."""

    def __init__(self, thing: object, where: str, bounds: object) -> None:
        self._thing = thing

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def one(self, method: str, *given: object) -> object:
        return pickle.loads(pickle.dumps(getattr(self._thing, method)(*given)))


@dataclass
class Ways:
    """The ways into the catalogues of one owner. Nothing stays stored."""

    owner: Office
    keys: dict[str, Key]
    items: dict[str, Item] = field(default_factory=dict)
    """Name of a fault -> its row in the spreadsheet that ``write`` wrote."""
    _columns: set[Steps] = field(default_factory=set)

    def catalogue(self, fault: Fault) -> Catalogue:
        return self.owner.catalogues[fault.kind]

    def harvest(self, fault: Fault) -> Found:
        source = Source(slug="portal", catalogue=self.catalogue(fault))
        settings = SourceSettings(source=source, url="https://portal.example/oai")
        content, media_type = _document(fault)
        made = preparation_for(settings).prepare(Reading(fault.identifier, content, media_type))
        assert not isinstance(made, Finding), (fault.name, made)
        return found_in(facts_of(made.findings))

    def rdf(self, fault: Fault) -> Found:
        content, media_type = _document(fault)
        return self._read(fault, content, media_type)

    def json(self, fault: Fault) -> Found:
        return self._read(fault, json.dumps(_body(fault)).encode(), bodies.JSON)

    def _read(self, fault: Fault, content: bytes, media_type: str) -> Found:
        try:
            record = bodies.read(content, media_type)
        except Problem as problem:
            raise Refused([each.pointer for each in problem.errors]) from problem
        catalogue = self.catalogue(fault)
        place = place_of(catalogue, record.identifier)
        record = bodies.named(record, place.key)
        return self._delivered(
            lambda: actions.deliver(who=self.owner.actor(), catalogue=catalogue, record=record, place=place)
        )

    def ckan(self, fault: Fault) -> Found:
        asking = Asking(self.keys[fault.kind], _package(fault))
        try:
            return self._delivered(lambda: Delivery.objects.get(pk=WRITING["package_create"](asking)["id"]))
        except RefusedByCkan as refused:
            raise Refused(refused.fields) from refused

    def sheet(self, fault: Fault) -> Found:
        """Also: the row is told each finding, and an error at the cell where it is put right."""
        task = Task(self.owner.actor(), self.catalogue(fault), publishes=False)

        def made() -> Delivery:
            (outcome,) = task.each([self.items[fault.name]], dry=False)
            wrong = [note.cell for note in outcome.notes if note.severity == "error"]
            at = self._at(outcome.item, wrong)
            if outcome.key is None:
                raise Refused({step for steps in at for step in steps})
            one = Delivery.objects.get(pk=outcome.key)
            told = one.findings[:_MOST_NOTES]
            assert [note.severity for note in outcome.notes] == [facts["severity"] for facts in told]
            for facts in told:
                steps = _steps(facts["path"])
                has_column = any(column[: len(steps)] == steps for column in self._columns)
                if facts["severity"] == "error" and has_column:
                    assert any(each[: len(steps)] == steps for each in at), (fault.name, steps, wrong)
            return one

        return self._delivered(made)

    def form(self, fault: Fault) -> Found:
        """Each step by itself, as a browser sends it."""
        at: Any = SimpleNamespace(
            languages=("en",),
            owner=self.owner.owner,
            catalogue=self.catalogue(fault),
            who=self.owner.actor(),
        )
        said = data_set_of(fault.good() if fault.typed else fault.record())

        def made() -> Delivery:
            one: Delivery | None = None
            files = said.get(FILE, [])
            for step in STEPS:
                for number in range(len(files)) if step.name == DISTRIBUTIONS else (None,):
                    page = Opened(at, step, one, number)
                    here = said if number is None else {FILE: [files[number]]}
                    tree = typed(page.rows, here, at.languages)
                    if fault.typed and fault.typed[0][0] in tree:
                        _type(tree, *fault.typed)
                    one = page.save(nested(flat(tree).items(), page.rows), {}) or one
            assert one
            return one

        try:
            return self._delivered(made)
        except Misunderstood as wrong:
            raise Refused(wrong.faults) from wrong

    def _delivered(self, make: Callable[[], Delivery]) -> Found:
        """What is found in a draft. Published it has the same findings, and is refused for errors alone."""
        with actions.dry_run():
            try:
                one = make()
            except Refusal as refusal:
                raise Refused(()) from refusal
            draft = found_in(one.findings)
            has_errors = any(severity == "error" for _, severity, _ in draft)
            try:
                again = actions.publish(who=self.owner.actor(), delivery=one).findings
                assert not has_errors
            except NotPublishable as refused:
                again = facts_of(refused.findings)
                assert has_errors
            assert found_in(again) == draft
            return draft

    def write(self, faults: Sequence[Fault]) -> None:
        """Put all faults into one spreadsheet, and read it."""
        rows = [_row(fault) for fault in faults]
        columns = list(dict.fromkeys(column for row in rows for column in row))
        self._columns = {_properties(column) for column in columns}
        file = io.StringIO(newline="")
        csv.writer(file).writerows(
            [
                [heading(DATASET, column, "en") for column in columns],
                *([row.get(column, "") for column in columns] for row in rows),
            ]
        )
        read = contents(file.getvalue().encode(), SPREADSHEET, "en", str)
        self.items = {fault.name: item for fault, item in zip(faults, read.items, strict=True)}

    def _at(self, item: Item, cells: list[str]) -> set[Steps]:
        """The properties of the columns of cells."""
        assert item.entry
        row, table = item.entry.row, item.entry.table
        return {_properties(column) for column in table.columns if table.cell(row, column) in cells}


def _properties(column: Column) -> Steps:
    return tuple(_PROPERTIES[name] for name, _ in column.path)


def _steps(path: str) -> Steps:
    return tuple(re.sub(r"\[[^]]*]", "", path).split("/"))


def last(path: str) -> str:
    return path.rpartition("]/")[2] if "]/" in path else path


def _document(fault: Fault) -> tuple[bytes, str]:
    syntax = RdfFormat.JSON_LD if fault.name in _JSON_LD else RdfFormat.TURTLE
    return serialize(fault.record().graph.triples(), format=syntax), syntax.media_type


def _body(fault: Fault) -> dict[str, Any]:
    if not fault.typed:
        return data_set_of(fault.record())
    said = data_set_of(fault.good())
    (*steps, end), value = fault.typed
    at: Any = said
    for step in steps:
        at = at[step]
        at = at[0] if isinstance(at, list) else at
    at[end] = [value] if isinstance(at.get(end), list) else value
    return said


def _type(tree: Any, names: tuple[str, ...], value: Any) -> None:
    for name in names[:-1]:
        tree = tree[name]["0"]
    tree[names[-1]] = {"0": value if isinstance(value, dict) else {"value": str(value)}}


def _row(fault: Fault) -> dict[Column, Any]:
    values = columns_of(DATASET, data_set_of(fault.good() if fault.typed else fault.record()))
    cells = {column: shown(meaning(DATASET, column), value, "en") for column, value in values.items()}
    if fault.typed:
        names, value = fault.typed
        cells = {column: cell for column, cell in cells.items() if tuple(dict(column.path)) != names}
        text, language = (value["value"], value["lang"]) if isinstance(value, dict) else (value, "")
        cells[Column(tuple((name, 1) for name in names), language)] = text
    return cells


# What a package of ours says once more, for clients that know no objects.
_REPEATED = ("access_rights", "temporal_start", "temporal_end", "contact_name", "contact_email")


def _package(fault: Fault) -> dict[str, Any]:
    """As a client writes it. Only its RDF has conditions of access (docs/mappings/ckan.md)."""
    record = fault.good() if fault.in_ckan else fault.record()
    is_exact = bool(record.values(ODRL.hasPolicy))
    now = datetime.now(UTC)
    package: dict[str, Any] = (exact_package if is_exact else package_of)(record, Registration("k", now, now))
    name = fault.identifier if fault.rule in NAMES else re.sub("[^a-z]+", "-", fault.name.lower())
    package |= {"name": name, "state": "draft", "owner_org": None, "organization": None}
    if not is_exact:
        package |= {"maintainer": None, "maintainer_email": None}
        package["extras"] = [each for each in package["extras"] if each["key"] not in _REPEATED]
        for resource in package["resources"]:
            resource["format"] = resource.pop("dct_format", resource["format"])
            resource["mimetype"] = resource.pop("dcat_media_type", None)
    if not record.values(DCT.title):  # otherwise we write its key
        package["title"] = ""
    if fault.in_ckan:
        (*inside, end), value = fault.in_ckan
        at = package["resources"][0] if inside else package
        for other in (end, f"{end}_translated", end.removesuffix("_translated")):
            at.pop(other, None)
        package["extras"] = [each for each in package["extras"] if each["key"] not in _INSTEAD.get(end, ())]
        at[end] = value
    return package


_INSTEAD = {"maintainer_email": ("contact",), "url": ("landing_page",)}
