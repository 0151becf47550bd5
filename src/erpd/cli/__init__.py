"""The command `erpd`. Its exit status is 0 for success, 1 for findings or a failed run, 2 for wrong usage.

Commands are loaded when they are called, because processes that prepare records import this module and need
none of them. Commands import the Django floors only when they run: those need a home, but `--help` does not.
"""

import errno
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from erpd import __version__
from erpd.cli.hiding import hide

COMMANDS = {
    "init": "node",
    "serve": "serving",
    "source": "sources",
    "harvest": "harvesting",
    "worker": "harvesting",
    "run": "listing",
    "undo": "harvesting",
    "check": "checking",
    "convert": "converting",
    "organisations": "organisations",
    "owner": "owners",
    "account": "accounts",
    "key": "keys",
    "transfer": "transfers",
    "mail": "mails",
    "index": "index",
    "doors": "doors",
    "backup": "saving",
    "restore": "saving",
    "vocabularies": "vocabularies",
    "law": "law",
    "demo": "demonstration",
    "misbehave": "misbehaving",
    "manage": "node",
}


_WHOLE = 1_000  # characters of a sentence: all
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class _Commands(click.Group):
    """Loads commands lazily, as Click documents it."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command. If a disk, the database or the machine fails, say so in a line and exit with 1."""
        if not args and "args" not in options:
            hide()
        try:
            try:
                return super().main(*args, **options)
            finally:
                sys.stdout.flush()
        except OSError as error:
            if error.filename and error.strerror:
                _tell(f"{os.fsdecode(error.filename)}: {error.strerror}.")
            if error.errno not in _FULL:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python does not fail again at its end
            _tell(f"The output could not be written: {error.strerror}. Free some space, or write elsewhere.")
        except ModuleNotFoundError as error:
            _tell(_lacking(error))
        except Exception as error:
            children = sys.modules.get("erpd.sources.children.child")
            if children and isinstance(error, children.CannotStart):
                _tell(str(error))
            if "django.db" in sys.modules:  # otherwise it is not about a database
                from erpd.register.outage import explain_outage, is_outage

                if is_outage(error):
                    _tell(explain_outage(error))
            raise

    def invoke(self, context: click.Context) -> Any:
        """Run a command. What it says when it is used wrongly may repeat an address with a secret."""
        try:
            return super().invoke(context)
        except click.ClickException as error:
            from erpd.metadata.masking import masked

            vars(error).update(message=masked(error.message))
            raise

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its whole first sentence; Click cuts it to one line."""
        found = [(name, self.get_command(context, name)) for name in self.list_commands(context)]
        rows = [(name, command.get_short_help_str(_WHOLE)) for name, command in found if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        try:
            command: click.Command = getattr(import_module(f"erpd.cli.{COMMANDS[name]}"), name)
        except ModuleNotFoundError as error:
            return _without_node(name, error)
        return command


def _lacking(error: ModuleNotFoundError) -> str:
    """What to install. Raises the error if it is about one of our own modules."""
    package = (error.name or "erpd").partition(".")[0]
    if package == "erpd":
        raise error
    return (
        f"This command needs the package {package}, which is not installed. "
        "Install what a node needs: pip install 'erpd[node]'."
    )


def _without_node(name: str, error: ModuleNotFoundError) -> click.Command:
    """In place of a command that cannot be loaded: whatever it is given, it says what to install."""
    lacking = _lacking(error)
    anything: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": []}
    given = click.Argument(["given"], nargs=-1, type=click.UNPROCESSED)
    return click.Command(
        name, anything, lambda given: _tell(lacking), [given], short_help="Needs pip install 'erpd[node]'."
    )


def _tell(reason: str) -> NoReturn:
    click.echo(f"Error: {reason}", err=True)
    sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    envvar="ERPD_HOME",
    help="The home of the node.",
)
@click.version_option(__version__, prog_name="erpd")
def main(home: Path | None) -> None:
    """Both ends of the European Register for Protected Data held by the Public Sector."""
    if home:
        os.environ["ERPD_HOME"] = str(home)
