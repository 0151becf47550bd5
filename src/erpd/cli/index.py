"""What is derived from the database: its commands, and indexing during a harvest."""

import os
import subprocess
import sys
from contextlib import suppress
from select import select
from typing import TYPE_CHECKING, Self

import click

from erpd.cli.exits import Exit
from erpd.cli.output import answer, answers, in_json, progress_bar, typed
from erpd.cli.starting import prepare, start
from erpd.metadata.logged import about, begin
from erpd.metadata.text import counted

if TYPE_CHECKING:
    from erpd.register.derived import Derived

# Seconds to wait for another signal before committing what was written.
_SOON = 2.0
# Changes of the register that are worth a process of their own.
MANY = 2_500


@click.group()
def index() -> None:
    """Manage the search index, and whatever else is derived from the database."""


@index.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@answers("rebuilt")
def rebuild(names: tuple[str, ...]) -> None:
    """Rebuild the search index and whatever else is derived from the database, or only what you name.

    Visitors keep using the old one meanwhile.
    """
    start()
    prepare()
    from erpd.register.derived import DerivedFailed

    rebuilt = {}
    for derived in _derived(names):
        try:
            with progress_bar(derived.title) as progress:
                amount = derived.rebuild(progress)
        except DerivedFailed as failure:
            raise click.ClickException(str(failure)) from failure
        rebuilt[derived.name] = amount
        if not in_json():
            click.echo(f"{derived.title}: {counted(amount, 'data set')}.")
    answer(rebuilt=rebuilt)


_NAMED = 20  # differences of each that are named; the others are counted


@index.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--repair", is_flag=True, help="Rebuild what differs, and verify it again.")
@answers("equal", "derived")
def verify(names: tuple[str, ...], *, repair: bool) -> None:
    """Compare the search index and whatever else is derived from the database with it, or only what you name.

    The node can go on meanwhile: what has changed since it was written is not compared. Names each data set
    that differs, and exits with 1 if there is one.
    """
    start()
    prepare()
    from erpd.register.derived import DerivedFailed

    facts, equal = {}, True
    for derived in _derived(names):
        try:
            found = _verified(derived)
            if repair and found[0]:
                _print_differences(derived.title, *found)
                with progress_bar(derived.title) as progress:
                    derived.rebuild(progress)
                found = _verified(derived)
        except DerivedFailed as failure:
            raise click.ClickException(str(failure)) from failure
        number, examples = found
        equal = equal and not number
        facts[derived.name] = {"differences": number, "examples": examples}
        _print_differences(derived.title, number, examples)
    answer(equal=equal, derived=facts)
    if not (equal or repair or in_json()):
        click.echo(f"To make it again: {typed('index verify --repair')}")
    sys.exit(Exit.FINE if equal else Exit.FAILED)


def _verified(derived: "Derived") -> tuple[int, list[dict[str, str]]]:
    """How many differences there are, and the first of them."""
    number = 0
    examples: list[dict[str, str]] = []
    with progress_bar(f"{derived.title}: verifying") as progress:
        for one in derived.differences(progress, 1):
            number += 1
            if len(examples) < _NAMED:
                examples.append(one._asdict())
    return number, examples


def _print_differences(title: str, number: int, examples: list[dict[str, str]]) -> None:
    if in_json():
        return
    click.echo(f"{title}: {counted(number, 'difference') if number else 'as the database has it'}.")
    for one in examples:
        click.echo(f"  {one['key']}: {one['said']}" if one["key"] else f"  {one['said']}")
    if number > len(examples):
        click.echo(f"  … and {number - len(examples):,} more")


def _derived(names: tuple[str, ...]) -> "list[Derived]":
    """What has these names; without any, all that is derived."""
    from erpd.publish.derived import DERIVED

    known = [derived.name for derived in DERIVED]
    for name in names:
        if name not in known:
            raise click.UsageError(f"{name!r} is not derived here. Choose from: {', '.join(known)}.")
    return [derived for derived in DERIVED if not names or derived.name in names]


@index.command()
@click.option("--run", default="", hidden=True, help="The run that it is started for, which its log names.")
def follow(run: str) -> None:
    """Keep the search index up to date until standard input closes; each line on it is a signal to check."""
    start()
    if run:
        begin(run=run)
    from erpd.register.search import IndexFailed
    from erpd.register.search import follow as follow_changes

    try:
        follow_changes(more=_sign_soon)
        while _sign():
            follow_changes(more=_sign_soon)
        follow_changes()
    except IndexFailed as failure:
        raise click.ClickException(str(failure)) from failure


def _sign_soon() -> bool:
    return bool(select([sys.stdin], [], [], _SOON)[0]) and _sign()


def _sign() -> bool:
    """Wait for a signal, or several at once. Returns False at the end of standard input."""
    return bool(os.read(sys.stdin.fileno(), 4096))


class Indexer:
    """A context manager around a harvest. Afterwards, the index contains everything that was stored.

    If the harvest turns out to be large, a separate process indexes while it continues.
    """

    failed = False
    """Whether the index could not be brought up to date; the reason has been told."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._announced = 0

    def __enter__(self) -> Self:
        # This needs a started node.
        from erpd.register import changes

        self._last = changes.last
        self._announced = self._last()
        return self

    def advance(self, received: int, announced: int | None) -> None:
        """Call this when something may have changed: so many records came, of so many if that is known.

        As many changes as came so far are expected of the rest, so that a large harvest shows at its start.
        """
        last = self._last()
        changes = last - self._announced
        if not self._process and received:
            changes = changes * max(received, announced or 0) // received
        if changes < (1 if self._process else MANY):
            return
        self._announced = last
        if self._process is None:
            command = [sys.executable, "-P", "-m", "erpd", "index", "follow", "--run", about().get("run", "")]
            # Not in our group: Ctrl-C is for us. It ends with its input.
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, process_group=0
            )
        elif self._process.poll() is None and self._process.stdin:
            with suppress(BrokenPipeError):  # the end of the harvest indexes the rest
                self._process.stdin.write(b"\n")
                self._process.stdin.flush()

    def __exit__(self, *error: object) -> None:
        from erpd.harvest.stopping import Stopped

        stopped = isinstance(error[1], Stopped)
        if self._process:
            if stopped:
                self._process.terminate()
            self._process.communicate()
        if stopped:  # the rest is indexed by a node that serves, or by the next harvest
            return
        # This also indexes what the process left undone if it was killed.
        from erpd.register.search import IndexFailed, follow

        try:
            with progress_bar("Indexing") as progress:
                follow(progress)
        except IndexFailed as failure:
            self.failed = True
            click.echo(f"Error: {failure}", err=True)
