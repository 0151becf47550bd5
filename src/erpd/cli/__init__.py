"""The command `erpd`. Its exit status is 0 for success, 1 for findings or a failed run, 2 for wrong usage.

Commands are loaded when they are called, because processes that prepare records import this module and need
none of them. Commands import the Django floors only when they run: those need a home, but `--help` does not.
"""

import os
from importlib import import_module
from pathlib import Path

import click

from erpd import __version__

COMMANDS = {
    "init": "node",
    "serve": "serving",
    "source": "sources",
    "harvest": "harvesting",
    "worker": "harvesting",
    "undo": "harvesting",
    "check": "checking",
    "convert": "converting",
    "index": "index",
    "vocabularies": "vocabularies",
    "demo": "demonstration",
    "misbehave": "misbehaving",
    "manage": "node",
}


class _Commands(click.Group):
    """Loads commands lazily, as Click documents it."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"erpd.cli.{COMMANDS[name]}"), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", type=click.Path(path_type=Path), envvar="ERPD_HOME", help="The home folder of the node."
)
@click.version_option(__version__, prog_name="erpd")
def main(home: Path | None) -> None:
    """Both ends of the European Register for Protected Data held by the Public Sector."""
    if home:
        os.environ["ERPD_HOME"] = str(home)
