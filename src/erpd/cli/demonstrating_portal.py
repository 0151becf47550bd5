"""The portal of the demo's data owner: served beside the nodes, and harvested by the national one."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

from erpd.cli.demonstrating_owner import OWNER
from erpd.cli.starting import prepare, start

SOURCE = f"{OWNER}-portal"
_PATH = "/catalogue.ttl"


def address(port: int) -> str:
    """The address of the portal."""
    return f"http://127.0.0.1:{port}{_PATH}"


@contextmanager
def serving(port: int) -> Iterator[None]:
    """Serve the portal to this machine, for a block."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Portal)
    threading.Thread(target=server.serve_forever, name="portal", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = (files("erpd.demo") / "portal.ttl").read_bytes()
        self.send_response(200 if self.path == _PATH else 404)
        self.send_header("Content-Type", "text/turtle")
        self.end_headers()
        if self.path == _PATH:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """The demo tells other things."""


def enter(home: Path, portal: str) -> None:
    """Have the portal at an address proposed, looked at and approved, in a process of its own."""
    variables = {**os.environ, "ERPD_HOME": str(home)}
    subprocess.run([sys.executable, "-P", "-m", __name__, portal], env=variables, check=True)  # noqa: S603


def _enter(portal: str) -> None:
    start()
    prepare()
    from erpd.accounts.may import COMMAND_LINE, Actor
    from erpd.accounts.models import Membership, Owner
    from erpd.submit.models import Portal
    from erpd.submit.own_portal import actions
    from erpd.submit.own_portal.previews import look_due
    from erpd.submit.own_portal.wishes import Wish

    owner = Owner.objects.get(slug=OWNER)
    who = Actor(owner.memberships.filter(role=Membership.Role.ADMIN)[0].person)
    catalogue = owner.holdings.get(catalogue__slug=OWNER).catalogue
    number = actions.propose(who=who, catalogue=catalogue, wish=Wish(portal)).pk
    look_due()
    seen = Portal.objects.get(pk=number)
    sent = actions.submit(
        who=who, portal=seen, edition=seen.edition, message="Ons portaal, elke week bijgewerkt."
    )
    actions.approve(who=COMMAND_LINE, portal=sent, edition=sent.edition)


if __name__ == "__main__":
    _enter(sys.argv[1])
