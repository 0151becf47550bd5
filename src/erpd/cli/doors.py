"""`erpd doors`: whether every door of a served node shows the same data sets."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click

from erpd.agreement.check import Check
from erpd.agreement.differences import Difference, Report, What
from erpd.agreement.doors import DOORS
from erpd.agreement.node import Node, Ready
from erpd.agreement.seen import Seen
from erpd.cli.exits import Exit, Unread
from erpd.cli.files import networks
from erpd.cli.output import console, json_of, progress_of_parts
from erpd.cli.starting import prepare, start
from erpd.metadata.masking import shown
from erpd.metadata.text import counted
from erpd.node.home import home, read_node
from erpd.sources.children.child import CannotStart, Child
from erpd.sources.errors import Reason, SourceError

THIS_MACHINE = ("127.0.0.0/8", "::1/128")


@click.group()
def doors() -> None:
    """Look after the doors through which others take what this node has."""


@doors.command(name="check")
@click.argument("url", default="")
@click.option(
    "--scope", "scopes", multiple=True, help="Only protected, open, all, or this catalogue; can be repeated."
)
@click.option(
    "--door", "names", type=click.Choice([*DOORS]), multiple=True, help="Only this door; can be repeated."
)
@networks
@json_of("url", "change", "agree", "doors", "scopes", "differences", "more", "unsettled", "not_yet")
def check_(
    url: str, scopes: tuple[str, ...], names: tuple[str, ...], allow_network: tuple[str, ...], as_json: bool
) -> None:
    """Check that every door of a served node shows the same data sets: the one at URL, or your own.

    Reads each door to its end in each scope, as harvesters do, and compares it with OAI-PMH. The register may
    change meanwhile. What has not been written yet is named, and no difference. Exits with 1 if doors differ,
    with 3 if the node cannot be reached.
    """
    is_own = not url
    if is_own:
        start()
        prepare()
        own = read_node(home())
        url, allow_network = own.base_url, (*own.allow_networks, *THIS_MACHINE, *allow_network)
    if not url.startswith(("http://", "https://")):
        raise click.UsageError(f"{url!r} is not the address of a node, such as https://data.example.org.")
    url = url.rstrip("/")
    with Child(Node(url, allow_network), url) as child, progress_of_parts("Comparing the doors") as progress:
        node = Elsewhere(child)
        check = Check(node, progress)
        try:
            if is_own:
                refuse_another(node, url)
            report = check.run(scopes, names)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        except (SourceError, CannotStart) as error:
            raise Unread(str(error)) from error
    if as_json:
        click.echo(json.dumps(_facts(url, report)))
    else:
        _print(url, report)
    sys.exit(Exit.FINE if report.agree else Exit.FAILED)


def refuse_another(node: "Elsewhere", url: str) -> None:
    """Check that a served node is that of the home in use. Raises SourceError."""
    from erpd.register import changes

    before = changes.last()
    served = node.ready().change
    if not before <= served <= changes.last():
        raise SourceError(
            Reason.PROTOCOL_ERROR,
            f"The node there is not that of this home: its last change is {served:,}, and here {before:,}",
            "Start `erpd serve` with this home, or correct base_url in its node.toml.",
            url=url,
        )


class Elsewhere:
    """A node that a child reads, which may die of what the node sends."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def ready(self) -> Ready:
        ready: Ready = self._child.one("ready")
        return ready

    def catalogues(self) -> dict[str, str]:
        found: dict[str, str] = self._child.one("catalogues")
        return found

    def read(self, name: str, scope: str) -> Iterator[Sequence[Seen]]:
        yield from self._child.each("read", name, scope)


def _facts(url: str, report: Report) -> dict[str, object]:
    return {
        "url": shown(url),
        "change": report.change,
        "agree": report.agree,
        "doors": report.doors,
        "scopes": report.sizes,
        "differences": [asdict(one) | {"message": str(one)} for one in report.differences],
        "more": report.more,
        "unsettled": report.unsettled,
        "not_yet": report.not_yet,
    }


def _print(url: str, report: Report) -> None:
    console.print(f"{shown(url)}: {counted(len(report.doors), 'door')} compared", style="bold", markup=False)
    for scope, size in report.sizes.items():
        found = [one for one in report.differences if one.scope == scope]
        not_yet = report.not_yet.get(scope, [])
        console.print(f"{scope}: {counted(size, 'data set')}, {_verdict(found, report.doors, not_yet)}")
        for one in found:
            console.print(f"  {one}", markup=False)
        if not_yet:
            console.print(f"  Not written yet: {', '.join(not_yet)}.", markup=False)
    if report.more:
        console.print(f"… and {counted(report.more, 'difference')} more.")
    for door, amount in report.unsettled.items():
        console.print(f"{door}: {counted(amount, 'data set')} changed meanwhile and could not be compared.")


def _verdict(found: Sequence[Difference], doors: Sequence[str], not_yet: Sequence[str]) -> str:
    if {one.what for one in found} - {What.FAILED, What.LATE}:
        return "[red]the doors differ[/]"
    if found:
        return "[red]not every door could be compared[/]"
    if len(not_yet) == len(doors) - 1:
        return "[yellow]nothing to compare yet[/]"
    return f"[green]the same in every door{' that has been written' if not_yet else ''}[/]"
