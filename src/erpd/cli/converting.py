"""`erpd convert`. It needs no home; if one is given, its vocabularies are used."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pyoxigraph import BlankNode, Quad

from erpd.cli.files import (
    NO_DATA_SET,
    locations,
    networks,
    own_vocabularies,
    profile_option,
)
from erpd.cli.output import errors, print_finding
from erpd.formats.rdf.catalogue import Kind
from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph, Term
from erpd.metadata.masking import masked
from erpd.metadata.profile import Profile, load_profile
from erpd.metadata.text import counted
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found
from erpd.standalone.reading import found_in
from erpd.standalone.reports.text import error_line

# Records that are named in the report; there may be a million.
_MOST_NAMED = 20


@click.command()
@locations
@click.option("--to", "syntax", type=click.Choice(list(SYNTAXES)), default="ttl", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write, replaced only on success; standard output by default.",
)
@profile_option("The profile whose mandatory metadata the report on standard error is about.")
@networks
def convert(
    locations: tuple[str, ...],
    syntax: str,
    output: Path | None,
    profile: str,
    allow_network: tuple[str, ...],
) -> None:
    """Repair RDF files and write everything in them as one DCAT-AP 2.1.1 catalogue, in any syntax.

    Standard error says what was repaired and which records lack mandatory metadata. These are written too.

    With --home, the vocabularies imported into that node are used.
    """
    vocabularies = own_vocabularies()
    rules = load_profile(profile)
    graph = Graph()
    unread, failed, told = False, False, _Told(rules)
    for location in locations:
        try:
            unread |= not _add(
                graph, found_in(location, rules, allow_network, vocabularies=vocabularies), location, told
            )
        except SourceError as error:
            failed = True
            click.echo(error_line(location, error), err=True)
    told.print()
    content = write(_numbered(graph), syntax) if graph.nodes else b""
    if output is None:
        sys.stdout.buffer.write(content)
    elif failed or not content:
        click.echo(f"{output} was not written.", err=True)
    else:
        try:
            _write(output, content)
        except OSError as error:
            raise click.FileError(str(output), error.strerror or str(error)) from error
    sys.exit(1 if failed or unread else 0)


class _Told:
    """What is reported at the end: the repairs by kind, and the records that lack mandatory metadata."""

    def __init__(self, rules: Profile) -> None:
        self._rules = rules
        self._times: Counter[str] = Counter()
        self._examples: dict[str, tuple[Finding, str]] = {}
        self._lacking: list[str] = []

    def note(self, found: Found) -> None:
        for finding in found.findings:
            if finding.severity is Severity.REPAIR:
                self._times[finding.rule] += 1
                self._examples.setdefault(finding.rule, (finding, found.identifier))
        if not found.valid and found.kind is not Kind.REST:
            self._lacking.append(found.identifier)

    def print(self) -> None:
        if self._examples:
            errors.print("[bold]Repairs[/] (one example of each)")
        for rule, (finding, identifier) in self._examples.items():
            print_finding(finding, self._times[rule], identifier, errors)
        if self._lacking:
            verb = "lacks" if len(self._lacking) == 1 else "lack"
            amount = counted(len(self._lacking), "record")
            errors.print(f"[bold]{amount} {verb} mandatory metadata[/] of {self._rules.title}", markup=True)
        for identifier in self._lacking[:_MOST_NAMED]:
            errors.print(f"  {identifier}", markup=False)
        if len(self._lacking) > _MOST_NAMED:
            errors.print(f"  and {len(self._lacking) - _MOST_NAMED:,} more. See them all with erpd check.")


def _add(graph: Graph, everything: Iterator[Found], location: str, told: _Told) -> bool:
    """Add everything that is at the location to the graph. Raises SourceError.

    Returns whether all of it could be read and it contains a data set.
    """
    amount, whole = 0, True
    for found in everything:
        amount += found.kind is Kind.DATA_SET
        if not found.read:
            whole = whole and found.valid
            click.echo(f"{masked(location)}: {found.identifier}: {found.findings[0].value}", err=True)
            continue
        told.note(found)
        for triple in found.triples():
            graph.add(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
    if not amount:
        click.echo(f"{masked(location)}: {'. '.join(NO_DATA_SET)}", err=True)
    return whole and amount > 0


def _numbered(graph: Graph) -> list[Quad]:
    """The triples, with blank nodes numbered in order, so that the same files give the same bytes."""
    names: dict[Term, BlankNode] = {}

    def named(term: Any) -> Any:
        if isinstance(term, BlankNode):
            return names.setdefault(term, BlankNode(f"b{len(names)}"))
        return term

    return [Quad(named(subject), predicate, named(value)) for subject, predicate, value, _ in graph.triples()]


def _write(path: Path, content: bytes) -> None:
    """Write to a temporary file first, so that a failure leaves an existing file intact."""
    path = path.resolve()
    if path.exists() and not path.is_file():  # a pipe, a terminal
        path.write_bytes(content)
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists():
            beside.touch(0o600)  # what few may read is never readable for more
            shutil.copymode(path, beside)
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
