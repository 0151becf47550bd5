"""The command `erpd`. Exit 0: fine; 1: findings, or a run that failed; 2: wrong use.

Modules of this folder import the Django floors inside their commands: these need a home, `--help` does not.
"""

import os
from pathlib import Path

import click

from erpd import __version__
from erpd.cli.checking import check, convert
from erpd.cli.demonstration import demo
from erpd.cli.harvesting import harvest, undo, worker
from erpd.cli.node import index, init, manage, serve
from erpd.cli.sources import source
from erpd.cli.tables import vocabularies


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path), envvar="ERPD_HOME", help="The folder of the node.")
@click.version_option(__version__, prog_name="erpd")
def main(home: Path | None) -> None:
    """Both ends of the European Register for Protected Data held by the Public Sector."""
    if home:
        os.environ["ERPD_HOME"] = str(home)


_NODE = (init, serve, source, harvest, worker, undo, index, vocabularies, manage)
_FILES = (check, convert, demo)
for command in (*_NODE, *_FILES):
    main.add_command(command)
