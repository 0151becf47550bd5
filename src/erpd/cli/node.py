"""Create a node; Django's own commands for it."""

import os
import sys
from pathlib import Path

import click
from django.core.management import execute_from_command_line

from erpd.cli.output import answer, answers
from erpd.cli.starting import prepare_and_upgrade, start
from erpd.node.home import ROLES, HomeError, Node, Role, make_home, read_node


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="national: a national single information point; european: the European register.",
)
@click.option("--title", required=True, help="The name of the portal, as shown to visitors.")
@click.option("--country", default="", help="The country code, such as IT; required for a national node.")
@click.option("--base-url", default=Node.base_url, show_default=True, help="The public address of the node.")
@click.option(
    "--email",
    default=Node.email,
    show_default=True,
    help="The contact address for harvesters, and the sender of mails.",
)
@click.option(
    "--allow-network", multiple=True, help="An intranet that may be harvested, such as 10.1.0.0/16."
)
@click.option(
    "--if-missing",
    is_flag=True,
    help="If the home is there already, with the same role and country, be content.",
)
@click.option(
    "--beside-other-files",
    "beside",
    is_flag=True,
    help="Make the home in FOLDER even if other files are there.",
)
@answers("home", "made")
def init(
    *,
    folder: Path,
    role: Role,
    title: str,
    country: str,
    base_url: str,
    email: str,
    allow_network: tuple[str, ...],
    if_missing: bool,
    beside: bool,
) -> None:
    """Create the home of a node: node.toml, secret, database and index.

    FOLDER is made, or is empty.
    """
    folder = Path(os.path.expanduser(folder))  # as --home does
    made = not (if_missing and _is_there(folder, role, country))
    try:
        if made:
            node = Node(role, title, country, base_url, (), allow_network, email=email)
            make_home(folder, node, beside=beside)
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be made: {error.strerror}.") from error
    os.environ["ERPD_HOME"] = str(folder.absolute())
    start()
    try:
        prepare_and_upgrade()
    except BaseException:
        click.echo(
            f"{folder} is made, but not its database. Make it with: erpd --home {folder} migrate", err=True
        )
        raise
    ready = f"{folder} is ready. Next: erpd --home {folder} serve"
    answer(ready if made else f"{folder} is there already; nothing was changed.", home=str(folder), made=made)


def _is_there(folder: Path, role: Role, country: str) -> bool:
    """Whether the folder is the home of such a node. Exits with 2 if it is that of another."""
    if not (folder / "node.toml").exists():
        return False
    try:
        there = read_node(folder)
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    if (there.role, there.country) != (role, country):
        wanted, found = (
            " ".join(filter(None, pair)) for pair in ((role, country), (there.role, there.country))
        )
        raise click.UsageError(
            f"{folder} is the home of another node: {found}, not {wanted}. Name another folder."
        )
    return True


@click.command()
@answers("changed")
def migrate() -> None:
    """Make the tables of the database, or bring them up to those of this version, keeping what they hold.

    Several may start at once: one does it, and the others wait. `erpd init`, `serve` and `worker` do the
    same; all other commands leave the tables alone.
    """
    start()
    changed = prepare_and_upgrade()
    done = "The tables are those of this version now." if changed else "There was nothing to do."
    answer(done, changed=changed)


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands: migrate, dbshell, …"""
    start()
    execute_from_command_line([f"{Path(sys.argv[0]).name} manage", *arguments])
