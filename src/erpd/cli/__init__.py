"""The command `erpd`. Exit 0: fine; 1: findings, or a run that failed; 2: wrong use.

A command is loaded when it is called: processes that prepare records import this module too, and need none.
Inside the commands the Django floors are imported: these need a home, `--help` does not.
"""

import os
from importlib import import_module
from pathlib import Path

import click

from erpd import __version__

COMMANDS = {
    "init": "node",
    "serve": "node",
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
    """Click's documented way of loading commands late."""

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
