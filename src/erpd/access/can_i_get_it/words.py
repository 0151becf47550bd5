"""What the rule says, in words: questions, answers, outcomes and rules."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from erpd.access.can_i_get_it.rule import ADEQUATE, ELSEWHERE, OTHER, UNION, Outcome, Question
from erpd.metadata.vocabularies import vocabulary

QUESTIONS: Mapping[Question, Promise] = {
    "who": _("Who are you?"),
    "purpose": _("What do you want to use the data for?"),
    "where": _("Where will you use it?"),
}
OUTCOMES: Mapping[Outcome, Promise] = {
    Outcome.LIKELY: _("Likely"),
    Outcome.UNDER_CONDITIONS: _("Under conditions"),
    Outcome.NOT_SAID: _("The record does not say"),
    Outcome.NO: _("No"),
}
MEANINGS: Mapping[Outcome, Promise] = {
    Outcome.LIKELY: _("The record allows what you ask for. Its holder decides."),
    Outcome.UNDER_CONDITIONS: _(
        "The record may allow what you ask for, under the conditions below. Its holder decides."
    ),
    Outcome.NOT_SAID: _(
        "The record does not say enough to tell. That is neither a yes nor a no: ask the holder."
    ),
    Outcome.NO: _("The record excludes what you ask for."),
}
OPEN = _("Anyone can get this data without asking. The licence says what you may do with it.")
_OTHERS: Mapping[Question, Mapping[str, Promise]] = {
    "who": {  # one of those whom the list of the audience names
        "research": _("a research organisation"),
        "education": _("an educational establishment"),
        "public-sector": _("a public sector body"),
        "eu-institution": _("an institution or body of the EU"),
        "company": _("a company"),
        "sme": _("a small or medium-sized enterprise (SME)"),
        "start-up": _("a start-up"),
        "civil-society": _("a civil society organisation"),
        "individual": _("an individual"),
        OTHER: _("somebody else"),
    },
    "purpose": {OTHER: _("something else")},
    "where": {
        UNION: _("in the European Union"),
        ADEQUATE: _("in a country whose protection the European Commission has recognised"),
        ELSEWHERE: _("in another country"),
    },
}
_LISTS: Mapping[Question, str] = {"who": "conditions-audience", "purpose": "conditions-purpose"}
RULES: Mapping[str, Promise] = {
    "open": OPEN,
    "who-excluded": _("The record excludes you."),
    "who-partly-excluded": _("The record excludes some of you."),
    "who-excluded-unknown": _("The record excludes some whom we cannot tell from you."),
    "who-under-condition": _("You may ask under a condition."),
    "who-may-ask": _("You may ask."),
    "asking-condition": _("There is a condition for asking."),
    "who-partly": _("Only some of you may ask."),
    "who-not-listed": _("The record names who may ask. It does not say whether you may."),
    "who-not-said": _("The record does not say who may ask."),
    "purpose-excluded": _("The record excludes this purpose."),
    "purpose-partly-excluded": _("The record excludes a part of this purpose."),
    "purpose-excluded-unknown": _("The record excludes purposes that we cannot tell from yours."),
    "purpose-permitted": _("The record permits this purpose."),
    "purpose-partly": _("The record permits a part of this purpose."),
    "purpose-not-listed": _(
        "The record names the permitted purposes. It does not say whether yours is permitted."
    ),
    "purpose-not-said": _("The record does not say what the data may be used for."),
    "purpose-note": _("The record says more about the purposes. Read whether it fits yours."),
    "in-the-union": _("Within the European Union, the data is not transferred outside it."),
    "on-premises": _("You use the data on the premises of its holder."),
    "transfer-not-allowed": _("The data must not be transferred outside the European Union."),
    "transfer-under-condition": _(
        "The data may be transferred outside the European Union under a condition."
    ),
    "transfer-allowed": _("The data may be transferred outside the European Union."),
    "transfer-condition": _("There is a condition for a transfer outside the European Union."),
    "transfer-not-said": _(
        "The record does not say whether the data may be transferred outside the European Union."
    ),
    "undertaking": _(
        "You tell the holder about the transfer when you ask, and undertake to protect the data "
        "(Data Governance Act, Article 5)."
    ),
    "accreditation": _("You need this before you get access."),
    "health-permit": _("The permit is given by the health data access body."),
    "in-words": _("The record also states conditions in words, which no rule can judge. Read them."),
    "policy-says-more": _("The record has a policy that says more than we can read. Read it."),
}


def choice(question: Question, code: str) -> str:
    """Return what an answer is called in the language of the page."""
    other = _OTHERS[question].get(code)
    return str(other) if other else vocabulary(_LISTS[question]).label(code, get_language() or "en")
