"""`erpd misbehave`: a source that misbehaves on purpose, to test harvesters."""

import time

import click

from erpd.cli.numbers import Whole
from erpd.cli.output import console
from erpd.misbehave.fault import HARVESTED_AS, Fault
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.protocols import PROTOCOLS
from erpd.misbehave.server import Misbehaving


@click.command()
@click.option(
    "--protocol", type=click.Choice(list(PROTOCOLS)), help="The protocol to serve; hydra is a dump in pages."
)
@click.option("--fault", "name", default="none", show_default=True, help="See --list.")
@click.option("--port", type=Whole(0, 65535), default=8010, show_default=True, help="0: any that is free.")
@click.option(
    "--size",
    type=Whole(10, 100_000),
    default=12,
    show_default=True,
    help="Number of data sets to serve.",
)
@click.option(
    "--list", "listing", is_flag=True, help="List all faults, and what a careful harvester does with each."
)
def misbehave(protocol: str | None, name: str, port: int, size: int, listing: bool) -> None:
    """Serve a small catalogue with one named fault on 127.0.0.1 until Ctrl-C.

    Harvest it with the fault “none” first, then with another fault on the same port: everything in the
    register must still be there.
    """
    if listing:
        _tell(protocol)
        return
    if protocol is None:
        raise click.UsageError(f"Say which protocol: --protocol {'|'.join(PROTOCOLS)}. Or --list the faults.")
    if name not in FAULTS:
        raise click.UsageError(f"There is no fault {name!r}. Use --list to see them all.")
    fault = FAULTS[name]
    if protocol not in fault.on:
        raise click.UsageError(
            f"{protocol} cannot have the fault {name}: it is one of {', '.join(fault.on)}."
        )
    _serve(protocol, fault, port, size)


def _serve(protocol: str, fault: Fault, port: int, size: int) -> None:
    try:
        server = Misbehaving(PROTOCOLS[protocol], fault, size=size, port=port, told=click.echo)
    except OSError as error:
        reason = f"Port {port} cannot be used: {error.strerror}. Choose another one."
        raise click.ClickException(reason) from error
    with server:
        click.echo(f"{fault.told} A careful harvester {fault.on[protocol]}.")
        click.echo(f"erpd harvest --country NL --protocol {HARVESTED_AS[protocol]} --url {server.url}")
        click.echo("Press Ctrl-C to stop.")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            click.echo()


def _tell(protocol: str | None) -> None:
    for fault in FAULTS.values():
        if protocol is None or protocol in fault.on:
            console.print(f"[bold]{fault.name}[/] ({', '.join(fault.on)})")
            console.print(f"  {fault.told}", markup=False)
            right = dict.fromkeys(fault.on[one] for one in fault.on if protocol in (None, one))
            console.print(f"  A careful harvester {'; or '.join(right)}.", markup=False)
