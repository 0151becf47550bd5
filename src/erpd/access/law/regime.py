"""A regime: what one act says about requests, as a TOML file (``regimes/*.toml``, ``<home>/law/*.toml``)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, get_args

from erpd.metadata.declared import expected
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import expand
from erpd.metadata.text import EU_LANGUAGES

Unit = Literal["months", "working-days", "days"]
Kind = Literal["ordinary", "complex", "protected"]
Cause = Literal["returned", "estimate"]
"""Why a request waits for the requester: it was returned for changes, or has to accept an estimate."""

KINDS: tuple[Kind, ...] = get_args(Kind)

PROFILE = "erpd"  # whose paths asset lists name

_LINE = r"\A(?=.*\S)[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,1000}\Z"
_ID = r"\A[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?\Z"
_ACT = r"\A[a-z_]{2,20}/[0-9]{4}/[0-9]{1,5}\Z"
_UNIT = '"months", "working-days" or "days"'

Line = Annotated[str, expected("one line of text", 'section = "Article 9(1)"', pattern=_LINE)]
Identifier = Annotated[
    str, expected("an id of small letters, digits and hyphens", 'id = "dga-2022"', pattern=_ID)
]
Act = Annotated[
    str,
    expected("type/year/number of an act, as in its ELI", 'act = "reg/2022/868"', pattern=_ACT),
]
Texts = Annotated[Mapping[str, Line], expected("a text in each language", 'name = { en = "My Act" }')]
Since = Annotated[
    date | None, expected("the first day on which it applies, without quotes", "since = 2023-09-24")
]
Until = Annotated[
    date | None, expected("the last day on which it applies, without quotes", "until = 2030-12-31")
]
_Amount = Annotated[int, expected("a number from 1 to 400", "amount = 2", ge=1, le=400)]


def _path(fields: tuple[str, ...]) -> None:
    for each in fields:
        kind, _, name = each.partition("/")
        try:
            load_profile(PROFILE).classes[expand(kind)][expand(name)]
        except (KeyError, ValueError):
            raise ValueError(f"{each!r} is not a field of the profile {PROFILE}") from None


def check_texts(texts: Mapping[str, str], key: str) -> None:
    """Raise ValueError if a text is in a language that pages do not have."""
    for language in texts:
        if language not in EU_LANGUAGES:
            raise ValueError(
                f"{key}: expected languages of the Union as two letters, found {language!r}. "
                f'Example: {key} = {{ en = "Text" }}'
            )


def check_days(since: date | None, until: date | None) -> None:
    """Raise ValueError if a period has no beginning, or ends before it."""
    if until and (since is None or until < since):
        raise ValueError(
            f"until: expected a day after since ({since or 'which is missing'}), found {until}. "
            "Example: until = 2030-12-31"
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time."""

    amount: _Amount
    unit: Annotated[Unit, expected(_UNIT, 'unit = "months"')]
    section: Line = ""
    """Where the act says so."""


NO_LIMIT = Limit(0, "days")
"""That of a regime which names none."""

_Limit = Annotated[Limit, expected("a table", "[limits.ordinary]")]


@dataclass(frozen=True, slots=True)
class Limits:
    """The time from receipt to the decision, by kind of request."""

    ordinary: _Limit = NO_LIMIT
    complex: _Limit = NO_LIMIT
    protected: _Limit = NO_LIMIT
    """For protected data, complex or not."""

    def of(self, kind: Kind) -> Limit | None:
        """Return the limit of a kind of request; where it has none of its own, that of ordinary ones."""
        found: Limit = getattr(self, kind)
        found = found if found.amount else self.ordinary
        return found if found.amount else None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Extension:
    """How much later a decision may be, if the requester is told before the first date; once."""

    amount: Annotated[int, expected("a number from 0 (none) to 400", "amount = 30", ge=0, le=400)]
    unit: Annotated[Unit, expected(_UNIT, 'unit = "days"')]
    section: Line = ""
    ground: Texts = field(default_factory=dict)
    """Why a decision may take longer."""

    def __post_init__(self) -> None:
        check_texts(self.ground, "ground")


NO_EXTENSION = Extension(0, "days")


@dataclass(frozen=True, slots=True)
class Clock:
    """What starts and stops the time to a decision; the decision ends it."""

    starts: Annotated[
        Literal["receipt", "completion"], expected('"receipt" or "completion"', 'starts = "receipt"')
    ] = "receipt"
    """Receipt of the request, or of what completes it."""
    stops: Annotated[
        tuple[Cause, ...], expected('a list of "returned" and "estimate"', 'stops = ["returned"]')
    ] = ()
    """For which of these reasons the clock stands still, as long as the requester does not answer."""
    section: Line = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of refusal; its key in the table is its code, which statistics count."""

    text: Texts
    section: Line = ""

    def __post_init__(self) -> None:
        check_texts(self.text, "text")


@dataclass(frozen=True, slots=True)
class Redress:
    """Whether a refusal must say where to turn against it."""

    required: Annotated[bool, expected("true or false", "required = true")] = False
    section: Line = ""
    text: Texts = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_texts(self.text, "text")


@dataclass(frozen=True, slots=True)
class AssetList:
    """The fields that the searchable list of data sets must have."""

    fields: Annotated[
        tuple[str, ...],
        expected(
            f"a list of class/property of {PROFILE}", 'fields = ["dcat:Distribution/dct:format"]', _path
        ),
    ] = ()
    section: Line = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what people send is kept. Then they are forgotten; the line of the public register stays."""

    drafts: Annotated[int, expected("a number of days from 1 to 400", "drafts = 90", ge=1, le=400)] = 0
    """Days, since somebody last worked on one; 0 if nothing is said."""
    closed: Annotated[int, expected("a number of years from 1 to 100", "closed = 5", ge=1, le=100)] = 0
    """Years, since it ended or what was granted did; 0 if nothing is said."""
    section: Line = ""


NO_RETENTION = Retention()
DEFAULT_RETENTION = Retention(drafts=90, closed=5)
"""Where no law says anything: our choice."""


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """What one act says, in one version. It does not change: a change of the law is another file."""

    id: Identifier
    version: Annotated[int, expected("a number from 1", "version = 1", ge=1, le=10**6)]
    """Of the file. A request keeps the id and the version with which it began."""
    name: Texts
    act: Act
    recognised_by: Annotated[
        tuple[Act, ...], expected("a list of acts", 'recognised_by = ["reg/2022/868"]')
    ] = ()
    """The acts of which a data set names one if the regime applies to it; by default ``act``."""
    since: Since = None
    """The first day on which it applies; None if it is pending."""
    until: Until = None
    """The last day."""
    proposal: Line = ""
    """The document, if it is not yet law."""
    replaces: Annotated[tuple[Identifier, ...], expected("a list of ids", 'replaces = ["dga-2022"]')] = ()
    """The regimes that no longer apply once this one does."""
    note: Texts = field(default_factory=dict)
    limits: Annotated[Limits, expected("a table", "[limits.ordinary]")] = NO_LIMITS
    extension: Annotated[Extension, expected("a table", "[extension]")] = NO_EXTENSION
    clock: Annotated[Clock, expected("a table", "[clock]")] = Clock()
    grounds: Annotated[
        Mapping[str, Annotated[Ground, expected("a table", "[grounds.other]")]],
        expected("a table for each ground", "[grounds.other]"),
    ] = field(default_factory=dict)
    redress: Annotated[Redress, expected("a table", "[redress]")] = Redress()
    asset_list: Annotated[AssetList, expected("a table", "[asset_list]")] = AssetList()
    retention: Annotated[Retention, expected("a table", "[retention]")] = NO_RETENTION

    def __post_init__(self) -> None:
        for code in self.grounds:
            if not re.fullmatch(_ID, code):
                raise ValueError(
                    f"grounds.{code}: expected a code of small letters, digits and hyphens. "
                    "Example: [grounds.not-protectable]"
                )
        check_texts(self.name, "name")
        check_texts(self.note, "note")
        if not self.name:
            raise ValueError(
                'name: expected a text in at least one language. Example: name = { en = "My Act" }'
            )
        check_days(self.since, self.until)

    @property
    def acts(self) -> tuple[str, ...]:
        return self.recognised_by or (self.act,)
