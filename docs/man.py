"""Writes a man page for each command into build/man: `make man`. They say what `--help` says."""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from erpd import __version__
from erpd.cli import main
from erpd.cli.exits import MEANINGS

FOLDER = Path(__file__).parents[1] / "build" / "man"


def pages() -> dict[str, str]:
    """File name -> page, for `erpd`, each command and each below it."""
    return dict(_pages(main, "erpd", None))


def _pages(command: click.Command, name: str, above: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(command, above, name, **command.context_settings)
    below = {}
    if isinstance(command, click.Group):
        found = {one: command.get_command(context, one) for one in command.list_commands(context)}
        below = {one: each for one, each in found.items() if each and not each.hidden}
    yield f"{_file(context)}.1", "".join(_page(context, below))
    for one, each in below.items():
        yield from _pages(each, one, context)


def _file(context: click.Context) -> str:
    return context.command_path.replace(" ", "-")


def _page(context: click.Context, below: dict[str, click.Command]) -> Iterator[str]:
    command, path = context.command, context.command_path
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f'.TH "{_file(context).upper()}" 1 "" "erpd {__version__}"\n'
    yield f".SH NAME\n{_file(context)} \\- {_plain(command.get_short_help_str(1_000))}\n"
    yield f".SH SYNOPSIS\n.B {path}\n{_plain(pieces)}\n.SH DESCRIPTION\n"
    for part in cleandoc(command.help or "").replace("\b\n", "").split("\n\n"):
        yield f".PP\n{_plain(' '.join(part.split()))}\n"
    records = [one for each in command.get_params(context) if (one := each.get_help_record(context))]
    if records:
        yield ".SH OPTIONS\n"
    for names, meaning in records:
        yield f".TP\n.B {_plain(names)}\n{_plain(meaning) or '.br'}\n"
    if below:
        yield ".SH COMMANDS\n"
    for name, each in below.items():
        yield f".TP\n.BR {_file(context)}-{name} (1)\n{_plain(each.get_short_help_str(1_000))}\n"
    yield ".SH EXIT STATUS\n"
    for code, meaning in MEANINGS.items():
        yield f".TP\n.B {code:d}\n{_plain(meaning)}\n"


def _plain(text: str) -> str:
    """The text as troff takes it literally."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in (".", "'") else text


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (FOLDER / name).write_text(page, "utf-8")
