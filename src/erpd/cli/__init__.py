"""The command `erpd`. Its exit status is 0 for success, 1 for findings or a failed run, 2 for wrong usage.

Commands are loaded when they are called, because processes that prepare records import this module and need
none of them. Commands import the Django floors only when they run: those need a home, but `--help` does not.
"""

import errno
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

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


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class _Commands(click.Group):
    """Loads commands lazily, as Click documents it."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command. If its output cannot be written, say so in one line and exit with 1."""
        try:
            try:
                return super().main(*args, **options)
            finally:
                sys.stdout.flush()
        except OSError as error:
            if error.errno not in _FULL or error.filename:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python does not fail again at its end
            reason = f"Error: The output could not be written: {error.strerror}."
            click.echo(f"{reason} Free some space, or write elsewhere.", err=True)
            sys.exit(1)

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
