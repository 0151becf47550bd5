"""`erpd demo`: two nodes on this machine, one of which harvests the other."""

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path

import click

from erpd.cli import demonstrating_portal
from erpd.cli.demonstrating_owner import OWNER, code, deliver, made_before, make_owner, tell
from erpd.cli.demonstrating_point import name_the_point, rules_for
from erpd.cli.numbers import Whole
from erpd.cli.serving import listen
from erpd.node.home import Node, Role, make_home, read_node

NATIONAL, EUROPEAN = 8001, 8000
_PORT = Whole(1, 65535)
_WAIT = 60.0
_THIS_MACHINE = ("127.0.0.0/8",)


@click.command()
@click.option(
    "--folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("demo-home"),
    help="Where the homes of both are made.",
    show_default=True,
)
@click.option("--once", is_flag=True, help="Stop after the harvest.")
@click.option("--code", "asks_code", is_flag=True, help="Print the code for its second factor, now.")
@click.option(
    "--national-port", type=_PORT, default=NATIONAL, show_default=True, help="Of the national point."
)
@click.option(
    "--european-port", type=_PORT, default=EUROPEAN, show_default=True, help="Of the European register."
)
@click.option(
    "--portal-port",
    type=_PORT,
    help="Of the portal of a data owner.  [default: the port after that of the national point]",
)
def demo(
    *,
    folder: Path,
    once: bool,
    asks_code: bool,
    national_port: int,
    european_port: int,
    portal_port: int | None,
) -> None:
    """Run a Dutch national point and the European register that harvests it: see both in a browser."""
    if asks_code:
        _print_code(folder / "national")
        return
    portal_port = portal_port or national_port + 1
    ports = (national_port, european_port, portal_port)
    if len(set(ports)) < len(ports):
        raise click.UsageError("The two nodes and the portal of the data owner need different ports.")
    for port in ports:
        listen("127.0.0.1", port).close()
    national, european = folder / "national", folder / "european"
    is_new = _make(national, "national", "Nationaal informatiepunt beschermde gegevens", national_port)
    _make(
        european, "european", "European Register for Protected Data held by the Public Sector", european_port
    )
    data = files("erpd.demo")
    click.echo("A national node registers its data sets …")
    for file, *kind in (("protected.ttl",), ("open.ttl", "--open")):
        _erpd(national, "harvest", "--protocol", "dump", "--url", str(data / file), *_NL, *kind)
    made = make_owner(national) if is_new else made_before(national)
    # If a service manager stops the demo, or its terminal is closed, its servers stop too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    nodes = {national: national_port, european: european_port}
    with demonstrating_portal.serving(portal_port), _serving(nodes):
        address = f"http://127.0.0.1:{national_port}"
        if made and is_new:
            click.echo(f"\nThe data owner {OWNER} delivers data sets, two of them by the APIs …")
            deliver(address, made.keys[OWNER])
            click.echo("\nIt has a portal of its own, which the operator has approved …")
            demonstrating_portal.enter(national, demonstrating_portal.address(portal_port))
            _erpd(national, "harvest", "--source", demonstrating_portal.SOURCE)
        click.echo("\nThe European register harvests its protected data by OAI-PMH …")
        _erpd(
            european,
            "harvest",
            "--protocol",
            "oai-pmh",
            "--url",
            f"{address}/oai",
            "--set",
            "protected",
            *_NL[:2],
            "--policy",
            "strict",
            "--rules",
            str(rules_for(european, address)),
        )
        name_the_point(european, address)
        click.echo("Its errors are meant: the demo shows what happens to records that break the guidelines.")
        click.echo(f"\nEuropean register    http://127.0.0.1:{european_port}/")
        click.echo(f"National point       http://127.0.0.1:{national_port}/")
        click.echo(f"Harvest us (OAI-PMH) http://127.0.0.1:{european_port}/protected/oai")
        click.echo(f"Portal of its owner  {demonstrating_portal.address(portal_port)}")
        if made:
            tell(made, address, folder)
        if not once:
            click.echo("\nPress Ctrl-C to stop both.")
            _until_interrupted()


def _print_code(home: Path) -> None:
    made = made_before(home)
    if made is None:
        raise click.ClickException(
            f"There is no demo in {home}. Start it with `erpd demo`, or name its --folder."
        )
    click.echo(code(made))


_NL = ("--country", "NL", "--policy", "lenient")


def _make(folder: Path, role: Role, title: str, port: int) -> bool:
    """Make a home, unless an earlier demo has. Returns whether it is new."""
    address = f"http://127.0.0.1:{port}"
    if (folder / "node.toml").exists():
        made_for = read_node(folder).base_url
        if made_for != address:
            raise click.ClickException(
                f"{folder} is from an earlier demo and was made for {made_for}. Use the same ports again, "
                f"name another --folder, or delete {folder.parent} (`make clean` deletes demo-home)."
            )
        click.echo(f"{folder} is from an earlier demo. To start anew, delete {folder.parent}.")
        return False
    country = "NL" if role == "national" else ""
    node = Node(role, title, country, address, (), _THIS_MACHINE, _THIS_MACHINE, link_days=0)
    make_home(folder, node)
    _erpd(folder, "migrate")
    return True


def _erpd(folder: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-P", "-m", "erpd", "--home", str(folder), *arguments], check=True)  # noqa: S603


@contextmanager
def _serving(nodes: dict[Path, int]) -> Iterator[None]:
    """Serve each home at its port."""
    with ExitStack() as started:
        processes = [started.enter_context(_server(folder, port)) for folder, port in nodes.items()]
        try:
            for process, port in zip(processes, nodes.values(), strict=True):
                _wait_for(f"http://127.0.0.1:{port}/oai?verb=Identify", process)
            yield
        finally:
            for process in processes:
                process.terminate()


def _server(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """It ends with the demo, however that ends, because its standard input is then closed.

    It has a session of its own: Ctrl-C reaches the demo alone, which then stops its servers.
    """
    command = [sys.executable, "-P", "-m", "erpd", "--home", str(folder), "serve", "--port", str(port)]
    return subprocess.Popen([*command, "--attended"], stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _WAIT
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise click.ClickException(f"{address} does not respond.")


def _until_interrupted() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo()
