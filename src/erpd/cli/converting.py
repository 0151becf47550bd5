"""`erpd convert`. It needs no home; if one is given, its vocabularies are used."""

import sys
from collections import Counter, defaultdict
from pathlib import Path

import click

from erpd.cli.exits import Exit
from erpd.cli.files import (
    came_as,
    locations,
    networks,
    own_profiles,
    own_vocabularies,
    profile_option,
    quiet_option,
    together,
)
from erpd.cli.output import errors, print_finding
from erpd.cli.replacing import replacing
from erpd.cli.watching import Watching, watching
from erpd.formats import Format
from erpd.formats.rdf.catalogue import Kind
from erpd.formats.rdf.syntaxes import SYNTAXES, by_ending
from erpd.metadata.findings import Finding, Others, Severity, of_any
from erpd.metadata.profile import Profile
from erpd.metadata.text import counted
from erpd.sources.children.process import forking
from erpd.sources.errors import Reason, SourceError
from erpd.standalone.asked import Asked, Place
from erpd.standalone.checking import NO_DATA_SET
from erpd.standalone.converting import Converted
from erpd.standalone.found import Found
from erpd.standalone.given import Given
from erpd.standalone.reading import found_in
from erpd.standalone.reports.row import named
from erpd.standalone.reports.text import error_line

# Records that are named in the report; there may be a million.
_MOST_NAMED = 20
_STANDARD_OUTPUT = Path("-")


@click.command()
@locations
@came_as
@click.option(
    "--to",
    "syntax",
    type=click.Choice(list(SYNTAXES)),
    help="The syntax to write; without it, the one that the ending of the output file names, or ttl on "
    "standard output.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write, replaced only on success; - or nothing for standard output.",
)
@profile_option("The profile whose mandatory metadata the report on standard error is about.")
@own_profiles
@networks
@quiet_option
def convert(
    *,
    locations: tuple[str, ...],
    came_as: str | Format,
    syntax: str | None,
    output: Path | None,
    profile: str,
    own: tuple[Profile, ...],
    allow_network: tuple[str, ...],
    quiet: bool,
) -> None:
    """Repair files and write everything in them as one DCAT-AP 2.1.1 catalogue, in any syntax of RDF.

    FILE is RDF in any syntax, plain, gzipped or zipped, or records of CKAN, ISO 19139, Dublin Core, OAI-PMH
    or CBS. In a FOLDER, all files with a known ending are read. - is standard input.

    Standard error says what was repaired and which records lack mandatory metadata. These are written too.

    Exits with 0 if all was written, 1 if a record could not be read, 2 for wrong use, 3 if a file cannot be
    read; then an output file stays as it was.

    With --home, the vocabularies imported into that node are used.
    """
    output = None if output == _STANDARD_OUTPUT else output
    syntax = syntax or _syntax_of(output)
    vocabularies = own_vocabularies()
    asked = Asked(
        together(profile, own),
        format=came_as,
        placed=False,
        allow_network=allow_network,
        vocabularies=vocabularies,
    )
    told = _Told(asked.profile)
    try:
        with (
            forking(),
            Given(sys.stdin.buffer) as given,
            watching(quiet=quiet, beside=output is None and sys.stdout.isatty()) as watch,
            replacing(output) as stream,
        ):
            converted = Converted(syntax, stream.write)
            converting = _Converting(asked, converted, told, watch)
            for location in locations:
                try:
                    for place in given.places(location):
                        converting.try_to_add(place)
                except SourceError as error:
                    converting.fail(location, error)
            converted.end()
            watch.end()
            if not quiet:
                told.print()
            if converting.exit is Exit.UNREAD or converted.empty:
                raise _NotWritten
    except _NotWritten:
        if output:
            click.echo(f"{output} was not written.", err=True)
    sys.exit(converting.exit)


def _syntax_of(output: Path | None) -> str:
    """The one that the ending names. Raises UsageError."""
    if output is None or (output.exists() and not output.is_file()):  # /dev/null, a pipe
        return "ttl"
    named = by_ending(output.name)
    if not named:
        endings = ", ".join(f".{ending}" for syntax in SYNTAXES.values() for ending in syntax.suffixes)
        raise click.UsageError(f"The ending of {output} names no syntax. Give --to, or one of {endings}.")
    return named.name


class _NotWritten(Exception):
    """Leaves the output file as it was."""


class _Converting:
    """Adds place after place, and knows how the command ends."""

    def __init__(self, asked: Asked, converted: Converted, told: "_Told", watch: Watching) -> None:
        self._asked, self._converted, self._told, self._watch = asked, converted, told, watch
        self.exit = Exit.FINE

    def try_to_add(self, place: Place) -> None:
        """Write what is at a place, or tell why it cannot be read."""
        try:
            self._add(place)
        except SourceError as error:
            self.fail(place.location, error)

    def _add(self, place: Place) -> None:
        self._watch.begin(place.location)
        described = False
        for found in found_in(place, self._asked, self._watch.reading):
            self._watch.found()
            described |= found.kind is not Kind.REST
            if found.read:
                self._told.note(found)
                self._converted.add(found.triples())
                continue
            if not found.valid:
                self.exit = self.exit or Exit.FAILED
            self._watch.end()
            click.echo(_unread_line(place.location, found), err=True)
        if not described:
            raise SourceError(Reason.EMPTY_LIST, *NO_DATA_SET, "G4.1", place.location)

    def fail(self, location: str, error: SourceError) -> None:
        self._watch.end()
        self.exit = Exit.UNREAD
        for place, each in error.each(location):
            click.echo(error_line(place, each), err=True)


def _unread_line(location: str, found: Found) -> str:
    """Where a record is that cannot be read, what it is called if it has a name, and what is wrong."""
    file = f"{location}/{found.entry}" if found.entry else location
    at = f":{found.position.line}:{found.position.column}" if found.position else ""
    return ": ".join(filter(None, (named(file) + at, found.identifier, found.findings[0].value)))


class _Told:
    """What is reported at the end: the repairs by kind, and the records that lack mandatory metadata."""

    def __init__(self, rules: Profile) -> None:
        self._rules = rules
        self._times: Counter[tuple[str, str]] = Counter()  # by rule and property
        self._examples: dict[tuple[str, str], tuple[Finding, str]] = {}
        self._others: defaultdict[tuple[str, str], Others] = defaultdict(Others)
        self._lacking: list[str] = []
        self._amount = 0

    def note(self, found: Found) -> None:
        for finding in found.findings:
            if finding.severity is Severity.REPAIR:
                kind = str(finding.rule), of_any(finding.path).rpartition("/")[2]
                self._times[kind] += 1
                example, _ = self._examples.setdefault(kind, (finding, found.identifier))
                self._others[kind].note(finding, example)
        if not found.valid and found.kind is not Kind.REST:
            self._amount += 1
            if len(self._lacking) < _MOST_NAMED:
                self._lacking.append(found.identifier)

    def print(self) -> None:
        if self._examples:
            errors.print("[bold]Repairs[/] (one example of each)")
        for kind, (finding, identifier) in self._examples.items():
            print_finding(finding, self._times[kind], identifier, errors, self._others[kind])
        if self._lacking:
            verb = "lacks" if self._amount == 1 else "lack"
            amount = counted(self._amount, "record")
            errors.print(
                f"[bold]{amount} {verb} mandatory metadata[/] of the profile “{self._rules.title}”",
                markup=True,
            )
        for identifier in self._lacking:
            errors.print(f"  {identifier}", markup=False)
        if self._amount > len(self._lacking):
            errors.print(f"  and {self._amount - len(self._lacking):,} more. See them all with erpd check.")
