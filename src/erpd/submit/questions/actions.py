"""Ask, send, forget. No mail to a stranger says anything that another stranger wrote."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from erpd.accounts.actions.invitations import digest_of
from erpd.accounts.addresses import public
from erpd.accounts.mails import tell
from erpd.accounts.models import Owner
from erpd.accounts.texts import in_language
from erpd.accounts.visitors import DAY, VALID, NoSuchLink, TooMany, has_links_enough
from erpd.metadata.storable import storable
from erpd.submit.catalogue_pages.reaching import title_of
from erpd.submit.models import Delivery, Question
from erpd.submit.questions.askable import askable

LONGEST = 2_000  # characters of a question: a mail has no more
KEPT = timedelta(days=365)  # a question that was sent
MOST_ABOUT_A_DATA_SET = 50  # questions a day
MOST_WAITING = 1_000  # on the whole node
_MOST_REMOVED = 1_000


@transaction.atomic
def ask(*, delivery: Delivery, email: str, text: str, language: str) -> None:
    """Keep a question, and send its asker a link that confirms their address.

    An address that had its links today gets no more, and nobody is told: it may be somebody else's. Raises
    ValidationError for an address that is none, TooMany.
    """
    email = public(email)
    Owner.objects.select_for_update().get(pk=delivery.owner_id)  # so that two at once are counted
    today = Question.objects.filter(asked__gt=timezone.now() - DAY)
    if today.filter(delivery=delivery).count() >= MOST_ABOUT_A_DATA_SET:
        raise TooMany
    if today.filter(digest__isnull=False).count() >= MOST_WAITING:
        raise TooMany
    if has_links_enough(email, today):
        return
    token = secrets.token_urlsafe(32)
    Question.objects.create(
        owner=delivery.owner,
        delivery=delivery,
        title=delivery.title or delivery.identifier[:200],
        email=email,
        text=storable(text).strip()[:LONGEST],
        language=language,
        digest=digest_of(token),
    )
    tell(
        email,
        "question-to-confirm",
        language=language,
        title=in_language(delivery.owner.title, language)[0],
        name=title_of(delivery, (language,))[0],
        token=token,
    )


def waiting(token: str) -> Question:
    """The question that a link sends. Raises NoSuchLink."""
    found = _waiting(token).first()
    if found is None or askable(found.delivery_id) is None:
        raise NoSuchLink
    return found


def _waiting(token: str) -> QuerySet[Question]:
    return Question.objects.filter(digest=digest_of(token), asked__gt=timezone.now() - VALID)


@transaction.atomic
def send(*, token: str) -> Question:
    """Send a question to the contact address of the owner that has the data set now. Raises NoSuchLink."""
    question = _waiting(token).select_for_update().first()
    delivery = askable(question.delivery_id) if question else None
    if question is None or delivery is None:
        raise NoSuchLink
    question.owner, question.digest, question.sent = delivery.owner, None, timezone.now()
    question.save(update_fields=["owner", "digest", "sent"])
    first = delivery.owner.memberships.order_by("pk").select_related("person").first()
    language = first.person.language if first else "en"
    tell(
        delivery.owner.contact,
        "question",
        language=language,
        email=question.email,
        name=title_of(delivery, (language,))[0],
        text=question.text,
        owner=delivery.owner.slug,
    )
    return question


def forget() -> None:
    """Erase the questions that nobody confirmed in time, and those sent a year ago; for the worker."""
    now = timezone.now()
    for old in (
        Question.objects.filter(sent=None, asked__lt=now - VALID),
        Question.objects.filter(sent__lt=now - KEPT),
    ):
        Question.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_MOST_REMOVED])).delete()
