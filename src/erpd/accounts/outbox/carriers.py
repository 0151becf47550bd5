"""How a mail leaves: by SMTP, or as a file in the home if no server is set."""

import os
import smtplib
from abc import ABC, abstractmethod
from email.utils import formataddr
from pathlib import Path
from typing import Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone
from django.utils.translation import override

from erpd.accounts.models import Mail
from erpd.accounts.outbox.letters import write
from erpd.metadata.masking import plain, shown

TIMEOUT = 30  # seconds of silence


class NotSent(Exception):
    """A mail was not sent. The message says why, for the operator."""

    permanent = False
    """Whether another try would not help."""


class Refused(NotSent):
    """The server does not take this mail for this address (5yz, RFC 5321, 4.2.1)."""

    permanent = True


class Unreachable(NotSent):
    """There is no server, or it does not let us in: no other mail can be sent now either."""


class Carrier(ABC):
    """Sends mails, one after the other. A context manager."""

    @abstractmethod
    def carry(self, mail: Mail) -> None:
        """Send one. Raises NotSent."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class Files(Carrier):
    """Writes each mail into a file of its own, which only the owner of the home can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, mail: Mail) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            content = message(mail).message().as_bytes(linesep="\n")
            part = self._folder / f".{mail.pk}.part"
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            part.replace(file_of(mail, self._folder))
        except OSError as error:
            raise Unreachable(f"{self._folder}: {error.strerror}") from error

    def close(self) -> None:
        pass


class Smtp(Carrier):
    """Hands mails to the server that Django's settings name. One connection serves all mails of a round."""

    def __init__(self) -> None:
        self._backend = EmailBackend(timeout=TIMEOUT)

    def carry(self, mail: Mail) -> None:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(_said(error)) from error
        try:
            self._backend.send_messages([message(mail)])
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code, text = next(iter(error.recipients.values()))
            raise (Refused if code >= 500 else NotSent)(_answer(code, text)) from error
        except smtplib.SMTPDataError as error:
            self.close()
            raise (Refused if error.smtp_code >= 500 else NotSent)(_said(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotSent(_said(error)) from error

    def close(self) -> None:
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            self._backend.connection = None


def carrier() -> Carrier:
    """The one that the settings choose."""
    return Smtp() if settings.EMAIL_HOST else Files(_folder())


def file_of(mail: Mail, folder: Path | None = None) -> Path:
    """Where a mail lies in the home, if no server sends it."""
    return (folder or _folder()) / f"{mail.pk:08}-{mail.template}.eml"


def _folder() -> Path:
    return Path(settings.HOME) / "mail"


def message(mail: Mail) -> EmailMultiAlternatives:
    """The whole mail. It is the same at each try, but for its date."""
    written = write(mail.template, mail.language, mail.context)
    with override(None):
        made = EmailMultiAlternatives(
            written.subject,
            written.text,
            formataddr((plain(settings.NODE.title), settings.NODE.email)),
            [mail.to],
            headers={
                "Message-ID": mail.message_id,
                "Date": mail.created.astimezone(timezone.get_default_timezone()).strftime(
                    "%a, %d %b %Y %H:%M:%S +0000"
                ),
                "Content-Language": mail.language,
                "Auto-Submitted": "auto-generated",  # RFC 3834: no answers from machines
                **_leaving(written.leave),
            },
        )
    made.attach_alternative(written.html, "text/html")
    return made


def _leaving(address: str) -> dict[str, str]:
    """With these, the reader's program stops such mails at one press, without a page (RFC 8058, 3.1)."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return shown(str(error) or type(error).__name__)


def _answer(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return shown(f"{code} {said}")
