"""The command `erpd`. `exits.py` has its exit codes, `failing.py` how it says that something went wrong.

Commands are loaded when they are called, because processes that prepare records import this module and need
none of them. Commands import the Django floors only when they run: those need a home, but `--help` does not.
"""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from erpd import __version__
from erpd.cli.exits import MEANINGS, Busy, Failed
from erpd.cli.failing import told, wants_json
from erpd.cli.hiding import hide

COMMANDS = {
    "init": "node",
    "migrate": "node",
    "serve": "serving",
    "source": "sources",
    "harvest": "harvesting",
    "worker": "working",
    "health": "health",
    "doctor": "doctor",
    "run": "listing",
    "undo": "harvesting",
    "check": "checking",
    "convert": "converting",
    "explain": "explaining",
    "organisations": "organisations",
    "owner": "owners",
    "account": "accounts",
    "key": "keys",
    "transfer": "transfers",
    "mail": "mails",
    "index": "index",
    "doors": "doors",
    "prove": "proving",
    "backup": "saving",
    "restore": "saving",
    "vocabularies": "vocabularies",
    "law": "law",
    "demo": "demonstration",
    "misbehave": "misbehaving",
    "manage": "node",
}


_IN_JSON = "erpd.in_json"
_WHOLE = 1_000  # characters of a sentence: all
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class _Commands(click.Group):
    """Loads commands lazily, as Click documents it."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> Any:
        """Run the command. If a disk, the database or the machine fails, say so in a line and exit."""
        if args is None:
            hide()
        _open_what_is_closed()
        arguments = sys.argv[1:] if args is None else list(args)
        try:
            try:
                return super().main(args, *others, **options)
            finally:
                sys.stdout.flush()
        except Exception as error:
            if (known := _known(error)) is None:
                raise
            failure = told(known, as_json=wants_json(arguments))
            failure.show()
            sys.exit(failure.exit_code)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options before the command, and whether what goes wrong is told in JSON."""
        as_json = wants_json(args)
        try:
            context = super().make_context(info_name, args, parent, **extra)
        except click.ClickException as error:
            raise told(error, as_json=as_json) from error
        context.meta[_IN_JSON] = as_json
        return context

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except click.ClickException as error:
            raise told(error, as_json=context.meta[_IN_JSON]) from error

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
            if _lacking(error) is None:
                raise
            return _without_node(name, error)
        return command


def _open_what_is_closed() -> None:
    """In place of streams that whoever started us has closed (`<&-`), for which Python has None."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115 - to the end


def _lacking(error: ModuleNotFoundError) -> Failed | None:
    """What to install; None if the error is about one of our own modules."""
    package = (error.name or "erpd").partition(".")[0]
    if package == "erpd":
        return None
    return Failed(
        f"This command needs the package {package}, which is not installed.",
        "Install what a node needs: pip install 'erpd[node]'.",
    )


def _without_node(name: str, error: ModuleNotFoundError) -> click.Command:
    """In place of a command that cannot be loaded: whatever it is given, it says what to install."""

    def say(given: tuple[str, ...]) -> None:
        raise error

    anything: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": []}
    rest = click.Argument(["given"], nargs=-1, type=click.UNPROCESSED)
    return click.Command(name, anything, say, [rest], short_help="Needs pip install 'erpd[node]'.")


def _known(error: Exception) -> Failed | None:
    """What to say of an error that is not the program's; None for all others."""
    if isinstance(error, OSError):
        if error.errno in _FULL and not error.filename:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python does not fail again at its end
            reason = f"The output could not be written: {error.strerror}."
            return Failed(reason, "Free some space, or write elsewhere.")
        return Failed(f"{os.fsdecode(error.filename)}: {error.strerror}.") if error.filename else None
    if isinstance(error, UnicodeEncodeError):
        return Failed(
            f"The output is in {error.encoding}, which does not have every character.",
            "Write it in UTF-8: PYTHONIOENCODING=utf-8.",
        )
    if isinstance(error, ModuleNotFoundError):
        return _lacking(error)
    children = sys.modules.get("erpd.sources.children.child")
    if children and isinstance(error, children.CannotStart):
        return Failed(str(error))
    if "django.db" in sys.modules:  # otherwise it is not about a database
        from erpd.register.outage import explain_outage, is_locked, is_outage

        if is_outage(error):
            return (Busy if is_locked(error) else Failed)(explain_outage(error))
    return None


_EXITS = "Exit codes: " + "; ".join(f"{code:d} {meaning}" for code, meaning in MEANINGS.items()) + "."


@click.group(cls=_Commands, epilog=_EXITS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    envvar="ERPD_HOME",
    help="The home of the node.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    help="How the log is written [ERPD_LOG_FORMAT].",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error", "critical"]),
    help="From which level on [ERPD_LOG_LEVEL].",
)
@click.version_option(__version__, prog_name="erpd")
def main(home: Path | None, log_format: str | None, log_level: str | None) -> None:
    """Both ends of the European Register for Protected Data held by the Public Sector."""
    chosen = {"ERPD_HOME": home, "ERPD_LOG_FORMAT": log_format, "ERPD_LOG_LEVEL": log_level}
    os.environ.update({name: str(value) for name, value in chosen.items() if value})  # for our children, too
