"""What the checks find in a data set, each with the field of the form where it is put right."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext

from erpd.formats.delivery.faults import Path
from erpd.formats.delivery.fields import DATASET, DISTRIBUTION, Thing
from erpd.formats.delivery.publishing import located
from erpd.formats.delivery.writing import Places
from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.graph import Graph
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.metadata.rules import Flaw
from erpd.pages.findings import LONGEST_REMARK, SEVERITIES, Remark, worded
from erpd.pages.values import legible
from erpd.register.preparing import prepare
from erpd.submit.form.fields import DISTRIBUTIONS, OF_DISTRIBUTIONS, asked, label_of, step_of
from erpd.submit.form.opened import Opened

MISSING = frozenset({Flaw.MANDATORY_MISSING, Flaw.MANDATORY_HERE, Flaw.RECOMMENDED_MISSING, Flaw.ACT_UNNAMED})


@dataclass(frozen=True, slots=True)
class Note:
    """A finding, and where the form has its field."""

    finding: Finding
    step: str
    """Name of the step; "" if no field of the form says it."""
    number: int | None
    """Of the distribution, counted from 0."""
    field: str
    """Its id on the page."""
    remark: Remark

    @property
    def is_missing(self) -> bool:
        return self.finding.rule in MISSING


def notes_of(opened: Opened) -> list[Note]:
    """What the checks find in a data set as it is stored, worst first."""
    graph = Graph(opened.record.graph.triples())
    record = Record(opened.record.identifier, graph, opened.record.dataset)
    places = opened.places
    arrival = prepare(record, opened.profile, source=opened.at.catalogue.slug, node=settings.NODE.base_url)
    return notes(arrival.findings, record, opened.profile, places)


def notes(findings: Iterable[Finding], record: Record, profile: Profile, places: Places) -> list[Note]:
    """The findings of a record with their fields, worst first. ``places`` as for ``located``."""
    found = [_note(*each) for each in located(findings, record, profile, places)]
    return sorted(found, key=lambda note: note.finding.urgency)


def at_fields(found: Iterable[Note], number: int | None, *, missing: bool) -> dict[str, list[Remark]]:
    """Field of a page -> what is wrong with it. ``missing``: also what is not there."""
    at: dict[str, list[Remark]] = {}
    for note in found:
        if note.finding.severity is Severity.REPAIR or (note.is_missing and not missing):
            continue
        if note.field and note.number == number:
            at.setdefault(note.field, []).append(note.remark)
    return at


def by_step(found: Iterable[Note]) -> Mapping[str, int]:
    """Step -> how much in it keeps the data set from being published."""
    return Counter(note.step for note in found if note.finding.severity is Severity.ERROR)


def score(opened: Opened) -> int:
    """How much of what is mandatory or recommended the data set says, in per cent."""
    filled = [*_filled(DATASET, opened.said, opened.profile)]
    for each in opened.distributions:
        filled += _filled(DISTRIBUTION, each, opened.profile)
    return 100 * sum(filled) // len(filled) if filled else 100


def _filled(thing: Thing, said: Mapping[str, object], profile: Profile) -> list[bool]:
    wanted = [row.name for row in thing.rows if asked(thing, row, profile).obligation != "optional"]
    return [bool(said.get(name)) for name in wanted]


def _note(finding: Finding, at: Path, thing: Thing, name: str) -> Note:
    steps: Path = (*at, name) if name else at
    step, number, ids = "", None, ""
    if steps:
        step = step_of(str(steps[0])).name
        if step == DISTRIBUTIONS and steps[0] == OF_DISTRIBUTIONS and len(steps) > 1:
            number = steps[1] if isinstance(steps[1], int) else 0
            steps = (steps[0], 0, *(steps[2:] if isinstance(steps[1], int) else steps[1:]))
        ids = _id(steps)
    row = next((row for row in thing.rows if row.name == name), None)
    shown = finding._replace(path=f"“{label_of(thing, row)}”") if row else finding
    text = legible(explain(worded(shown), gettext, delivered=True), LONGEST_REMARK)
    return Note(finding, step, number, ids, Remark(finding.severity, str(SEVERITIES[finding.severity]), text))


def _id(steps: Path) -> str:
    """The id of a field. The form counts the values of each field, also where there is only one."""
    found: list[str] = []
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        found.append(str(step))
        if isinstance(step, str) and isinstance(following, str):
            found.append("0")
    return "-".join(found)
