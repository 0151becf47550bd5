"""What a rehearsal answers: ten aspects of a source, and what can be said of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from erpd.metadata.masking import plain
from erpd.sources.errors import OURS, Reason, SourceError

_LONGEST_FACT = 1_000  # characters


class Verdict(StrEnum):
    """How an aspect of a source is."""

    GOOD = "good"
    LOOK = "look"
    WRONG = "wrong"
    UNKNOWN = "unknown"


VERDICTS = {
    Verdict.GOOD: "Good",
    Verdict.LOOK: "Look at this",
    Verdict.WRONG: "Wrong",
    Verdict.UNKNOWN: "Could not be told",
}
"""In words, in English."""


class Aspect(StrEnum):
    """What is asked of a source."""

    PROTOCOL = "protocol"
    ANSWERS = "answers"
    FORMAT = "format"
    METADATA = "metadata"
    SEGREGATION = "segregation"
    IDENTIFIERS = "identifiers"
    PAGING = "paging"
    COUNT = "count"
    DATES = "dates"
    DURATION = "duration"


class Question(NamedTuple):
    """An aspect as people read it."""

    label: str
    section: str
    """Of the harvesting guidelines."""


QUESTIONS = {
    Aspect.PROTOCOL: Question("Protocol", "G5"),
    Aspect.ANSWERS: Question("Answers to our requests", "G3.3.2"),
    Aspect.FORMAT: Question("Format of the records", "G5"),
    Aspect.METADATA: Question("Mandatory metadata", "G4.1"),
    Aspect.SEGREGATION: Question("Protected data apart from open data", "G3.1"),
    Aspect.IDENTIFIERS: Question("Identifiers that stay the same", "G3.4.3"),
    Aspect.PAGING: Question("Pages of the list", "G3.4.2"),
    Aspect.COUNT: Question("Number of records announced", "G3.4.2"),
    Aspect.DATES: Question("Dates in ISO 8601", "G6.1, question 12"),
    Aspect.DURATION: Question("Time that a weekly harvest takes", "G3.4.1"),
}


class Said(NamedTuple):
    """One thing that can be said of an aspect: format strings with the facts of the answer."""

    aspect: Aspect
    verdict: Verdict
    text: str


GOOD, LOOK, WRONG, UNKNOWN = Verdict
_A = Aspect

SAID: dict[str, Said] = {
    "protocol-preferred": Said(_A.PROTOCOL, GOOD, "{protocol}, which the guidelines prefer."),
    "protocol-accepted": Said(_A.PROTOCOL, GOOD, "{protocol}, which the guidelines accept."),
    "protocol-legacy": Said(
        _A.PROTOCOL,
        GOOD,
        "{protocol}, which the guidelines accept of existing portals. For a new one they prefer OAI-PMH.",
    ),
    "protocol-other": Said(
        _A.PROTOCOL,
        LOOK,
        "{protocol}. We can read it, but the guidelines name OAI-PMH, a file of RDF, SPARQL and CKAN.",
    ),
    "protocol-fails": Said(_A.PROTOCOL, WRONG, "{message}. {advice}"),
    "answers-good": Said(_A.ANSWERS, GOOD, "Both times that we read the list, each request was answered."),
    "answers-empty": Said(
        _A.ANSWERS, WRONG, "The list is empty. We never take an empty list for an answer: please look why."
    ),
    "answers-second": Said(
        _A.ANSWERS,
        LOOK,
        "When we read the list a second time: {message}. {advice}",
    ),
    "answers-ours": Said(
        _A.ANSWERS,
        UNKNOWN,
        "We could not finish, through a fault of this site, which says nothing about yours. Please try again "
        "later.",
    ),
    "answers-fail": Said(_A.ANSWERS, WRONG, "{message}. {advice}"),
    "format-dcat": Said(_A.FORMAT, GOOD, "DCAT-AP as {format}."),
    "format-ckan": Said(_A.FORMAT, GOOD, "CKAN packages, which we convert to DCAT-AP."),
    "format-converted": Said(
        _A.FORMAT,
        LOOK,
        "{format}. We convert it to DCAT-AP, but it cannot say all that the guidelines require. Please "
        "publish DCAT-AP.",
    ),
    "format-repaired": Said(
        _A.FORMAT,
        LOOK,
        "{format}. {number} of {of} records could only be read after repairs to their syntax. The findings "
        "say what to put right.",
    ),
    "format-broken": Said(
        _A.FORMAT,
        WRONG,
        "{number} of {of} records cannot be read. The findings say why.",
    ),
    "format-fails": Said(_A.FORMAT, WRONG, "{message}. {advice}"),
    "format-none": Said(_A.FORMAT, UNKNOWN, "There was no record to look at."),
    "metadata-whole": Said(_A.METADATA, GOOD, "All {of} records have what is mandatory."),
    "metadata-repaired": Said(
        _A.METADATA,
        LOOK,
        "All {of} records have what is mandatory, {number} of them only after repairs, which the findings "
        "show. Please make them at the source.",
    ),
    "metadata-missing": Said(
        _A.METADATA,
        WRONG,
        "{number} of {of} records lack something mandatory, or have it wrong. Such records are refused.",
    ),
    "metadata-none": Said(_A.METADATA, UNKNOWN, "There was no record to look at."),
    "segregation-protected": Said(
        _A.SEGREGATION, GOOD, "All {of} records are protected data: the address brings nothing else."
    ),
    "segregation-open": Said(
        _A.SEGREGATION,
        LOOK,
        "All {of} records are open data. The register takes protected data: give its address, set or filter.",
    ),
    "segregation-sets": Said(
        _A.SEGREGATION,
        LOOK,
        "Protected and open data come together ({protected} and {open}). The server has sets ({sets}): say "
        "which one has the protected data.",
    ),
    "segregation-filter": Said(
        _A.SEGREGATION,
        LOOK,
        "Protected and open data come together ({protected} and {open}). Give a filter that brings only the "
        "protected data, or another address.",
    ),
    "segregation-mixed": Said(
        _A.SEGREGATION,
        WRONG,
        "Protected and open data come together ({protected} and {open}), and nothing at this address tells "
        "them apart. Publish the protected data at an address or in a set of their own.",
    ),
    "segregation-unsaid": Said(
        _A.SEGREGATION,
        WRONG,
        "{number} of {of} records do not say whether they are protected or open. Give each dct:accessRights.",
    ),
    "segregation-none": Said(_A.SEGREGATION, UNKNOWN, "There was no record to look at."),
    "identifiers-same": Said(
        _A.IDENTIFIERS, GOOD, "All {of} records came again under the same identifiers when we asked again."
    ),
    "identifiers-changed": Said(
        _A.IDENTIFIERS,
        WRONG,
        "{number} of {of} records had another identifier when we asked again: {example}. Identifiers must "
        "never change.",
    ),
    "identifiers-some": Said(
        _A.IDENTIFIERS,
        LOOK,
        "{number} of {of} records did not come again when we asked again: {example}. Perhaps the list "
        "changed meanwhile. Otherwise let its order and its identifiers stay the same.",
    ),
    "identifiers-shared": Said(
        _A.IDENTIFIERS,
        WRONG,
        "{number} of {of} records share an identifier with another record: {example}. Give each data set its "
        "own.",
    ),
    "identifiers-bad": Said(
        _A.IDENTIFIERS,
        WRONG,
        "{number} of {of} records have no identifier that we can use. The findings say why.",
    ),
    "identifiers-once": Said(_A.IDENTIFIERS, UNKNOWN, "We could not read the list a second time."),
    "paging-whole": Said(
        _A.PAGING, GOOD, "The whole list came, in pages: {number}. No record came twice, and it has an end."
    ),
    "paging-one": Said(_A.PAGING, GOOD, "The whole list came as one page."),
    "paging-sample": Said(
        _A.PAGING,
        GOOD,
        "No record came twice in the pages that we read ({number}). We did not read them all.",
    ),
    "paging-repeats": Said(
        _A.PAGING,
        LOOK,
        "{number} records came on two pages, such as {example}. Perhaps the list changed meanwhile. "
        "Otherwise others may be left out: sort the list by something that does not change.",
    ),
    "paging-overlaps": Said(
        _A.PAGING,
        WRONG,
        "{number} records came on two pages both times, such as {example}, so others may be left out. Sort "
        "the list by something that does not change, and let each page begin where the one before ended.",
    ),
    "paging-empty": Said(
        _A.PAGING,
        LOOK,
        "{number} pages had no record although the list went on. Please leave them out.",
    ),
    "paging-anew": Said(
        _A.PAGING,
        LOOK,
        "The server did not accept its own resumption token, so we read the list by dates instead. Let its "
        "tokens live longer.",
    ),
    "paging-fails": Said(_A.PAGING, WRONG, "{message}. {advice}"),
    "paging-none": Said(_A.PAGING, UNKNOWN, "We saw only one page of the list."),
    "count-right": Said(_A.COUNT, GOOD, "{total} are announced, and as many came."),
    "count-wrong": Said(
        _A.COUNT,
        WRONG,
        "{total} are announced, but {received} came. Announce the number of records in the list.",
    ),
    "count-moved": Said(
        _A.COUNT,
        UNKNOWN,
        "The number announced changed while we read, between {least} and {most}. If nothing was added or "
        "deleted meanwhile, please check it.",
    ),
    "count-sample": Said(
        _A.COUNT,
        UNKNOWN,
        "{total} are announced. We read {received} of them: the first harvest will count them all.",
    ),
    "count-oai": Said(
        _A.COUNT,
        LOOK,
        "No number is announced. Give completeListSize in each resumptionToken: other harvesters need it.",
    ),
    "count-none": Said(
        _A.COUNT,
        UNKNOWN,
        "No number is announced. One file needs none; a list in pages is safer with hydra:totalItems.",
    ),
    "count-fails": Said(_A.COUNT, WRONG, "{message}. {advice}"),
    "dates-good": Said(_A.DATES, GOOD, "All dates that we saw are in ISO 8601."),
    "dates-ahead": Said(
        _A.DATES,
        LOOK,
        "{number} of {of} records were changed in the future, such as on {example}. Please check the clock "
        "and the datestamps.",
    ),
    "dates-wrong": Said(
        _A.DATES,
        WRONG,
        "{number} of {of} records have dates that are not in ISO 8601, such as “{example}”. Write 2026-05-31 "
        "or 2026-05-31T12:00:00Z.",
    ),
    "dates-none": Said(_A.DATES, UNKNOWN, "We saw no date."),
    "duration-short": Said(_A.DURATION, GOOD, "Less than a minute, for {total} records."),
    "duration-night": Said(_A.DURATION, GOOD, "About {minutes} minutes, for {total} records."),
    "duration-long": Said(
        _A.DURATION,
        LOOK,
        "About {hours} hours, for {total} records, which is longer than a night. Larger pages or faster "
        "answers would help.",
    ),
    "duration-none": Said(
        _A.DURATION, UNKNOWN, "Nobody says how many records there are, and we read only a part of them."
    ),
    "not-seen": Said(_A.ANSWERS, UNKNOWN, "We could not read that far."),
}
"""All that can be said. The texts are in English; translations look them up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one aspect."""

    aspect: Aspect
    code: str
    """A key of SAID."""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        return SAID[self.code].verdict

    @property
    def section(self) -> str:
        return QUESTIONS[self.aspect].section

    def text(self, translate: Callable[[str], str] = str) -> str:
        """In words; ``translate`` receives the English text."""
        return translate(SAID[self.code].text).format(**self.facts)


def answer(code: str, **facts: object) -> Answer:
    """The answer with this code. Whole numbers get separators; texts of a source are made safe to show."""
    told = {
        name: f"{fact:,}" if isinstance(fact, int) else plain(str(fact), _LONGEST_FACT)
        for name, fact in facts.items()
    }
    return Answer(SAID[code].aspect, code, told)


_BLAMED: dict[Reason, str] = {
    **dict.fromkeys(OURS, "answers-ours"),
    **dict.fromkeys((Reason.TOKEN_LOOP, Reason.BAD_TOKEN, Reason.CHANGED), "paging-fails"),
    **dict.fromkeys((Reason.COUNT_MISMATCH, Reason.ROW_LIMIT), "count-fails"),
    **dict.fromkeys(
        (
            Reason.BROKEN_SYNTAX,
            Reason.BROKEN_XML,
            Reason.ENCODING,
            Reason.ENTITY,
            Reason.NO_FORMAT,
            Reason.UNKNOWN_FORMAT,
        ),
        "format-fails",
    ),
    **dict.fromkeys((Reason.NO_PROTOCOL, Reason.FTP, Reason.FORBIDDEN_SCHEME), "protocol-fails"),
}


def blamed(error: SourceError) -> Answer:
    """What a source that cannot be read does wrong; or that the fault is ours, and nothing is known of it."""
    code = _BLAMED.get(error.rule, "answers-fail")
    return answer(code, message=error.message.rstrip("."), advice=error.advice)


def unread(error: SourceError) -> list[Answer]:
    """All that can be said of a source of which no record could be read."""
    fault = blamed(error)
    return [fault if aspect is fault.aspect else Answer(aspect, "not-seen") for aspect in Aspect]


def texts() -> list[str]:
    """All English texts, for the translators."""
    labels = [question.label for question in QUESTIONS.values()]
    return [*VERDICTS.values(), *labels, *(said.text for said in SAID.values())]
