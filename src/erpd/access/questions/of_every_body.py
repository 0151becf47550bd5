"""What every body asks. It is kept with the request, and goes into each of its parts.

Articles 5, 6 and 8 of Regulation (EU) 2022/868 need the purpose, a transfer out of the Union, who pays less.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from erpd.access.can_i_get_it.rule import ANSWERS, OTHER
from erpd.access.can_i_get_it.words import choice
from erpd.access.questions.question import YES, Kind, OnlyIf, Option, Question, Texts
from erpd.metadata.vocabularies import EEA_COUNTRIES, vocabulary

CATEGORY, ORGANISATION, COUNTRY, PURPOSE = "category", "organisation", "country", "purpose"
TRANSFER, ADVANTAGES = "transfer", "advantages"
_ELSEWHERE = {OTHER: _("another country")}
_BASES = {
    "no-personal-data": _("the data I ask for is not personal data"),
    "consent": _("consent of the people concerned (GDPR, Article 6(1)(a))"),
    "legal-obligation": _("a legal obligation (GDPR, Article 6(1)(c))"),
    "public-task": _("a task in the public interest (GDPR, Article 6(1)(e))"),
    "legitimate-interests": _("legitimate interests (GDPR, Article 6(1)(f))"),
    "unknown": _("I do not know"),
}
_ENVIRONMENTS = {
    "remote": _("in a secure processing environment of the body, from a distance"),
    "premises": _("on the premises of the body"),
    "own": _("in our own environment"),
    "any": _("I do not mind"),
}
_ADVANTAGES = {
    "sme": _("a small or medium-sized enterprise"),
    "start-up": _("a start-up"),
    "research": _("scientific research"),
    "education": _("education"),
}
_COLUMNS = {"name": _("Name"), "role": _("Role"), "organisation": _("Organisation")}
_CHOICES: Mapping[str, Mapping[str, Promise]] = {
    "basis": _BASES,
    "environment": _ENVIRONMENTS,
    ADVANTAGES: _ADVANTAGES,
}


@lru_cache(maxsize=200)
def common(*languages: str) -> tuple[Question, ...]:
    """The questions with their texts in these languages, and in English."""
    wanted = tuple(dict.fromkeys((*languages, "en")))
    return tuple(_question(wanted, *one) for one in _QUESTIONS)


_Spec = tuple[str, Kind, Promise, Promise | str, bool, OnlyIf | None]
_QUESTIONS: Sequence[_Spec] = (
    (CATEGORY, Kind.CHOICE, _("Who are you?"), "", True, None),
    (
        ORGANISATION,
        Kind.TEXT,
        _("Your organisation"),
        _("Leave it empty if you ask for yourself."),
        False,
        None,
    ),
    (COUNTRY, Kind.CHOICE, _("Your country"), "", True, None),
    ("other-country", Kind.TEXT, _("Which country?"), "", True, OnlyIf(COUNTRY, (OTHER,))),
    (PURPOSE, Kind.SEVERAL, _("What do you want to use the data for?"), "", True, None),
    (
        "use",
        Kind.LONG,
        _("Describe what you want to do"),
        _("The question that you want to answer, and how you will use the results."),
        True,
        None,
    ),
    (
        "data",
        Kind.LONG,
        _("Which data do you need?"),
        _("The variables, the years, the area, the level of detail: no more than you need."),
        True,
        None,
    ),
    ("period", Kind.PERIOD, _("From when until when will you use the data?"), "", True, None),
    (
        "basis",
        Kind.CHOICE,
        _("Your legal basis"),
        _("What allows you to process the data, if it is about people."),
        True,
        None,
    ),
    (
        "basis-more",
        Kind.LONG,
        _("More about the legal basis"),
        _("Such as the act that sets the task."),
        False,
        None,
    ),
    ("people", Kind.TABLE, _("Who will work with the data?"), "", True, None),
    ("environment", Kind.CHOICE, _("Where will you work with the data?"), "", True, None),
    (
        "environment-own",
        Kind.LONG,
        _("How is your environment protected?"),
        _("Who can get in, how that is checked, certificates."),
        True,
        OnlyIf("environment", ("own",)),
    ),
    (
        TRANSFER,
        Kind.YES_NO,
        _("Will you transfer data outside the European Union?"),
        _("Article 5 of the Data Governance Act asks you to say so now."),
        True,
        None,
    ),
    ("transfer-countries", Kind.TEXT, _("To which countries?"), "", True, OnlyIf(TRANSFER, (YES,))),
    ("transfer-purpose", Kind.LONG, _("What for?"), "", True, OnlyIf(TRANSFER, (YES,))),
    (
        ADVANTAGES,
        Kind.SEVERAL,
        _("Does one of these apply to you?"),
        _("Bodies may charge you less, and have a simpler procedure for you (Articles 6 and 8)."),
        False,
        None,
    ),
)


def _question(languages: tuple[str, ...], *spec: object) -> Question:
    key, kind, label, advice, required, only_if = spec
    return Question(
        id=str(key),
        kind=Kind(str(kind)),
        label=_texts(label, languages),
        help=_texts(advice, languages) if advice else {},
        required=bool(required),
        options=_options(str(key), languages),
        columns=_columns(languages) if kind is Kind.TABLE else (),
        only_if=only_if if isinstance(only_if, OnlyIf) else None,
    )


def _texts(text: object, languages: tuple[str, ...]) -> Texts:
    found = {}
    for language in languages:
        with override(language):
            found[language] = str(text)
    return found


def _options(key: str, languages: tuple[str, ...]) -> tuple[Option, ...]:
    called: Callable[[str], object]
    match key:
        case "category":
            codes, called = ANSWERS["who"], lambda code: choice("who", code)
        case "purpose":
            codes, called = ANSWERS["purpose"], lambda code: choice("purpose", code)
        case "country":
            codes, called = (*EEA_COUNTRIES, OTHER), _country
        case _:
            words = _CHOICES.get(key, {})
            codes, called = tuple(words), words.__getitem__
    labels = dict[str, dict[str, str]]((code, {}) for code in codes)
    for language in languages:
        with override(language):
            for code in codes:
                labels[code][language] = str(called(code))
    return tuple(Option(code, texts) for code, texts in labels.items())


def _country(code: str) -> object:
    table = vocabulary("country")
    return _ELSEWHERE.get(code) or table.label(table.find(code), get_language() or "en")


def _columns(languages: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(key, _texts(text, languages)) for key, text in _COLUMNS.items())
