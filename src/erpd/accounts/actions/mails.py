"""What operators do to the mails of the outbox."""

from django.db import transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Mail
from erpd.accounts.outbox.sending import send_again
from erpd.accounts.refusal import Code, refusal


@transaction.atomic
def try_again(*, who: Actor, mail: Mail) -> None:
    """Send a mail that has failed again, from its first try. Raises Refusal if it has not failed."""
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    if not Mail.objects.select_for_update().filter(pk=mail.pk, state=Mail.State.FAILED).exists():
        raise refusal(Code.NOT_FAILED)
    send_again(mail)
    record(who=who, verb="send", thing=Kind.NODE, name=f"mail {mail.pk}", to=mail.to, template=mail.template)
