"""What the commands that read files share: their arguments and options, and what they say when that fails."""

from collections.abc import Callable
from functools import reduce
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click

from erpd.formats import FORMATS, Format
from erpd.metadata.declared import did_you_mean
from erpd.metadata.own_profile import ProfileError, read_profile
from erpd.metadata.profile import AND, PROFILES, Profile, joined, load_profile
from erpd.metadata.rules import RULES
from erpd.metadata.vocabularies import use_directory
from erpd.node.home import HomeError, vocabularies
from erpd.standalone import plugins
from erpd.standalone.readers import format_called

locations = click.argument("locations", nargs=-1, required=True, metavar="FILE|FOLDER|URL|-…")


def _networks(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Raises BadParameter."""
    for network in given:
        try:
            ip_network(network)
        except ValueError:
            raise click.BadParameter(f"{network!r} is not a network, such as 10.1.0.0/16.") from None
    return given


networks = click.option(
    "--allow-network",
    multiple=True,
    callback=_networks,
    help="A non-public network that may be contacted, such as 10.1.0.0/16.",
)


def _format(context: click.Context, option: click.Parameter, name: str | None) -> str | Format:
    """One of ours, or of another package. Raises BadParameter."""
    try:
        return format_called(name)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


came_as = click.option(
    "--from",
    "came_as",
    metavar="FORMAT",
    callback=_format,
    default=None,
    help=f"The format of the files, if it is not recognised: {', '.join(FORMATS)}, or one of a plug-in.",
)
quiet_option = click.option("--quiet", is_flag=True, help="Print only why something cannot be read.")


class _Profile(click.Choice[str]):
    """The name of a profile, or of several joined by AND, as reports print them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        names = str(value).split(AND)
        return AND.join(super(_Profile, self).convert(name, param, ctx) for name in names)


def profile_option(text: str) -> Callable[[Any], Any]:
    """Return the option --profile; ``text`` says what the command uses it for."""
    return click.option(
        "--profile",
        type=_Profile(PROFILES),
        multiple=True,
        default=("erpd",),
        show_default=True,
        callback=lambda context, option, names: AND.join(names),
        help=f"{text} Several can be given; then the stricter rule holds.",
    )


def _own(context: click.Context, option: click.Parameter, files: tuple[Path, ...]) -> tuple[Profile, ...]:
    """The profiles. Raises BadParameter, which lists all mistakes."""
    try:
        return tuple(map(read_profile, files))
    except ProfileError as error:
        raise click.BadParameter(f"\n{error}") from error


own_profiles = click.option(
    "--profile-file",
    "own",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    callback=_own,
    help="A profile of your own, in TOML, which holds as well; can be repeated.",
)


def together(name: str, own: tuple[Profile, ...]) -> Profile:
    """Return the profiles of both options as one."""
    return reduce(joined, own, load_profile(name))


def _rules(context: click.Context, option: click.Parameter, names: tuple[str, ...]) -> frozenset[str]:
    for name in names:
        if name not in RULES and not plugins.checks():  # whose rules we cannot know
            near = did_you_mean(name, RULES) or "`erpd explain` lists them all."
            raise click.BadParameter(f"there is no rule {name!r}. {near}")
    return frozenset(names)


ignored = click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    callback=_rules,
    shell_complete=lambda _context, _option, begun: [name for name in RULES if name.startswith(begun)],
    help="Leave out the findings of this rule; to leave out those of more rules, repeat the option.",
)


def own_vocabularies() -> Path | None:
    """Use the vocabularies of the node given with --home, if any; return their folder. Raises UsageError."""
    try:
        folder = vocabularies()
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    use_directory(folder)
    return folder
