"""What a mail says, read back from its file in the home; only there, and only while no mail server is named.

Once a server has a mail, its links are its reader's alone, so we no longer know them.
"""

import email
from dataclasses import dataclass
from email.policy import default

from django.conf import settings

from erpd.accounts.models import Mail
from erpd.accounts.outbox.carriers import file_of

_MOST = 200_000  # bytes; a letter has some thousands


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mail; ``link`` if all of it is an address of this node."""

    text: str
    link: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as plain text."""

    subject: str
    lines: list[Line]


def read(mail: Mail) -> Read | None:
    """The mail in its file; None if a server sent it, or there is no such file on this machine."""
    if settings.EMAIL_HOST or mail.state != Mail.State.SENT:
        return None
    try:
        with file_of(mail).open("rb") as file:
            content = file.read(_MOST)
    except OSError:
        return None
    message = email.message_from_bytes(content, policy=default)
    body = message.get_body(("plain",))
    ours = settings.NODE.base_url + "/"
    text = body.get_content() if body else ""
    return Read(str(message["Subject"]), [Line(line, line.startswith(ours)) for line in text.splitlines()])
