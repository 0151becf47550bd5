"""The options that describe a source, the same for `harvest` and `source add`."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO, TypeVar, get_args

import click

from erpd.metadata.profile import PROFILES
from erpd.node.environment import variable
from erpd.node.home import HomeError
from erpd.sources import SOURCES
from erpd.sources.http.credentials import Auth, auth_from
from erpd.sources.http.failures import scheme_error
from erpd.sources.links import is_local
from erpd.sources.protocol import Setting

Command = TypeVar("Command", bound=Callable[..., Any])

_SCHEME = re.compile("(?i)\\A(https?:)?/*")  # what a person may have begun an address with

_SETTINGS: tuple[Setting, ...] = get_args(Setting)


def _meaning(setting: Setting) -> str:
    """What a setting means in each protocol that understands it."""
    return "; ".join(
        f"{name}: {option.meaning}"
        for name, protocol in SOURCES.items()
        for option in protocol.options
        if option.setting == setting
    )


class _Secret(click.Option):
    """An option whose variable may name a file."""

    def resolve_envvar_value(self, context: click.Context) -> str | None:
        try:
            return variable(str(self.envvar)) or None
        except HomeError as error:
            raise click.UsageError(str(error)) from error


_OPTIONS = (
    click.option(
        "--protocol",
        type=click.Choice(list(SOURCES)),
        default=None,
        help="; ".join(f"{name}: {protocol.title}" for name, protocol in SOURCES.items()) + ".",
    ),
    click.option("--url", default="", help="The URL of the source, or the path of a file."),
    click.option(
        "--name",
        default="",
        help="The name of a new source, for good; without it, one that follows from its address.",
    ),
    click.option("--country", default="", help="The country the data belongs to: IT, ITA or Italy."),
    click.option(
        "--open",
        "open_data",
        is_flag=True,
        help="The source holds open data; protected data by default (G3.1).",
    ),
    *(click.option(f"--{name}", name, default="", help=f"{_meaning(name)}.") for name in _SETTINGS),
    click.option(
        "--policy",
        type=click.Choice(["strict", "lenient"]),
        help="strict rejects records without mandatory metadata; lenient accepts and reports them.",
    ),
    click.option(
        "--profile",
        "profiles",
        type=click.Choice(PROFILES),
        multiple=True,
        help="A profile that the catalogue follows beside its own; can be repeated. Only its own (erpd, or "
        "open-data): no other any more.",
    ),
    click.option(
        "--rules",
        type=click.File(encoding="utf-8"),
        callback=lambda context, option, file: _read(file),
        help="A TOML file with rules for this source; see the guide.",
    ),
    click.option("--user", default="", help="The user name, if the source requires one (G3.3.1)."),
    click.option(
        "--password",
        cls=_Secret,
        default="",
        envvar="ERPD_SOURCE_PASSWORD",
        help="The password; prefer ERPD_SOURCE_PASSWORD.",
    ),
    click.option(
        "--header",
        cls=_Secret,
        default="",
        envvar="ERPD_SOURCE_HEADER",
        help="A key header, such as 'X-API-Key: …'; prefer ERPD_SOURCE_HEADER.",
    ),
    click.option(
        "--bearer",
        cls=_Secret,
        default="",
        envvar="ERPD_SOURCE_BEARER",
        help="A bearer token; prefer ERPD_SOURCE_BEARER.",
    ),
    click.option(
        "--parameters",
        cls=_Secret,
        default="",
        envvar="ERPD_SOURCE_PARAMETERS",
        help="Keys in the query of each address, such as 'apikey=…'; prefer ERPD_SOURCE_PARAMETERS.",
    ),
    click.option("--no-credentials", is_flag=True, help="Remove the stored user name, key or token."),
)


def described(command: Command) -> Command:
    """Add these options to a command, which passes them to ``settings_from``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_from(options: dict[str, Any]) -> Any:
    """Find or create the source that the options describe, and return its settings.

    Exits with 2 if the options are wrong.
    """
    # These need a started node.
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from erpd.harvest.rules import RulesError, read_rules
    from erpd.harvest.source_settings import OtherCatalogue, OtherName, UnfitAddress, Wanted, settings_for
    from erpd.register.catalogues import UnknownCountry, country_code, profile_of

    for name in ("protocol", "url", "country"):
        if not options[name]:
            raise click.UsageError(
                f"Missing option '--{name}'. For example: "
                "--protocol oai-pmh --url https://data.example.org/oai --country NL"
            )
    for name in _SETTINGS:
        if options[name] and not SOURCES[options["protocol"]].understands(name):
            raise click.UsageError(f"--{name} does not apply to {options['protocol']}.")
    file, rules = options["rules"] or ("", None)
    _tell_whether_there(options)
    try:
        with transaction.atomic():  # if anything is wrong, nothing is saved
            settings = settings_for(
                Wanted(
                    options["protocol"],
                    _address(options["url"]),
                    country_code(options["country"]),
                    options["open_data"],
                    options["set"],
                    options["query"],
                    options["graph"],
                    options["prefix"],
                    options["policy"] or "",
                    rules,
                    _secret(options),
                    options["profiles"],
                    options["name"],
                    local=True,
                )
            )
            if rules is not None:
                read_rules(rules, profile_of(settings.source.catalogue))
    except ValidationError as error:
        told = (f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())
        raise click.UsageError("; ".join(told)) from error
    except RulesError as error:
        raise click.UsageError(f"{file}: {error}") from error
    except (UnknownCountry, OtherCatalogue, OtherName, UnfitAddress) as error:
        raise click.UsageError(str(error)) from error
    return settings


def _tell_whether_there(options: dict[str, Any]) -> None:
    """Exits with 2 if no source can be there: files are for dumps only. Notes that one does not exist."""
    protocol, url = options["protocol"], options["url"]
    if not is_local(url):
        scheme = url.partition("://")[0].lower()
        if "://" in url and scheme not in ("http", "https"):
            raise click.UsageError(str(scheme_error(scheme, url)))
        return
    meant = "" if "://" in url or Path(url).exists() else f" Did you mean https://{_SCHEME.sub('', url)}?"
    if protocol != "dump":
        raise click.UsageError(f"{protocol} needs a web address, and {url!r} is the path of a file.{meant}")
    if "://" not in url and not Path(url).exists():
        click.echo(f"Note: there is no file {os.path.realpath(url)}.", err=True)


def tell_neighbours(settings: Any) -> list[str]:
    """Print which other sources feed the same catalogue, and return their names."""
    from erpd.harvest.source_settings import neighbours

    found = neighbours(settings)
    others = ", ".join(f"{other.source.slug} ({other})" for other in found)
    if others:
        click.echo(
            f"Note: the catalogue {settings.source.catalogue.slug!r} is also filled by {others}, because a "
            "country has only one such catalogue (G2). Each source can change only its own data sets.",
            err=True,
        )
    return [other.source.slug for other in found]


def _read(rules: TextIO | None) -> tuple[str, str] | None:
    """Name and text of the file."""
    if rules is None:
        return None
    try:
        with rules:
            return rules.name, rules.read()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{rules.name} is not in UTF-8: {error}.") from error


def _address(url: str) -> str:
    """The URL, or the absolute path of a file: so it is the same source whatever the current folder."""
    return os.path.realpath(url) if is_local(url) and "://" not in url else url


def _secret(options: dict[str, Any]) -> bytes | None:
    """The encrypted credentials; b"" to remove them, None if no option mentions them."""
    from erpd.harvest.secrets import seal

    auth = _auth(options)
    if not options["no_credentials"]:
        return seal(auth) if auth else None
    if auth:
        raise click.UsageError(
            "--no-credentials cannot be combined with credentials, in options or variables."
        )
    return b""


def _auth(options: dict[str, Any]) -> Auth | None:
    try:
        return auth_from(
            **{name: options[name] for name in ("user", "password", "header", "bearer", "parameters")}
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
