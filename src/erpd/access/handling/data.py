"""The data sets of a part as the body sees them, with what "Can I get it?" says to this requester."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from erpd.access.can_i_get_it import words
from erpd.access.can_i_get_it.facts import facts_of
from erpd.access.can_i_get_it.pages import Part as Reasons
from erpd.access.can_i_get_it.pages import reasons_of
from erpd.access.can_i_get_it.rule import ANSWERS, OTHER, UNION, Asked, Outcome, answer
from erpd.access.models import Part, Wanted
from erpd.access.questions import Answers
from erpd.access.questions.of_every_body import CATEGORY, COUNTRY, PURPOSE, TRANSFER
from erpd.access.questions.question import YES
from erpd.accounts.texts import in_language
from erpd.register.content import VersionBroken, record_of
from erpd.register.models import Catalogue

_MOST = 20  # whose records are read for one page
_NOT_IN_UNION = frozenset(("IS", "LI", "NO", OTHER))


class Data(NamedTuple):
    """One data set."""

    wanted: Wanted
    title: str
    language: str
    is_here: bool
    """Whether it still has a page."""
    outcome: str
    """What "Can I get it?" answers, in a few words; "" if it could not be asked."""
    meaning: str
    reasons: Sequence[Reasons]


def data_of(part: Part, answers: Answers, languages: tuple[str, ...]) -> list[Data]:
    """The data sets that a part asks for."""
    wanted = part.wanted.select_related("data_set__catalogue").order_by("pk")
    return [_data(one, number < _MOST, answers, languages) for number, one in enumerate(wanted)]


def _data(one: Wanted, is_read: bool, answers: Answers, languages: tuple[str, ...]) -> Data:
    title, language = in_language(one.title, *languages)
    is_here = not one.data_set.deleted
    bare = Data(one, title or one.iri, language, is_here, "", "", [])
    who, where = answers.get(CATEGORY), _where(answers)
    purposes = [code for code in _codes(answers.get(PURPOSE)) if code in ANSWERS["purpose"]]
    if not (is_here and is_read and who in ANSWERS["who"] and purposes):
        return bare
    try:
        record = record_of(one.data_set)
    except VersionBroken:
        return bare
    facts = facts_of(record, protected=one.data_set.catalogue.kind == Catalogue.Kind.PROTECTED)
    said = {code: answer(facts, Asked(str(who), code, where)) for code in purposes}
    worst = max(purposes, key=lambda code: [*Outcome].index(said[code].outcome))
    outcome = said[worst].outcome
    given: Any = {"who": who, "purpose": worst, "where": where}
    return bare._replace(
        outcome=str(words.OUTCOMES[outcome]),
        meaning=str(words.MEANINGS[outcome]),
        reasons=reasons_of(said[worst], given, languages),
    )


def _where(answers: Answers) -> str:
    outside = answers.get(TRANSFER) == YES or answers.get(COUNTRY) in _NOT_IN_UNION
    return OTHER if outside else UNION


def _codes(given: object) -> Iterable[str]:
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else ()
