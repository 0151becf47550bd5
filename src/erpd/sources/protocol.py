"""What a protocol is: how its source is made, and which settings of a source it understands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from erpd.sources.http.client import Client
from erpd.sources.page import Source

Setting = Literal["set", "query", "graph", "prefix"]


@dataclass(frozen=True, slots=True)
class Option:
    """A setting that a protocol understands."""

    setting: Setting
    """Its name in the settings of a source, and the option of `erpd harvest`."""
    parameter: str
    """The parameter of the source that takes it."""
    meaning: str
    """What it means here, as half a sentence for the help."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """One entry of ``SOURCES``."""

    title: str
    """What people call it."""
    make: Callable[..., Source]
    """Takes the address, the client and the parameters below. Raises ValueError if one is invalid."""
    options: tuple[Option, ...] = ()
    """The settings that it understands."""
    since: str = ""
    """The parameter that takes a datestamp, to get only later changes; "" if each run reads everything."""
    validators: str = ""
    """The parameter that takes what the last complete run kept, to ask for changes (RFC 9110, 13); or ""."""
    local: str = ""
    """The parameter that allows the path of a file in place of an address; or ""."""

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
        local: bool = False,
    ) -> Source:
        """Return the source at an address, without contacting it.

        ``local``: whoever described the source may read the files of this machine. Without it, the path of a
        file is an address that is not on the web, and reading it raises SourceError.

        Raises ValueError if a setting is invalid.
        """
        given: dict[str, object] = {
            option.parameter: settings.get(option.setting, "") for option in self.options
        }
        if self.since:
            given[self.since] = since
        if self.validators:
            given[self.validators] = validators or {}
        if self.local:
            given[self.local] = local
        return self.make(url, client, **given)
