"""How a command says what went wrong: a sentence for people and, where JSON was asked for, an object."""

import json
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import IO, Any

import click

from erpd.metadata.masking import masked

_FORMAT = re.compile(r"(?:^| )--format[ =]jsonl?(?: |$)")


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether these arguments, which may be wrong, ask for JSON: `--json`, or `--format json` or `jsonl`."""
    given = list(takewhile(lambda one: one != "--", arguments))
    return "--json" in given or bool(_FORMAT.search(" ".join(given)))


def told(error: click.ClickException, *, as_json: bool) -> click.ClickException:
    """The error as it is told: without secrets of an address that it repeats, and in JSON if so asked."""
    vars(error).update(message=masked(error.message))
    return _InJson(error) if as_json else error


def as_object(error: click.ClickException) -> dict[str, Any]:
    """What went wrong, what to do about it, and the exit code."""
    advice = getattr(error, "advice", "")
    message = error.format_message().removesuffix(advice).rstrip()
    if isinstance(error, click.UsageError) and type(error) is not click.UsageError and error.ctx:  # Click's
        advice = f"Try '{error.ctx.command_path} --help' for help."
    return {"error": {"message": message, "advice": advice, "exit": int(error.exit_code)}}


class _InJson(click.ClickException):
    """An error that programs read from the standard output; people read it where they always do."""

    def __init__(self, error: click.ClickException) -> None:
        super().__init__(error.message)
        self.error = error
        vars(self).update(exit_code=error.exit_code)  # which Click has in the class

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(json.dumps(as_object(self.error), ensure_ascii=False))
        self.error.show(file)
