"""What a file of sources says: a table for each source, with everything that it can be set to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

import msgspec

from erpd.harvest.rules import Rules
from erpd.harvest.source_settings import NAME
from erpd.metadata.declared import DeclarationError, did_you_mean, expected, read_table, table_of, write_toml
from erpd.metadata.profile import PROFILES
from erpd.register.catalogues import UnknownCountry, country_code
from erpd.sources import SOURCES

STORED, NONE = "stored", "none"
_HEAD = "# The sources of a node. To make them so: erpd source apply FILE\n"


def _one_of(known: Any) -> Any:
    def check(text: str) -> None:
        if text not in known:
            raise ValueError(did_you_mean(text, known) or f"Known: {', '.join(known)}.")

    return check


def _country(text: str) -> None:
    try:
        country_code(text)
    except UnknownCountry as error:
        raise ValueError from error


def _profiles(names: tuple[str, ...]) -> None:
    for name in names:
        _one_of(PROFILES)(name)


def _variable(kind: str, name: str) -> msgspec.Meta:
    return expected(f"the name of a variable that holds {kind}", f'{name}_env = "LAND_{name.upper()}"')


def _file(kind: str, name: str) -> msgspec.Meta:
    return expected(f"the path of a file that holds {kind}", f'{name}_file = "/run/secrets/{name}"')


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says about one source."""

    protocol: Annotated[str, expected("a protocol", 'protocol = "oai-pmh"', _one_of(SOURCES))]
    url: Annotated[
        str,
        expected("an address, or the path of a file", 'url = "https://data.example.org/oai"', min_length=1),
    ]
    country: Annotated[str, expected("a country of the EU's table", 'country = "IT"', _country)]
    open: Annotated[bool, expected("true or false", "open = true")] = False
    """Whether it holds open data; otherwise protected data (G3.1)."""
    set: Annotated[str, expected("a text", 'set = "protected"')] = ""
    query: Annotated[str, expected("a text", 'query = "organization:statistics"')] = ""
    graph: Annotated[str, expected("a text", 'graph = "https://data.example.org/graph"')] = ""
    prefix: Annotated[str, expected("a text", 'prefix = "dcat_ap"')] = ""
    policy: Annotated[
        str, expected("strict or lenient", 'policy = "lenient"', _one_of(("strict", "lenient")))
    ] = "strict"
    profiles: Annotated[
        tuple[str, ...] | None, expected("a list of profiles", 'profiles = ["dcat-ap-nl-3.0"]', _profiles)
    ] = None
    """Those that its catalogue follows beside its own; None to leave them as they are."""
    contact: Annotated[
        str, expected("a text", 'contact = "Mia Vos, oai@data.example.org"', max_length=500)
    ] = ""
    """Whom to ask when it fails; seen at the desk only."""
    tell_publishers: Annotated[bool, expected("true or false", "tell_publishers = true")] = False
    """Whether publishers are told by e-mail when their data sets are refused or worse (question 17)."""
    active: Annotated[bool, expected("true or false", "active = false")] = True
    """Whether the worker harvests it."""
    credentials: Annotated[
        str, expected(f"{STORED} or {NONE}", f'credentials = "{STORED}"', _one_of((STORED, NONE, "")))
    ] = ""
    """``stored``: the node must have them; ``none``: it must not; "" to leave them as they are."""
    user: Annotated[str, expected("a text", 'user = "erpd"')] = ""
    password_env: Annotated[str, _variable("the password", "password")] = ""
    password_file: Annotated[str, _file("the password", "password")] = ""
    header_env: Annotated[str, _variable("a header such as X-API-Key: …", "header")] = ""
    header_file: Annotated[str, _file("a header such as X-API-Key: …", "header")] = ""
    bearer_env: Annotated[str, _variable("a bearer token", "bearer")] = ""
    bearer_file: Annotated[str, _file("a bearer token", "bearer")] = ""
    parameters_env: Annotated[str, _variable("keys for each address, such as apikey=…", "parameters")] = ""
    parameters_file: Annotated[str, _file("keys for each address, such as apikey=…", "parameters")] = ""
    rules: Annotated[dict[str, Any] | None, expected("a table", "[sources.land-registry.rules]")] = None
    """As in a file of rules, see ``read_rules``."""


def read(text: str) -> tuple[dict[str, Declared], list[str]]:
    """What a file says about each source that is described well, and a line for each mistake in the others.

    Raises DeclarationError if it is not a file of sources at all.
    """
    document = table_of(text)
    faults = [
        f"{name} is not a known key. {did_you_mean(name, ('sources',)) or 'Known: sources.'}"
        for name in document
        if name != "sources"
    ]
    tables = document.get("sources")
    if not isinstance(tables, dict):
        faults.append("sources: expected a table for each source, even if there is none. Example: [sources]")
        raise DeclarationError("\n".join(faults))
    found: dict[str, Declared] = {}
    for name, table in tables.items():
        within = f"sources.{name}"
        if not NAME.fullmatch(name):
            faults.append(
                f"{within}: expected a name of small letters, digits and hyphens. Example: [sources.nl]"
            )
        elif not isinstance(table, dict):
            faults.append(f"{within}: expected a table. Example: [sources.{name}]")
        else:
            made, wrong = read_table(table, Declared, f"{within}.")
            if made:
                wrong = _unfit(within, made)
            elif isinstance(table.get("rules"), dict):  # else whoever applies them reads them
                wrong += read_table(table["rules"], Rules, f"{within}.rules.")[1]
            if made and not wrong:
                found[name] = made
            faults += wrong
    return found, faults


def _unfit(within: str, one: Declared) -> list[str]:
    """What does not go together in the description of a source."""
    faults = [
        f"{within}.{name} does not apply to {one.protocol}."
        for name in ("set", "query", "graph", "prefix")
        if getattr(one, name) and not SOURCES[one.protocol].understands(name)
    ]
    given = [name for name in references() if getattr(one, name)]
    ways = [*given, *(["user"] if one.user and not any("password" in name for name in given) else [])]
    if len(ways) > 1 or (one.user and any("password" not in name for name in given)):
        faults.append(f"{within}: credentials are named once, but here are {', '.join(ways or given)}.")
    elif given and "password" in given[0] and not one.user:
        faults.append(f'{within}.{given[0]} needs the user, too. Example: user = "erpd"')
    if one.credentials and (given or one.user):
        faults.append(f"{within}.credentials: leave it out where the credentials are named.")
    return faults


def references() -> list[str]:
    """The keys that name where a secret is."""
    return [field.name for field in fields(Declared) if field.name.endswith(("_env", "_file"))]


def written(sources: Mapping[str, Mapping[str, Any]]) -> str:
    """The file that says this about each source."""
    return _HEAD + (write_toml({"sources": sources}) if sources else "\n[sources]\n")
