"""Manage the list of government organisations."""

import json
from pathlib import Path

import click

from erpd.cli.output import json_of
from erpd.cli.refusing import refusing
from erpd.cli.starting import prepare, start
from erpd.metadata.text import counted


@click.group()
def organisations() -> None:
    """Manage the list of government organisations that may become data owners."""


@organisations.command(name="import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--corporate-bodies", is_flag=True, help="Import the European Union's table of corporate bodies."
)
@json_of("new", "changed", "unchanged")
def import_(file: Path | None, *, corporate_bodies: bool, as_json: bool) -> None:
    """Add organisations from a file, or change those with the same IRI; none is removed.

    FILE is CSV with the columns iri, title:en (for each language) and domains (of their mail addresses,
    divided by blanks), or JSON: [{"iri": "https://...", "title": {"en": "..."}, "domains": ["..."]}].
    """
    if corporate_bodies == bool(file):
        raise click.UsageError("Name a file, or say --corporate-bodies.")
    start()
    prepare()
    from erpd.accounts import organisation_lists
    from erpd.accounts.actions.organisations import take_in
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        if file:
            listed, origin = organisation_lists.read_list(file.read_bytes()), file.name
        else:
            listed, origin = organisation_lists.corporate_bodies(), "corporate-body"
        done = take_in(who=COMMAND_LINE, listed=listed, origin=origin)
    if as_json:
        click.echo(json.dumps(done._asdict()))
        return
    click.echo(
        f"{counted(done.new, 'organisation')} added, {done.changed:,} changed, {done.unchanged:,} unchanged."
    )
