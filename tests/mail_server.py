"""A mail server for tests: it keeps what it receives, and answers as it is told."""

import email
import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from erpd.accounts.outbox.sending import send_due
from erpd.node.smtp import smtp


class Server:
    """A mail server that can be told how to answer."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.to: list[str] = []
        self.answers: dict[str, list[str]] = {}  # address -> answers to RCPT, the last one for ever
        self.cut = 0  # so many times the connection is cut in the middle of a mail

    async def handle_RCPT(self, server: SMTP, _s: Any, envelope: Any, address: str, _o: Any) -> str:
        answers = self.answers.get(address, [])
        answer = answers[0] if len(answers) == 1 else answers.pop(0) if answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _s: Any, envelope: Any) -> str:
        if self.cut:
            self.cut -= 1
            server.transport.abort()
            return "451 cut"
        self.got.append(email.message_from_bytes(envelope.content, policy=default))
        self.to.extend(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Server, int]]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    with socket.create_server(("127.0.0.1", 0)) as free:
        controller.port = free.getsockname()[1]
    controller.start()
    yield handler, controller.port
    controller.stop()


@pytest.fixture
def server(running: tuple[Server, int], settings: Any, db: None) -> Server:
    handler, port = running
    handler.__init__()  # type: ignore[misc]
    for name, value in smtp(f"smtp://127.0.0.1:{port}").items():
        setattr(settings, name, value)
    return handler


def link_in_mail(server: Server, to: str, place: str) -> str:
    """Send what waits; the one link below ``place`` in the last mail to that address."""
    send_due()
    mail = next(one for one in reversed(server.got) if one["To"] == to)
    (link,) = re.findall(rf"\S+{place}\S+", mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    return str(link)
