"""Import vocabularies that are newer than those in the package."""

from typing import BinaryIO

import click

from erpd.cli.exits import Unread
from erpd.cli.output import answer, answers
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import UnknownSyntax, syntax_of
from erpd.formats.reading import Unreadable
from erpd.metadata.vocabularies.skos import read_skos
from erpd.node.home import HomeError, home


@click.group()
def vocabularies() -> None:
    """Manage the authority tables of the Publications Office."""


@vocabularies.command(name="import")
@click.argument("file", type=click.File("rb"))
@answers("table", "concepts", "file", "corrected")
def import_(file: BinaryIO) -> None:
    """Import a table in SKOS (RDF/XML, Turtle …), to be used instead of the packaged one.

    Pages show the labels of any other list, too: of a country's public bodies, for example.
    """
    content = file.read()
    try:
        folder = home() / "vocabularies"
        table, corrected = read_skos(read(content, syntax_of(content[:2048], name=file.name)))
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    except (Unreadable, UnknownSyntax, ValueError) as error:
        raise Unread(f"{file.name}: {error}") from error
    path = table.write(folder)
    answer(
        f"{table.name}: {len(table.concepts):,} concepts written to {path}.",
        *(
            f"Corrected letters of another alphabet: {_spelt(wrong)} is now {right}."
            for wrong, right in corrected
        ),
        table=table.name,
        concepts=len(table.concepts),
        file=str(path),
        corrected=[{"label": wrong, "now": right} for wrong, right in corrected],
    )


def _spelt(label: str) -> str:
    """A label with its Latin letters marked, because they look like those around them."""
    return "".join(f"[{letter}]" if letter.isascii() and letter.isalpha() else letter for letter in label)
