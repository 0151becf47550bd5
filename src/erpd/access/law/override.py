"""An override: a shorter limit in one country, or of one body (Article 9(1) of Regulation (EU) 2022/868).

How long files are kept is up to national law, too: there, it may say more or less.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from erpd.access.law.places import iso_code
from erpd.access.law.regime import (
    KINDS,
    NO_LIMITS,
    NO_RETENTION,
    Extension,
    Identifier,
    Limit,
    Limits,
    Regime,
    Retention,
    Since,
    Until,
    check_days,
)
from erpd.metadata.declared import expected
from erpd.metadata.vocabularies import vocabulary

_COUNTRY = r"\A[A-Z]{2}\Z"
_IRI = r"\Ahttps?://[^\s<>\"{}|\\^`\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,1000}\Z"

UNSAID = Extension(0, "days")
"""That of an override which leaves the extension as it is; in a file, ``amount = 0`` means: none."""


@dataclass(frozen=True, slots=True, eq=False)
class Override:
    """What national law, or a body of its own will, shortens of a regime."""

    overrides: Identifier
    """The id of the regime."""
    source: Annotated[str, expected("where it is written, in a line", 'source = "Access Act, section 4"')]
    country: Annotated[str, expected("two capital letters", 'country = "NL"', pattern=_COUNTRY)] = ""
    body: Annotated[str, expected("the IRI of a body", 'body = "https://example.org/id/x"', pattern=_IRI)] = (
        ""
    )
    since: Since = None
    """The first day on which it applies; None if it does as long as the regime."""
    until: Until = None
    limits: Annotated[Limits, expected("a table", "[limits.ordinary]")] = NO_LIMITS
    extension: Annotated[Extension, expected("a table", "[extension]")] = UNSAID
    retention: Annotated[Retention, expected("a table", "[retention]")] = NO_RETENTION

    def __post_init__(self) -> None:
        if not (self.country or self.body):
            raise ValueError('country: expected a country or a body, found neither. Example: country = "NL"')
        if self.country and not vocabulary("country").find(self.country):  # it would never hold
            raise ValueError(
                f'country: expected the code of a country, found {self.country!r}. Example: country = "NL"'
            )
        if self.since or self.until:
            check_days(self.since, self.until)
        if self.limits == NO_LIMITS and self.extension is UNSAID and self.retention == NO_RETENTION:
            raise ValueError(
                "limits: expected a limit, extension or retention, found none. Example: [limits.ordinary]"
            )

    def holds(self, day: date, country: str, body: str) -> bool:
        """Whether it applies to what a body of a country received on this day."""
        return (
            (not self.country or iso_code(self.country) == iso_code(country))
            and self.body in ("", body)
            and (self.since is None or self.since <= day)
            and (self.until is None or day <= self.until)
        )


def faults(override: Override, regime: Regime) -> list[str]:
    """What an override would not shorten: it can never lengthen what an act gives."""
    found = []
    for kind in KINDS:
        mine: Limit = getattr(override.limits, kind)
        whole = regime.limits.of(kind)
        if mine.amount and not (whole and may_shorten(mine, whole)):
            key = f"limits.{kind}"
            found.append(_longer(key, f"{mine.amount} {mine.unit}", regime, whole))
    mine_too, given = override.extension, regime.extension
    if mine_too.amount and not (given.amount and may_shorten(mine_too, given)):
        found.append(
            _longer(
                "extension", f"{mine_too.amount} {mine_too.unit}", regime, given if given.amount else None
            )
        )
    return found


def _longer(key: str, mine: str, regime: Regime, whole: Limit | Extension | None) -> str:
    if whole is None:
        return f"{key}: {regime.id} has none, so there is nothing to shorten. Remove the table [{key}]."
    return (
        f"{key}: expected less than the {whole.amount} {whole.unit} of {regime.id}, found {mine}: an "
        f"override can only shorten ({whole.section or 'the act decides'}). Enter less, or remove [{key}]."
    )


def may_shorten(mine: Limit | Extension, whole: Limit | Extension) -> bool:
    """Whether one length of time is ever less than another; which one ends first may depend on the day."""
    if mine.unit == whole.unit:
        return mine.amount < whole.amount
    return _least_days(mine) < most_days(whole)


def _least_days(length: Limit | Extension) -> int:
    amount = length.amount
    if length.unit == "months":
        return amount * 30 - 2 if amount % 12 else amount // 12 * 365
    return amount + 2 * ((amount - 1) // 5) if length.unit == "working-days" else amount


def most_days(length: Limit | Extension) -> int:
    """How many days a length of time has at most."""
    if length.unit == "months":
        return length.amount * 31
    # Weekends, and as many holidays as there may be.
    return length.amount * 2 + 10 if length.unit == "working-days" else length.amount
