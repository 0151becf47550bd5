"""What keeps a record from being published, field by field: the findings of the checks in the API's words."""

from collections.abc import Iterable, Iterator

from erpd.formats.delivery.faults import Code, Fault, Faults, Path, dotted
from erpd.formats.delivery.fields import CONDITIONS, DATASET, PUBLISHABLE, Thing
from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import Places
from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.parts import parts
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT, DCT, ODRL, shorten

_CODES = {
    Flaw.MANDATORY_MISSING: Code.REQUIRED_FIELD,
    Flaw.MANDATORY_HERE: Code.REQUIRED_FIELD,
    Flaw.TOO_MANY: Code.INVALID_SIZE,
    Flaw.TEXT_EMPTY: Code.INVALID_SIZE,
    Flaw.LINK_EXPECTED: Code.INVALID_URI,
    Flaw.ACCESS_RIGHT: Code.INVALID_PATTERN,
    Flaw.SIZE_NEGATIVE: Code.INVALID_NUMERIC_VALUE,
    Flaw.DATE_NOT_ISO: Code.INVALID_DATE,
    Flaw.PERIOD_REVERSED: Code.INVALID_DATE,
}
_OF_DATATYPES = {
    DCAT.byteSize: Code.INVALID_NUMERIC_VALUE,
    DCAT.spatialResolutionInMeters: Code.INVALID_NUMERIC_VALUE,
    DCAT.temporalResolution: Code.INVALID_DURATION,
    DCT.issued: Code.INVALID_DATE,
    DCT.modified: Code.INVALID_DATE,
}
_OF_CONDITIONS = f"{shorten(ODRL.hasPolicy)}/"
_NAMES = {shorten(term): code for term, code in _OF_DATATYPES.items()}
_MESSAGES = {
    "foafName": "An agent needs a name or a URI. Add foafName.",
    "vcardFn": "A contact point needs a name. Add vcardFn, such as the name of a team.",
    "provAgent": "An attribution needs the URI of the agent. Add provAgent.",
    "provHadRole": "An attribution needs the role of the agent. Add provHadRole.",
}


def lacking(said: Json) -> list[Fault]:
    """Return a fault for each field that the national API requires and a data set does not have."""
    faults = Faults()
    for name in PUBLISHABLE:
        if said.get(name) in (None, [], ""):
            message = f"{name} is required to publish (DCAT-AP-NL 3.0). Please add it."
            faults.say(Code.REQUIRED_FIELD, (name,), message, "DCAT-AP-NL 3.0")
    _nested(DATASET, said, (), faults)
    return faults.found


def _nested(thing: Thing, said: Json, at: Path, faults: Faults) -> None:
    for row in thing.rows:
        value = said.get(row.name)
        if value is None or not isinstance(row.kind, Thing):
            continue
        several = isinstance(value, list)
        for place, one in enumerate(value if several else [value]):
            here = (*at, row.name, place) if several else (*at, row.name)
            for name in () if one.get(row.kind.named) else row.kind.required:
                if one.get(name) in (None, []):
                    faults.say(Code.REQUIRED_FIELD, (*here, name), _MESSAGES[name])
            _nested(row.kind, one, here, faults)


def located(
    findings: Iterable[Finding], record: Record, profile: Profile, places: Places
) -> Iterator[tuple[Finding, Path, Thing, str]]:
    """Yield each finding of a record with the node where it is, what that is, and its field; "" if none.

    ``record`` is what was mended and checked; ``places`` says where the body describes its nodes.
    """
    nodes = {part.prefix: part.node for part in parts(record, profile)}
    for finding in findings:
        prefix, name = _parted(finding.path)
        at, thing = places.get(nodes.get(prefix, record.dataset), ((), DATASET))
        if name.startswith(_OF_CONDITIONS):
            at, thing, name = (*at, "conditions"), CONDITIONS, name.removeprefix(_OF_CONDITIONS)
        field = next((row.name for row in thing.rows if shorten(row.predicate) == name), "")
        yield finding, at, thing, field


def faults_of(findings: Iterable[Finding], record: Record, profile: Profile, places: Places) -> list[Fault]:
    """Return the errors among the findings of a record as faults of fields, located as above."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        return []
    faults = Faults()
    for finding, node, thing, field in located(errors, record, profile, places):
        name = _parted(finding.path)[1]
        at = (*node, field) if field else node
        code = _CODES.get(finding.rule) or (  # type: ignore[call-overload]
            _NAMES.get(name, Code.INVALID_FIELD_VALUE)
            if finding.rule is Flaw.DATATYPE
            else Code.INVALID_FIELD_VALUE
        )
        if thing.name == "DcatContactPoint" and code is not Code.REQUIRED_FIELD:
            code = Code.INVALID_CONTACT_POINT
        shown = finding._replace(path=dotted(at)) if field else finding
        faults.say(code, at, explain(shown, delivered=True), finding.section)
    return faults.found


def _parted(path: str) -> tuple[str, str]:
    """The prefix of the node and the name of the property of a finding's path."""
    end = path.rfind("]/") + 2
    return (path[:end], path[end:]) if end > 1 else ("", path)
