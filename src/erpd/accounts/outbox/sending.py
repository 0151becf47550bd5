"""Sends what is due. Any number of workers share the outbox; each mail is taken by one at a time.

None is lost. One arrives twice only if a worker is killed, or its connection is cut, between the server's
"250" and our commit; it then has the same Message-ID.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from erpd.accounts.models import Mail
from erpd.accounts.outbox.carriers import Carrier, NotSent, Unreachable, carrier
from erpd.accounts.outbox.letters import of_subject

logger = logging.getLogger(__name__)

# A worker that has not said how a try ended after so long is dead.
LEASE = timedelta(minutes=10)
# Pauses after each try, in minutes: some three days in all (RFC 5321, 4.5.4.1), then it has failed.
PAUSES = (1, 5, 15, 60, 240, 480, 720, 1440, 1440)
_LONGEST_ERROR = 500
_MOST = 500  # mails of a round


@dataclass(slots=True)
class Round:
    """What came of one look."""

    sent: int = 0
    retried: int = 0
    failed: int = 0


def send_due() -> Round:
    """Send what is due now. If the server cannot be reached, the rest waits for the next round."""
    done = Round()
    if not Mail.objects.filter(state=Mail.State.WAITING, next_try__lte=timezone.now()).exists():
        return done
    with carrier() as chosen:
        for _ in range(_MOST):
            mail = _take()
            if mail is None or not _send(mail, chosen, done):
                break
    return done


@transaction.atomic
def send_again(mail: Mail) -> None:
    """Try a mail that has failed again, from the beginning."""
    Mail.objects.filter(pk=mail.pk, state=Mail.State.FAILED).update(
        state=Mail.State.WAITING, tries=0, next_try=timezone.now(), holder=""
    )


@transaction.atomic
def _take() -> Mail | None:
    """Take the mail that has been due longest; nobody else gets it before the lease ends."""
    now = timezone.now()
    due = Mail.objects.select_for_update(skip_locked=True).filter(state=Mail.State.WAITING, next_try__lte=now)
    mail = due.order_by("next_try", "pk").first()
    if mail:
        mail.tries += 1
        mail.holder = uuid4().hex
        mail.next_try = now + LEASE
        mail.save(update_fields=["tries", "holder", "next_try"])
    return mail


def _send(mail: Mail, chosen: Carrier, done: Round) -> bool:
    """Try once, and note how it ended. Returns whether it makes sense to go on with others."""
    try:
        chosen.carry(mail)
    except NotSent as error:
        _note_failure(mail, str(error), permanent=error.permanent, done=done)
        return not isinstance(error, Unreachable)
    except Exception as error:  # a fault of ours, and of this mail only
        logger.exception("Mail %s (%s)", mail.pk, mail.template)
        _note_failure(mail, repr(error), permanent=False, done=done)
        return True
    done.sent += 1
    _note(mail, state=Mail.State.SENT, sent=timezone.now(), error="", context=of_subject(mail))
    return True


def _note_failure(mail: Mail, reason: str, *, permanent: bool, done: Round) -> None:
    if permanent or mail.tries > len(PAUSES):
        done.failed += 1
        logger.error("Mail %s (%s) could not be sent: %s", mail.pk, mail.template, reason)
        _note(mail, state=Mail.State.FAILED, error=reason[:_LONGEST_ERROR])
    else:
        done.retried += 1
        pause = timedelta(minutes=PAUSES[mail.tries - 1])
        _note(mail, error=reason[:_LONGEST_ERROR], next_try=timezone.now() + pause)


def _note(mail: Mail, **facts: object) -> None:
    Mail.objects.filter(pk=mail.pk, holder=mail.holder).update(holder="", **facts)
