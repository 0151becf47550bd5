"""Check and convert files. No home is needed; where one is named, its vocabularies count."""

import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import click

from erpd.cli.output import console, print_finding
from erpd.formats import Unreadable, format_for
from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.checks import check as check_record
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import PROFILES, Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.vocabularies import use_directory
from erpd.node.home import HomeError, vocabularies
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client

locations = click.argument("locations", nargs=-1, required=True, metavar="FILE|URL…")
profile_option = click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="erpd",
    show_default=True,
    help="The rules to hold it to.",
)
networks = click.option(
    "--allow-network", multiple=True, help="A network that may be asked though not public."
)


@click.command()
@locations
@profile_option
@networks
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each data set.")
def check(locations: tuple[str, ...], profile: str, allow_network: tuple[str, ...], as_json: bool) -> None:
    """Hold the data sets of RDF files to the mandatory metadata of the guidelines (section 4).

    With a home, the vocabularies imported into it count.
    """
    _use_vocabularies()
    rules = load_profile(profile)
    faulty = False
    for location in locations:
        faulty |= _check_location(location, rules, allow_network, as_json)
    sys.exit(1 if faulty else 0)


def _use_vocabularies() -> None:
    try:
        use_directory(vocabularies())
    except HomeError as error:
        raise click.UsageError(str(error)) from error


def _check_location(location: str, rules: Profile, allow_network: tuple[str, ...], as_json: bool) -> bool:
    faulty, amount = False, 0
    try:
        for identifier, _, findings in _records(location, rules, allow_network):
            amount += 1
            errors = any(finding.severity is Severity.ERROR for finding in findings)
            faulty |= errors
            if as_json:
                facts = {"file": location, "identifier": identifier, "valid": not errors}
                click.echo(json.dumps({**facts, "findings": [finding.as_dict() for finding in findings]}))
            else:
                _print_record(identifier, findings, errors, rules)
    except SourceError as error:
        _print_error(location, error, as_json)
        return True
    if not amount:
        _print_error(
            location, SourceError("empty-list", "There is no data set in it", "", "G4.1", location), as_json
        )
        return True
    return faulty


def _records(
    location: str, rules: Profile, allow_network: tuple[str, ...]
) -> Iterator[tuple[str, Record | None, list[Finding]]]:
    with Client(allow_networks=allow_network) as client:
        for page in Dump(location, client).pages():
            for reading in page.readings:
                if reading.fault:
                    yield reading.identifier, None, [reading.fault]
                    continue
                try:
                    record = format_for(reading.media_type).read(reading.content, reading.identifier, "")  # type: ignore[misc]
                except Unreadable as error:
                    yield reading.identifier, None, [Finding(error.rule, Severity.ERROR, "", str(error))]
                    continue
                findings = mend(record, rules)
                yield reading.identifier, record, findings + check_record(record, rules)


def _print_record(identifier: str, findings: list[Finding], errors: bool, rules: Profile) -> None:
    console.print(f"\n{identifier or 'A part that cannot be read'}", style="bold", markup=False)
    for finding in findings:
        print_finding(finding)
    section = " (section 4)" if rules.name == "erpd" else ""
    if errors:
        console.print(f"  [red]fails[/] the mandatory metadata of {rules.title}{section}")
    else:
        console.print(f"  [green]passes[/] the mandatory metadata of {rules.title}{section}")


def _print_error(location: str, error: SourceError, as_json: bool) -> None:
    if as_json:
        facts: dict[str, Any] = {"file": location, "valid": False, "rule": error.rule, "error": str(error)}
        click.echo(json.dumps(facts))
    else:
        click.echo(f"{location}: {error}", err=True)


@click.command()
@locations
@click.option("--to", "syntax", type=click.Choice(list(SYNTAXES)), default="ttl", show_default=True)
@click.option("-o", "--output", type=click.File("wb"), default="-", help="A file; else the standard output.")
@profile_option
@networks
def convert(
    locations: tuple[str, ...], syntax: str, output: BinaryIO, profile: str, allow_network: tuple[str, ...]
) -> None:
    """Mend the data sets of RDF files and write them as DCAT-AP 2.1.1 in another syntax.

    With a home, the vocabularies imported into it count.
    """
    _use_vocabularies()
    graph = Graph()
    failed = False
    for location in locations:
        try:
            for identifier, record, findings in _records(location, load_profile(profile), allow_network):
                if record is None:
                    failed = True
                    click.echo(f"{location}: {identifier}: {findings[0].value}", err=True)
                else:
                    for triple in record.graph.triples():
                        graph.add(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        except SourceError as error:
            failed = True
            click.echo(f"{location}: {error}", err=True)
    output.write(write(graph.triples(), syntax))
    sys.exit(1 if failed else 0)
