"""What a protocol is: how its source is made, and which settings of a source it understands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from erpd.sources.http.client import Client
from erpd.sources.page import Source

Setting = Literal["set", "query", "graph", "prefix"]


@dataclass(frozen=True, slots=True)
class Option:
    """A setting that a protocol understands.

    ``setting``: its name in the settings of a source, and the option of `erpd harvest`;
    ``parameter``: the name under which the source takes it;
    ``meaning``: what it means here, as half a sentence for the help.
    """

    setting: Setting
    parameter: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """One entry of ``SOURCES``.

    ``title``: what people call it;
    ``make``: takes the address, the client and the parameters below; raises ValueError for a bad one;
    ``options``: the settings that it understands;
    ``since``: the parameter that takes a datestamp, to be given only what changed after it; "" where each run
    reads everything;
    ``validators``: the parameter that takes what the last complete run kept to ask whether anything has
    changed (RFC 9110, 13); "" where it cannot be asked.
    """

    title: str
    make: Callable[..., Source]
    options: tuple[Option, ...] = ()
    since: str = ""
    validators: str = ""

    @property
    def incremental(self) -> bool:
        """Whether a run can ask for changes only."""
        return bool(self.since)

    def understands(self, setting: str) -> bool:
        return any(option.setting == setting for option in self.options)

    def open(
        self,
        url: str,
        client: Client,
        settings: Mapping[Setting, str],
        *,
        since: str = "",
        validators: Mapping[str, str] | None = None,
    ) -> Source:
        """The source at that address, nothing asked of it yet. Raises ValueError for a bad setting."""
        given: dict[str, object] = {
            option.parameter: settings.get(option.setting, "") for option in self.options
        }
        if self.since:
            given[self.since] = since
        if self.validators:
            given[self.validators] = validators or {}
        return self.make(url, client, **given)
