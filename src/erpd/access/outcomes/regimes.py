"""What the law with which a part began says about its decision: grounds, redress."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from erpd.access.law import Regime
from erpd.access.law.regime import Ground
from erpd.access.law_words import cited, in_words
from erpd.access.models import Part
from erpd.access.requests.due import law_of

_DGA = "reg/2022/868"


def regimes_of(part: Part) -> list[Regime]:
    """The regimes with which the part began, as they were then; none if no law applies."""
    return [each.regime for each in law_of(part)]


def grounds_of(regimes: Sequence[Regime]) -> Mapping[str, Ground]:
    """The grounds of refusal by their codes. Where two regimes have one code, the first counts."""
    found: dict[str, Ground] = {}
    for regime in regimes:
        for code, ground in regime.grounds.items():
            found.setdefault(code, ground)
    return found


def acts_in_words(regimes: Sequence[Regime]) -> str:
    """The names of the acts, in the language that is active."""
    return ", ".join(in_words(regime.name) for regime in regimes)


def fees_section(regimes: Sequence[Regime]) -> str:
    """By what a fee needs an accepted estimate: the Act, where it applies, wants fees to be transparent."""
    if any(regime.act == _DGA for regime in regimes):
        return gettext("Regulation (EU) %(number)s, %(section)s") % {
            "number": "2022/868",
            "section": cited("Article 6"),
        }
    return rule_of_the_site()


def rule_of_the_site() -> str:
    """What is named where no law applies."""
    return gettext("a rule of this site")


def redress_section(regimes: Sequence[Regime]) -> str:
    """Where the law demands redress, "" if it does not: the act and the section."""
    found = next((regime for regime in regimes if regime.redress.required), None)
    return f"{in_words(found.name)}, {cited(found.redress.section)}".rstrip(", ") if found else ""
