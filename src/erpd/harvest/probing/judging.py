"""From what was seen of a source to the ten answers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from erpd.formats import Unreadable, format_for
from erpd.harvest.children.sampling import Sample
from erpd.harvest.probing.aspects import Answer, Aspect, answer, blamed
from erpd.harvest.probing.sample import Pass, Sampled, Seen
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.iso8601 import date_type
from erpd.metadata.masking import plain
from erpd.metadata.rules import Correction, Flaw, Intake, Repair, Unread
from erpd.register.arrival import Bin
from erpd.sources import SOURCES
from erpd.sources.errors import OURS

_PREFERRED, _ACCEPTED, _LEGACY = ("oai-pmh",), ("dump", "sparql"), ("ckan",)
_LINKED = ("oai-pmh", "dump")  # each page says where the next one is
# Where a filter can be part of the request.
_FILTERS = ("ckan", "sparql", "csw")
# Where we choose in which syntax of RDF it answers.
_ASKED, _ANY_RDF = ("sparql",), "RDF"
_OPEN = "PUBLIC"
_PROTECTED = ("NON_PUBLIC", "RESTRICTED")
_NAMELESS = (Intake.PLACEHOLDER_ID, Intake.TOO_LONG, Intake.UNSTORABLE, Unread.NO_IDENTIFIER)
_SYNTAX = (Repair.IRI, Repair.CHARACTER, Flaw.CHARACTER_LOST)
_DATES = (Flaw.DATE_NOT_ISO, Repair.DATE)
_NIGHT = 8 * 3600
_LONGEST_EXAMPLE = 80


def judged(seen: Sampled) -> list[Answer]:
    """An answer for each aspect, in their order."""
    looked = [one for one in seen.samples if one.look.bin not in (Bin.DELETED, Bin.FILTERED)]
    said = {
        Aspect.PROTOCOL: _protocol(seen),
        Aspect.ANSWERS: answer("answers-good"),
        Aspect.FORMAT: _format(seen, looked),
        Aspect.METADATA: _metadata(seen, looked),
        Aspect.SEGREGATION: _segregation(seen, looked),
        Aspect.IDENTIFIERS: _identifiers(seen, looked),
        Aspect.PAGING: _paging(seen),
        Aspect.COUNT: _count(seen),
        Aspect.DATES: _dates(seen, looked),
        Aspect.DURATION: _duration(seen),
    }
    if not (seen.first.records or seen.first.error):
        said[Aspect.ANSWERS] = answer("answers-empty")
    if error := seen.first.error:
        fault = blamed(error)
        said[fault.aspect] = fault
        said.setdefault(Aspect.ANSWERS, fault)
    elif error := seen.second.error:
        facts = {"message": error.message.rstrip("."), "advice": error.advice}
        said[Aspect.ANSWERS] = (
            answer("answers-ours") if error.rule in OURS else answer("answers-second", **facts)
        )
    return [said[aspect] for aspect in Aspect]


def _protocol(seen: Sampled) -> Answer:
    kinds = (_PREFERRED, "preferred"), (_ACCEPTED, "accepted"), (_LEGACY, "legacy")
    kind = next((kind for names, kind in kinds if seen.protocol in names), "other")
    return answer(f"protocol-{kind}", protocol=SOURCES[seen.protocol].title)


def _format(seen: Sampled, looked: Sequence[Sample]) -> Answer:
    if not looked:
        return answer("format-none")
    broken = sum(one.look.bin is Bin.UNREADABLE for one in looked)
    if broken:
        return answer("format-broken", number=broken, of=len(looked))
    name = max(seen.formats, key=lambda media_type: seen.formats[media_type], default="")
    try:
        known = format_for(name)
    except Unreadable:
        return answer("format-none")
    title = _ANY_RDF if seen.protocol in _ASKED else known.title
    repaired = sum(
        any(isinstance(one.rule, Correction) or one.rule in _SYNTAX for one in sample.look.findings)
        for sample in looked
    )
    if repaired:
        return answer("format-repaired", format=title, number=repaired, of=len(looked))
    if known.name == "ckan":
        return answer("format-ckan")
    kind = "dcat" if known.write and known.name != "oai_dc" else "converted"
    return answer(f"format-{kind}", format=title)


def _metadata(seen: Sampled, looked: Sequence[Sample]) -> Answer:
    read = [one.look.findings for one in looked if one.look.bin is not Bin.UNREADABLE]
    if not read:
        return answer("metadata-none")
    wrong = sum(
        any(one.severity is Severity.ERROR and _is_flaw(one) for one in findings) for findings in read
    )
    if wrong:
        return answer("metadata-missing", number=wrong, of=len(read))
    mended = sum(any(_is_repair_of_g4(one) for one in findings) for findings in read)
    if mended and seen.protocol not in _LEGACY:  # there, converting is mending
        return answer("metadata-repaired", number=mended, of=len(read))
    return answer("metadata-whole", of=len(read))


def _is_flaw(finding: Finding) -> bool:
    return not isinstance(finding.rule, (Intake, Unread)) and finding.rule not in _DATES


def _is_repair_of_g4(finding: Finding) -> bool:
    return finding.severity is Severity.REPAIR and finding.stated_in.startswith("G4")


def _segregation(seen: Sampled, looked: Sequence[Sample]) -> Answer:
    read = [one for one in looked if one.look.bin is not Bin.UNREADABLE]
    if not read:
        return answer("segregation-none")
    is_open = sum(_OPEN in one.rights for one in read)
    protected = sum(any(code in _PROTECTED for code in one.rights) for one in read)
    unsaid = sum(not one.rights for one in read)
    if is_open and protected:
        facts: dict[str, object] = {"protected": protected, "open": is_open}
        if seen.sets:
            return answer("segregation-sets", **facts, sets=", ".join(seen.sets[:20]))
        return answer(f"segregation-{'filter' if seen.protocol in _FILTERS else 'mixed'}", **facts)
    if unsaid:
        return answer("segregation-unsaid", number=unsaid, of=len(read))
    return answer(f"segregation-{'open' if is_open else 'protected'}", of=len(read))


def _identifiers(seen: Sampled, looked: Sequence[Sample]) -> Answer:
    records = _unique(seen.first)
    of = len(records)
    bad = sum(any(one.rule in _NAMELESS for one in sample.look.findings) for sample in looked)
    if bad:
        return answer("identifiers-bad", number=bad, of=len(looked))
    if shared := list(_shared(seen.first, looked)):
        return answer("identifiers-shared", number=len(shared), of=of, example=_short(shared[0]))
    again = _unique(seen.second)
    if not again:
        return answer("identifiers-once")
    gone = [name for name in records if name not in again]
    if not gone:
        return answer("identifiers-same", of=of)
    facts: dict[str, object] = {"number": len(gone), "of": of, "example": _short(gone[0])}
    if 2 * len(gone) > of:
        return answer("identifiers-changed", **facts)
    return answer("identifiers-some", **facts)


def _unique(one: Pass) -> dict[str, Seen]:
    return {record.identifier: record for record in one.records if record.identifier}


def _shared(one: Pass, looked: Sequence[Sample]) -> Iterator[str]:
    """Identifiers of different records, and IRIs of records with different identifiers."""
    contents: dict[str, set[bytes]] = {}
    for page in one.pages:  # on one page: across pages, a record may have changed meanwhile
        for record in page:
            contents.setdefault(record.identifier, set()).add(record.digest)
        yield from (name for name, digests in contents.items() if name and len(digests) > 1)
        contents.clear()
    holders: dict[str, set[str]] = {}
    for sample in looked:
        if sample.look.iri:
            holders.setdefault(sample.look.iri, set()).add(sample.look.identifier)
    yield from (iri for iri, names in holders.items() if len(names) > 1)


def _paging(seen: Sampled) -> Answer:
    one = seen.first
    repeated = _repeated(one)
    if repeated:
        facts: dict[str, object] = {"number": len(repeated), "example": _short(repeated[0])}
        both = not seen.second.error and _repeated(seen.second)
        return answer("paging-overlaps" if both else "paging-repeats", **facts)
    if one.anew:
        return answer("paging-anew")
    if one.empty and seen.protocol in _LINKED:
        return answer("paging-empty", number=one.empty)
    if one.ended:
        many = len(one.pages) > 1
        return answer("paging-whole", number=len(one.pages)) if many else answer("paging-one")
    return answer("paging-sample", number=len(one.pages)) if len(one.pages) > 1 else answer("paging-none")


def _repeated(one: Pass) -> list[str]:
    """Identifiers that came on more than one page."""
    pages = Counter(name for page in one.pages for name in {record.identifier for record in page} if name)
    return [name for name, times in pages.items() if times > 1]


def _count(seen: Sampled) -> Answer:
    one = seen.first
    names = [(record.identifier, record.digest) for record in one.records]
    received = len({name for name in names if name[0]}) + sum(not name for name, _ in names)
    if not one.totals:
        return answer("count-oai" if seen.protocol == "oai-pmh" and not _is_one_page(one) else "count-none")
    total = one.totals[-1]
    if len(counts := {*one.totals, *seen.second.totals}) > 1:
        return answer("count-moved", least=min(counts), most=max(counts))
    facts: dict[str, object] = {"total": total, "received": received}
    if received > total or (one.ended and received < total):
        return answer("count-wrong", **facts)
    return answer("count-right" if one.ended else "count-sample", **facts)


def _is_one_page(one: Pass) -> bool:
    return one.ended and len(one.pages) == 1


def _dates(seen: Sampled, looked: Sequence[Sample]) -> Answer:
    records = seen.first.records
    stamps = [record.datestamp for record in records if record.datestamp]
    odd = [stamp for stamp in stamps if not date_type(stamp)]
    if odd:
        return answer("dates-wrong", number=len(odd), of=len(records), example=_short(odd[0]))
    wrong = [found for sample in looked if (found := _wrong_date(sample.look.findings))]
    if wrong:
        return answer("dates-wrong", number=len(wrong), of=len(looked), example=_short(wrong[0]))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ahead = [stamp for stamp in stamps if stamp > tomorrow]
    if ahead:
        return answer("dates-ahead", number=len(ahead), of=len(records), example=_short(ahead[0]))
    return answer("dates-good") if stamps or any(one.dated for one in looked) else answer("dates-none")


def _wrong_date(findings: Sequence[Finding]) -> str:
    """The first date that is not in ISO 8601; one that only lacks its datatype is right."""
    dates = (one.value for one in findings if one.rule in _DATES)
    return next((value for value in dates if not date_type(value)), "")


def _duration(seen: Sampled) -> Answer:
    total = size(seen)
    read = len(seen.second.records)
    if total is None or not (read and seen.samples):
        return answer("duration-none")
    seconds = total * (seen.second.seconds / read + seen.looking / len(seen.samples))
    if seconds < 60:
        return answer("duration-short", total=total)
    if seconds <= _NIGHT:
        return answer("duration-night", minutes=round(seconds / 60), total=total)
    return answer("duration-long", hours=round(seconds / 3600), total=total)


def size(seen: Sampled) -> int | None:
    """How many records the source has, as it says, or as came where the whole list came; None: not known."""
    one = seen.first
    if one.totals:
        return one.totals[-1]
    return len(one.records) if one.ended else None


def _short(text: str) -> str:
    return plain(text, _LONGEST_EXAMPLE)
