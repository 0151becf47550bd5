"""The sources of a node as a file: applied, compared, exported."""

import json
import os
import sys
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any, TextIO

import click

from erpd.cli.exits import Busy, Exit, Failed, Held
from erpd.cli.harvesting import source_named
from erpd.cli.index import Indexer
from erpd.cli.output import json_of, typed
from erpd.cli.starting import prepare, start
from erpd.metadata.declared import DeclarationError
from erpd.metadata.masking import masked
from erpd.metadata.text import counted
from erpd.sources.http.credentials import Auth, auth_from

_FILE = click.argument("file", type=click.File(encoding="utf-8"))
_PRUNE = click.option("--prune", is_flag=True, help="Remove the sources that the file does not name.")
_JSON = json_of("changes", "unchanged", "withdrawn", "kept", "runs", "dry_run")
_STREAMS = ("-", "<stdin>", "<stdout>")
_KINDS = ("password", "header", "bearer", "parameters")
_HELD = "Nothing was changed. If it is right, run the command again with --approve-deletions."


@click.command(name="apply")
@_FILE
@_PRUNE
@click.option("--withdraw", "fate", flag_value="withdraw", help="With --prune: withdraw their data sets.")
@click.option(
    "--keep", "fate", flag_value="keep", help="With --prune: keep their data sets in the catalogue."
)
@click.option(
    "--approve-deletions",
    is_flag=True,
    help="With --withdraw: also if more than a fifth of the data sets of a catalogue would go.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@_JSON
def apply_(
    file: TextIO, *, prune: bool, fate: str | None, approve_deletions: bool, dry_run: bool, as_json: bool
) -> None:
    """Make the sources of this node as a file says, all at once or not at all.

    FILE is TOML, or - for the standard input. Sources that it does not name stay as they are, unless you say
    --prune. A second run changes nothing. If the file has mistakes, all are told and nothing is changed.
    """
    if (fate or approve_deletions) and not prune:
        raise click.UsageError("--withdraw, --keep and --approve-deletions need --prune.")
    text = _text(file)
    start()
    prepare()
    withdraw = {"withdraw": True, "keep": False, None: None}[fate]
    if prune and withdraw is None and not dry_run and _is_terminal():
        withdraw, approve_deletions = _asked(text, file.name), True
    with Indexer() as indexer:
        done = _applied(text, file.name, _Pruning(prune, withdraw, approve_deletions), dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(_facts(done, dry_run), ensure_ascii=False, default=str))
    else:
        _tell(done, dry_run)
    sys.exit(Exit.FAILED if indexer.failed else Exit.FINE)


@click.command()
@_FILE
@_PRUNE
@_JSON
def diff(file: TextIO, *, prune: bool, as_json: bool) -> None:
    """Show what `source apply` would change, as a diff; exits with 1 if there is anything."""
    text = _text(file)
    start()
    prepare()
    done = _applied(text, file.name, _Pruning(prune, None, False), dry_run=True)
    if as_json:
        click.echo(json.dumps(_facts(done, True), ensure_ascii=False, default=str))
    else:
        from erpd.harvest.as_files.document import written

        before, after = (written(sources).splitlines(True) for sources in (done.before, done.after))
        click.echo("".join(unified_diff(before, after, "this node", file.name)), nl=False)
        for change in done.changes:
            if change.settings.get("credentials", ("", ""))[1] == "replaced":
                click.echo(f"{change.source}: the credentials are replaced.")
    sys.exit(Exit.FAILED if done.changes else Exit.FINE)


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help="The file to write, instead of the standard output.",
)
@json_of("sources")
def export(output: TextIO, *, as_json: bool) -> None:
    """Write all sources as a file for `source apply`, without their credentials.

    The paths of local files that are beside the output file, or in folders beside it, are relative to it.
    The portals of data owners are no part of it: the desk looks after them.
    """
    start()
    prepare()
    from erpd.harvest.as_files.exporting import beside, exported

    sources = _readable(exported)
    if output.name not in _STREAMS:
        sources = beside(sources, Path(output.name).resolve().parent)
    _print(sources, as_json, output)


@click.command()
@click.argument("name")
@json_of("sources")
def show(name: str, *, as_json: bool) -> None:
    """Show everything that a source is set to, as a file of sources says it."""
    start()
    prepare()
    from erpd.harvest.as_files.exporting import facts_of

    settings = source_named(name)
    _print({name: _readable(lambda: facts_of(settings))}, as_json)


def _readable(read: Any) -> Any:
    try:
        return read()
    except DeclarationError as error:
        raise Failed(f"The stored rules of a source cannot be read. {error}") from error


def _print(sources: Mapping[str, Any], as_json: bool, to: TextIO | None = None) -> None:
    from erpd.harvest.as_files.document import written

    if as_json:
        click.echo(json.dumps({"sources": sources}, ensure_ascii=False, default=str), to)
    else:
        click.echo(written(sources), to, nl=False)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _text(file: TextIO) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file.name} is not in UTF-8: {error}.") from error


class _Pruning:
    def __init__(self, prune: bool, withdraw: bool | None, approved: bool) -> None:
        self.prune, self.withdraw, self.approved = prune, withdraw, approved


def _asked(text: str, name: str) -> bool:
    """Say what would be removed, and ask what becomes of the data sets. Returns whether to withdraw them."""
    would = _applied(text, name, _Pruning(True, None, False), dry_run=True)
    gone = [change.source for change in would.changes if change.change == "removed"]
    if not gone:
        return False
    click.echo(f"To be removed: {', '.join(gone)}, with {counted(would.kept, 'data set')}.", err=True)
    if not would.kept:
        click.confirm("Remove them?", abort=True, err=True)
        return False
    choices = click.Choice(["withdraw", "keep"])
    return bool(click.prompt("What becomes of their data sets?", type=choices, err=True) == "withdraw")


def _applied(text: str, name: str, pruning: _Pruning, *, dry_run: bool) -> Any:
    """What the file changed. Exits with 2 for mistakes, 4 if a source is busy, 5 where people decide."""
    from erpd.harvest.as_files.applying import NeedsApproval, NotApplied, Prune, Undecided, apply
    from erpd.harvest.as_files.document import read
    from erpd.harvest.lease import SourceBusy

    folder = Path.cwd() if name in _STREAMS else Path(name).resolve().parent

    def place(url: str) -> str:
        return url if "://" in url else os.path.realpath(folder / url)

    try:
        declared, faults = read(text)
        auths, wrong = _auths(declared, folder)
        faults += wrong
        prune = Prune(pruning.withdraw, pruning.approved) if pruning.prune else None
        try:
            return apply(declared, auths, prune=prune, dry_run=dry_run, place=place, faults=faults)
        except NotApplied as error:
            raise click.UsageError(f"{name} has mistakes, so nothing was changed:\n{error}") from error
    except DeclarationError as error:
        raise click.UsageError(f"{name}: {error}") from error
    except SourceBusy as error:
        raise Busy(f"Nothing was changed. {error}") from error
    except Undecided as error:
        raise click.UsageError(
            f"--prune would remove sources with data sets: {error}. Say what becomes of them: --withdraw or "
            "--keep."
        ) from error
    except NeedsApproval as error:
        raise Held(str(error), _HELD) from error


def _auths(declared: Mapping[str, Any], folder: Path) -> tuple[dict[str, Auth], list[str]]:
    """The credentials that the file names, and a line for each that is not there or no good."""
    found, faults = {}, []
    for name, one in declared.items():
        try:
            if auth := auth_from(user=one.user, **{kind: _secret(one, kind, folder) for kind in _KINDS}):
                found[name] = auth
        except ValueError as error:
            faults.append(f"sources.{name}: {error}")
    return found, faults


def _secret(one: Any, kind: str, folder: Path) -> str:
    """A secret from where the file says it is; "" if it says nothing. Raises ValueError."""
    variable: str = getattr(one, f"{kind}_env")
    file: str = getattr(one, f"{kind}_file")
    if variable:
        if not (text := os.environ.get(variable, "")):
            raise ValueError(f"{kind}_env: the variable {variable} is not set.")
        return text
    if not file:
        return ""
    try:
        text = (folder / file).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise ValueError(f"{kind}_file: {file} cannot be read: {reason}.") from error
    if not text:
        raise ValueError(f"{kind}_file: {file} is empty.")
    return text


def _facts(done: Any, dry_run: bool) -> dict[str, Any]:
    changes = [{"source": one.source, "change": one.change, "settings": one.settings} for one in done.changes]
    return {
        "changes": changes,
        "unchanged": len(done.after) - sum(one.change != "removed" for one in done.changes),
        "withdrawn": sum(run.gone for run in done.runs) if not dry_run else done.withdrawn,
        "kept": done.kept,
        "runs": [] if dry_run else [run.pk for run in done.runs],
        "dry_run": dry_run,
    }


def _tell(done: Any, dry_run: bool) -> None:
    facts = _facts(done, dry_run)
    for one in done.changes:
        click.echo(f"{one.source}: {one.change}{'' if one.change != 'changed' else _said(one.settings)}")
    same = counted(facts["unchanged"], "source")
    if not done.changes:
        click.echo(
            f"Nothing to change: {same} {'is' if facts['unchanged'] == 1 else 'are'} as the file says."
        )
        return
    removed = any(one.change == "removed" for one in done.changes)
    if removed and dry_run and done.kept:
        click.echo(
            f"The sources to be removed have {counted(done.kept, 'data set')}: --withdraw or --keep them."
        )
    elif removed and dry_run and done.withdrawn:
        click.echo(f"{counted(done.withdrawn, 'data set')} would be withdrawn.")
    elif removed and done.kept:
        click.echo(f"{counted(done.kept, 'data set')} kept in the catalogue.")
    for run in facts["runs"]:
        click.echo(f"Data sets were withdrawn by run {run}. To restore them: {typed(f'undo {run}')}")
    click.echo(f"{same} unchanged.{' Dry run: nothing was saved.' if dry_run else ''}")


def _said(settings: Mapping[str, tuple[Any, Any]]) -> str:
    """What changed, in a few words: texts in full, tables only by name."""
    said = []
    for key, (old, new) in settings.items():
        if isinstance(old, dict) or isinstance(new, dict) or key == "credentials":
            said.append(f"{key} {'removed' if new is None else 'added' if old is None else 'changed'}")
        else:
            said.append(f"{key} {_shown(old)} → {_shown(new)}")
    return f" ({', '.join(said)})"


def _shown(value: Any) -> str:
    text: str = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "none" if value is None else masked(text)
