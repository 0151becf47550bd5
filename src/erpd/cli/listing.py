"""List the records and data sets behind the counts of a ledger."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any, TypeVar

import click

from erpd.cli.harvesting import LEDGER, run_numbered, source_named
from erpd.cli.output import console, json_of, print_finding, tell, typed
from erpd.cli.starting import prepare, start
from erpd.metadata.findings import Severity, explain
from erpd.metadata.masking import plain
from erpd.metadata.text import counted
from erpd.register.arrival import REFUSED, Bin

MOST = 100  # that are listed if nobody asks for all
_HOW = {
    "absent": "no longer listed by the source",
    "deleted": "marked as deleted by the source",
    "filtered": "excluded by the source's rules",
}

T = TypeVar("T")

all_of_them = click.option("--all", "whole", is_flag=True, help=f"List all, not only the first {MOST}.")


@click.command()
@click.argument("number", type=int, metavar="RUN")
@click.option(
    "--bin",
    "bins",
    type=click.Choice([place.value for place in Bin]),
    multiple=True,
    help="List the records in this bin of the ledger; can be repeated.",
)
@click.option(
    "--ledger",
    is_flag=True,
    help="Show only the report, which says how many records are in each bin; with --json, one object: "
    f"source, run, {', '.join(LEDGER)}.",
)
@all_of_them
@json_of("identifier", "title", "bin", "findings", "holder", "contact", each=True)
def run(number: int, bins: tuple[str, ...], ledger: bool, whole: bool, as_json: bool) -> None:
    """Show the report of a run, and list the records that were not accepted, each with the reason."""
    if ledger and (bins or whole):
        raise click.UsageError("--ledger lists no records. Leave it out, or leave out --bin and --all.")
    start()
    prepare()
    from erpd.harvest.ledger import ledger_of, report
    from erpd.harvest.listing import records_of

    one = run_numbered(number)
    if ledger:
        tell(report(one), as_json=as_json, named=True)
        return
    wanted = [Bin(name) for name in bins] or REFUSED
    if not (bins or as_json):
        tell(report(one), as_json=False, listed=True)
    counts = ledger_of(one)
    amount = sum(counts[name] for name in wanted)
    if not as_json:
        which = "not accepted" if not bins else " or ".join(wanted)
        console.print(f"\n{counted(amount, 'record')} {which}{':' if amount else '.'}", style="bold")
    show = _record_as_json if as_json else _print_record
    _list(records_of(one, wanted), show, None if whole or as_json else amount)
    if one.forgotten and Bin.UNCHANGED in wanted and not as_json:
        amount = counted(one.forgotten, "unchanged record")
        click.echo(f"{amount} only counted here, because a later run received the same again.")


@click.command()
@click.argument("name")
@all_of_them
@json_of("identifier", "title", "came", "iri", "key", "reason", each=True)
def held(name: str, whole: bool, as_json: bool) -> None:
    """List the data sets whose deletion waits for your approval."""
    start()
    prepare()
    from erpd.harvest.listing import held as held_of
    from erpd.harvest.reconcile import holding

    settings = source_named(name)
    holder = holding(settings)
    if holder is None:
        if not as_json:
            click.echo(f"No deletion of {name} is waiting for approval.")
        return
    if not as_json:
        amount = counted(holder.held, "data set")
        because = holder.get_held_because_display()
        console.print(f"{amount} held since {holder}, because {because}:", style="bold", markup=False)
    show = _held_as_json if as_json else _print_held
    _list(held_of(settings), show, None if whole or as_json else holder.held)
    if not as_json:
        click.echo(f"\nIf they are really gone: {typed(f'source approve {name}')}")


def _list(found: Iterator[T], show: Callable[[T], None], amount: int | None) -> None:
    """Show all; or, of this amount, the first ones, and how many more there are."""
    for one in found if amount is None else islice(found, MOST):
        show(one)
    if amount is not None and amount > MOST:
        click.echo(f"\n… and {amount - MOST:,} more: --all lists them, --json prints them for a program.")


def _record_as_json(record: Any) -> None:
    findings = [{**one.as_dict(), "message": explain(one)} for one in record.findings]
    click.echo(json.dumps({**asdict(record), "findings": findings}))


def _held_as_json(one: Any) -> None:
    click.echo(json.dumps({**asdict(one), "reason": _HOW[one.came]}))


def _print_record(record: Any) -> None:
    _print_name(record.identifier or "A record without an identifier", record.title, f"  [{record.bin}]")
    errors = [one for one in record.findings if one.severity is Severity.ERROR]
    for finding in errors or record.findings:
        print_finding(finding)
    if record.holder:
        console.print(f"  This IRI belongs to a data set of the source {record.holder}.", markup=False)


def _print_held(one: Any) -> None:
    _print_name(one.identifier, one.title)
    console.print(f"  {_HOW[one.came]}", markup=False)


def _print_name(identifier: str, title: str, more: str = "") -> None:
    called = f"  {plain(title)}" if title else ""
    console.print(f"\n{plain(identifier)}{called}{more}", style="bold", markup=False)
