"""`erpd demo`: two nodes on this machine, one of which harvests the other."""

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import click

from erpd.cli.serving import check_port
from erpd.node.home import Node, Role, make_home

NATIONAL, EUROPEAN = 8001, 8000
_WAIT = 60.0


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo-home"), show_default=True)
@click.option("--once", is_flag=True, help="Stop after the harvest.")
@click.option("--national-port", default=NATIONAL, show_default=True)
@click.option("--european-port", default=EUROPEAN, show_default=True)
def demo(folder: Path, once: bool, national_port: int, european_port: int) -> None:
    """Run a Dutch national point and the European register that harvests it: see both in a browser."""
    for port in (national_port, european_port):
        check_port("127.0.0.1", port)
    if national_port == european_port:
        raise click.UsageError("The two nodes need different ports.")
    national, european = folder / "national", folder / "european"
    _make(national, "national", "Nationaal informatiepunt beschermde gegevens", national_port)
    _make(
        european, "european", "European Register for Protected Data held by the Public Sector", european_port
    )
    data = files("erpd.demo")
    click.echo("A national node registers its data sets …")
    _erpd(national, "harvest", "--protocol", "dump", "--url", str(data / "protected.ttl"), *_NL, "--json")
    _erpd(
        national, "harvest", "--protocol", "dump", "--url", str(data / "open.ttl"), *_NL, "--open", "--json"
    )
    # If a service manager stops the demo, its servers stop too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _serving(national, national_port), _serving(european, european_port):
        click.echo("\nThe European register harvests its protected data by OAI-PMH …")
        address = f"http://127.0.0.1:{national_port}/oai"
        _erpd(
            european,
            "harvest",
            "--protocol",
            "oai-pmh",
            "--url",
            address,
            "--set",
            "protected",
            *_NL[:2],
            "--policy",
            "strict",
        )
        click.echo(f"\nEuropean register   http://127.0.0.1:{european_port}/")
        click.echo(f"National point      http://127.0.0.1:{national_port}/")
        click.echo(f"Harvest us          http://127.0.0.1:{european_port}/protected/oai?verb=Identify")
        if not once:
            click.echo("\nPress Ctrl-C to stop both.")
            _until_interrupted()


_NL = ("--country", "NL", "--policy", "lenient")


def _make(folder: Path, role: Role, title: str, port: int) -> None:
    if not (folder / "node.toml").exists():
        country = "NL" if role == "national" else ""
        make_home(folder, Node(role, title, country, f"http://127.0.0.1:{port}", (), ("127.0.0.0/8",)))


def _erpd(folder: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "erpd", "--home", str(folder), *arguments], check=True)  # noqa: S603


@contextmanager
def _serving(folder: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "erpd", "--home", str(folder), "serve", "--port", str(port)]
    # In a session of its own: Ctrl-C reaches the demo alone, which then stops its servers.
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603
    try:
        _wait_for(f"http://127.0.0.1:{port}/oai?verb=Identify", process)
        yield
    finally:
        process.terminate()
        process.wait()


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
