"""What the commands that read files share: their arguments and options, and what they say when that fails."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from erpd.metadata.profile import AND, PROFILES
from erpd.metadata.vocabularies import use_directory
from erpd.node.home import HomeError, vocabularies

locations = click.argument("locations", nargs=-1, required=True, metavar="FILE|URL…")
NO_DATA_SET = ("There is no data set in it", "Give a file that describes one as a dcat:Dataset.")
networks = click.option(
    "--allow-network", multiple=True, help="A non-public network that may be contacted, such as 10.1.0.0/16."
)


def profile_option(text: str) -> Callable[[Any], Any]:
    """Return the option --profile; ``text`` says what the command uses it for."""
    return click.option(
        "--profile",
        type=click.Choice(PROFILES),
        multiple=True,
        default=("erpd",),
        show_default=True,
        callback=lambda context, option, names: AND.join(names),
        help=f"{text} Several can be given; then the stricter rule holds.",
    )


def own_vocabularies() -> Path | None:
    """Use the vocabularies of the node given with --home, if any; return their folder. Raises UsageError."""
    try:
        folder = vocabularies()
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    use_directory(folder)
    return folder
