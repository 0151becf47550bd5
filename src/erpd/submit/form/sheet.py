"""The fields of a page as its template shows them: values, choices, help, and what is wrong with each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from erpd.formats.delivery.fields import DATASET, Row, Thing
from erpd.formats.delivery.typed import FLAGS, NUMBERS, example_of, table_of
from erpd.formats.delivery.values import FLAG, GEOMETRY
from erpd.formats.geometry import degrees, is_box
from erpd.metadata.profile import Profile
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import Vocabulary
from erpd.pages.findings import Remark
from erpd.pages.maps import Map, map_to_choose
from erpd.pages.outlines import Frame
from erpd.submit.form.choices import (
    MOST_TO_CHOOSE,
    MOST_TO_SEE,
    Choice,
    choices,
    language_options,
    suggestions,
)
from erpd.submit.form.fields import Asked, asked, label_of
from erpd.submit.form.typed import (
    LANGUAGE,
    VALUE,
    Tree,
    hides_name,
    is_blank,
    is_lined,
    says_languages,
)
from erpd.submit.form.values import SIDES
from erpd.submit.form.words import LONG, SUGGESTED, help_for

# Fields that most data sets have, whatever the profile asks; those that it recommends and few people know.
_EVERYDAY = frozenset(
    (
        *("dctIdentifier", "dctLanguage", "dcatLandingPage", "dctAccrualPeriodicity", "conditions"),
        *("dcatapApplicableLegislation", "vcardFn", "vcardHasEmail", "vcardHasUrl", "foafName", "foafMbox"),
        *("foafHomepage", "dcatBbox", "dctTitle", "dctDescription", "dcatDownloadUrl", "dctModified"),
        *("dcatAccessService", "ground", "mayAsk", "askingCondition", "purpose", "formOfAccess"),
        *("accreditation", "fees", "tariff", "usualDays", "transferOutsideUnion", "transferCondition"),
        *("procedure", "page", "mayAskUnderCondition"),
    )
)
_OFFERING = ("radio", "checks", "select")  # styles that show all that can be chosen
_OFTEN = ("en", "de", "fr")
_RARE = frozenset({"dctType", "dcatCentroid", "dcatapAvailability"})


@dataclass(slots=True)
class Box:
    """One value of a field, or one thing with fields of its own."""

    name: str
    """The beginning of what it posts."""
    value: str = ""
    language: str = ""
    number: int = 1
    """Its position, for people."""
    sides: list[tuple[str, str, str]] = field(default_factory=list)
    """Of a box around a place: name, label, value."""
    fields: "list[Field]" = field(default_factory=list)
    more: "list[Field]" = field(default_factory=list)
    """Those that are opened on demand."""
    named: str = ""
    """What posts the IRI of a thing; "" if it has none."""
    iri: str = ""
    address: "Field | None" = None
    """The field of the IRI, if people see it."""
    faults: list[str] = field(default_factory=list)
    is_stored: bool = True

    @property
    def map(self) -> Map | None:
        """On which the box is shown and, with JavaScript, drawn."""
        found = [degrees(value) for _name, _label, value in self.sides]
        return map_to_choose(settings.NODE.country, Frame(*map(float, found)) if is_box(*found) else None)

    @property
    def languages(self) -> SafeString:
        return language_options(self.language)

    @property
    def lines(self) -> int:
        """How high a field for the text is."""
        return min(max(2, self.value.count("\n") + 1 + len(self.value) // 70), 14)

    @property
    def has_lines(self) -> bool:
        return "\n" in self.value


@dataclass(slots=True)
class Field:
    """A field of the form."""

    id: str
    label: str
    style: str
    """Which part of ``submit/form/field.html`` shows it."""
    help: Promise | str = ""
    example: str = ""
    obligation: str = "optional"
    section: str = ""
    cases: list[str] = field(default_factory=list)
    """In which cases it is mandatory, if it is not always."""
    boxes: list[Box] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    suggests: str = ""
    """The table that is suggested from; "" if none."""
    many: bool = False
    is_long: bool = False
    is_number: bool = False
    has_languages: bool = False
    remarks: list[Remark] = field(default_factory=list)
    is_alone: bool = False
    """Whether the page is about its one thing."""

    @property
    def is_asked(self) -> bool:
        return self.obligation != "optional"

    @property
    def is_single(self) -> bool:
        """Whether one label is enough."""
        alone = self.style in ("input", "select", "text", "lines", "address") and not self.has_languages
        return alone and len(self.boxes) == 1

    @property
    def is_wrong(self) -> bool:
        return any(box.faults for box in self.boxes) or any(one.severity == "error" for one in self.remarks)

    @property
    def described(self) -> str:
        """The ids of what explains it."""
        ids = [f"{self.id}--help"] if self.help or self.example else []
        return " ".join([*ids, *([f"{self.id}--wrong"] if self.remarks else [])])


@dataclass
class Sheet:
    """Makes the fields of a page."""

    profile: Profile
    languages: tuple[str, ...]
    """The reader's, best first."""
    texts_in: Sequence[str] = ()
    """The languages in which texts are asked for, side by side."""
    rank: Callable[[str], int] = EU_LANGUAGES.index
    """Where a language comes among those of a field."""
    faults: Mapping[str, list[str]] = field(default_factory=dict)
    """Name of what was posted -> what is wrong with it."""
    remarks: Mapping[str, list[Remark]] = field(default_factory=dict)
    """Field -> what the checks found."""
    lists: dict[str, SafeString] = field(default_factory=dict)
    """Table -> the options that are suggested."""

    amount: int = 0
    """How many fields the page posts, at most."""

    def fields(self, thing: Thing, rows: Sequence[Row], tree: Tree, before: str = "") -> list[Field]:
        return [self._field(thing, row, tree.get(row.name, {}), f"{before}{row.name}") for row in rows]

    def parted(
        self, thing: Thing, rows: Sequence[Row], tree: Tree, before: str = ""
    ) -> tuple[list[Field], list[Field]]:
        """The fields that are shown at once, mandatory ones first, and those that are opened on demand."""
        fields = dict(zip([row.name for row in rows], self.fields(thing, rows, tree, before), strict=True))
        if thing is not DATASET:
            order = ("mandatory", "recommended", "optional")
            fields = dict(sorted(fields.items(), key=lambda one: order.index(one[1].obligation)))
        shown = [name for name, one in fields.items() if self._is_shown(name, one, tree)]
        if not shown:
            return [*fields.values()], []
        return [fields[name] for name in shown], [one for name, one in fields.items() if name not in shown]

    def _is_shown(self, name: str, one: Field, tree: Tree) -> bool:
        is_inside = (
            one.style == "things" and one.id != name
        )  # who offers a service is often who offers the data
        rare = name in _RARE or (is_inside and name not in _EVERYDAY)
        wanted = (one.is_asked or name in _EVERYDAY) and not (rare and one.obligation != "mandatory")
        return wanted or not is_blank(tree.get(name, {})) or one.is_wrong or bool(one.remarks)

    def _field(self, thing: Thing, row: Row, items: Tree, name: str) -> Field:
        asks, table = asked(thing, row, self.profile), table_of(row.kind)
        style = self._style(row, asks, table)
        made = Field(
            name,
            label_of(thing, row),
            style,
            help_for(thing, row.name),
            "" if style in _OFFERING else example_of(thing, row.name, self.languages),
            asks.obligation,
            asks.section,
            [gettext(case) for case in asks.cases],
            many=row.many,
            is_long=row.name in LONG,
            is_number=row.kind in NUMBERS,
            has_languages=says_languages(row),
            remarks=self.remarks.get(name, []),
        )
        if isinstance(row.kind, Thing):
            made.boxes = self._things(row.kind, row, items, name, wanted=not row.many or made.is_asked)
            return made
        made.boxes = [self._box(items[index], f"{name}-{index}") for index in sorted(items, key=int)]
        if made.has_languages and not made.suggests:
            self._choose_languages(made.boxes)
        texts = [box.value for box in made.boxes if box.value.strip()]
        if table and made.style in ("radio", "checks", "select"):
            made.choices = choices(table, asks.codes, texts, self.languages)
        elif row.kind is FLAG:
            labels = zip(FLAGS, (_("Yes"), _("No")), strict=True)
            made.choices = [Choice(flag, label, flag in texts) for flag, label in labels]
        elif row.name in SUGGESTED:
            self._suggest(made, SUGGESTED[row.name], texts)
        elif made.style == "lines":
            made.boxes = self._lined(made.boxes, name) if not says_languages(row) else made.boxes
        if table and made.style in ("input", "texts"):
            made.suggests = table.name
            self.lists.setdefault(table.name, suggestions(table.name, self.languages))
        self._fill_up(made, row)
        if made.has_languages:
            made.boxes.sort(key=lambda box: self.rank(box.language))
        self.amount += len(made.choices) + sum(len(box.sides) + 2 for box in made.boxes)
        for number, box in enumerate(made.boxes, 1):
            box.number = number
        return made

    @staticmethod
    def _style(row: Row, asks: Asked, table: Vocabulary | None) -> str:
        if isinstance(row.kind, Thing):
            return "things"
        if row.kind is FLAG:
            return "radio"
        if row.kind is GEOMETRY:
            return "box" if row.name == "dcatBbox" else "text"
        if row.name in SUGGESTED:
            return "suggested"
        if is_lined(row):
            return "lines"
        if says_languages(row):
            return "texts"
        amount = len(asks.codes or table.concepts) if table else 0
        if table and amount <= MOST_TO_SEE:
            return "checks" if row.many else "radio"
        return "select" if table and amount <= MOST_TO_CHOOSE and not row.many else "input"

    def _box(self, item: Tree, name: str) -> Box:
        faults = self.faults.get(f"{name}-{VALUE}", [])
        box = Box(name, item.get(VALUE, ""), item.get(LANGUAGE, ""), faults=faults)
        box.sides = _sides(name, item) if not box.value else []
        return box

    def _choose_languages(self, boxes: list[Box]) -> None:
        """Those that are new begin with a language that no other has."""
        known = {box.language for box in boxes}
        for box in boxes:
            if not box.value and not box.language:
                box.language = next((one for one in (*self.texts_in, *_OFTEN) if one not in known), "")
                known.add(box.language)

    def _fill_up(self, made: Field, row: Row) -> None:
        """Blank fields to write in: one, or one for each language."""
        if made.style in ("radio", "checks"):
            return
        free = max((int(box.name.rpartition("-")[2]) for box in made.boxes), default=-1) + 1
        languages: Sequence[str] = [] if made.boxes else [""]
        if says_languages(row) and not made.suggests:
            known = {box.language for box in made.boxes}
            languages = [one for one in self.texts_in if one not in known]
            if known == {""}:  # links
                languages = []
            elif not (known or made.is_asked):
                languages = languages[:1]
        for place, language in enumerate(languages):
            name = f"{made.id}-{free + place}"
            made.boxes.append(Box(name, language=language, sides=_sides(name, {}), is_stored=False))

    @staticmethod
    def _lined(boxes: list[Box], name: str) -> list[Box]:
        """All lines in one field."""
        text = "\n".join(box.value for box in boxes if box.value)
        return (
            [Box(f"{name}-0", text, faults=[fault for box in boxes for fault in box.faults])] if boxes else []
        )

    def _suggest(self, made: Field, known: Mapping[str, Promise], texts: list[str]) -> None:
        """Links that most need as boxes to tick; the others one on each line."""
        lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
        made.boxes = self._lined(made.boxes, made.id) or [Box(f"{made.id}-0")]
        made.boxes[0].value = "\n".join(line for line in lines if line not in known)
        made.choices = [Choice(iri, str(label), iri in lines) for iri, label in known.items()]

    def _things(self, thing: Thing, row: Row, items: Tree, name: str, *, wanted: bool) -> list[Box]:
        known = items or ({"0": {}} if wanted else {})
        return [
            self._thing(thing, known[index], f"{name}-{index}", number, stored=index in items)
            for number, index in enumerate(sorted(known, key=int), 1)
        ]

    def _thing(self, thing: Thing, item: Tree, name: str, number: int, *, stored: bool) -> Box:
        fields, more = self.parted(thing, thing.rows, item, f"{name}-")
        box = Box(name, number=number, fields=fields, more=more, is_stored=stored)
        self.amount += 1
        box.named, box.iri = f"{name}-{thing.named}", item.get(thing.named, "")
        if not hides_name(thing):
            table = table_of(thing)
            address = Field(
                box.named,
                _("Place") if table else _("Link that stands for it"),
                "address",
                help_for(thing, thing.named),
                example_of(thing, thing.named, self.languages),
                suggests=table.name if table else "",
            )
            address.boxes = [Box(box.named, box.iri, faults=self.faults.get(box.named, []))]
            if table:
                self.lists.setdefault(table.name, suggestions(table.name, self.languages))
                box.fields = [address, *box.fields]
            else:
                box.more = [*box.more, address] if not box.iri else box.more
                box.fields = [*box.fields, address] if box.iri else box.fields
            box.address = address
        return box


def _sides(name: str, item: Tree) -> list[tuple[str, str, str]]:
    labels = (_("West"), _("South"), _("East"), _("North"))
    return [(f"{name}-{side}", label, item.get(side, "")) for side, label in zip(SIDES, labels, strict=True)]
