"""Ask, send, answer, write again, make a request of it, forget."""

import secrets
from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from erpd.access.bodies.deciding import takes_requests
from erpd.access.enquiries.refusals import Code, Refused
from erpd.access.models import AccessRequest, Answer, Body, Enquiry
from erpd.access.requests.starting import save, start
from erpd.access.requests.telling import handlers
from erpd.accounts.actions.invitations import digest_of
from erpd.accounts.addresses import public
from erpd.accounts.mails import tell
from erpd.accounts.may import VISITOR, Actor, Kind, Role, Thing, roles
from erpd.accounts.texts import in_language
from erpd.accounts.visitors import DAY, VALID, NoSuchLink, TooMany, has_links_enough
from erpd.metadata.storable import storable
from erpd.register.models import DataSet

LONGEST = 2_000  # characters of a text: a mail has no more
KEPT = timedelta(days=365)  # after the last that was written
MOST_TOLD = 50  # enquiries to a body in a day: handlers find more at the desk, without a mail for each
MOST_WAITING = 1_000  # for their link, on the whole node
MOST_UNANSWERED = 5  # texts of the asker that follow each other
MOST_ANSWERS = 100  # of an enquiry
_MOST_REMOVED = 1_000
_LONGEST_TITLE = 300
_USE = "use"  # the question of every body that the text answers
_links = Signer(salt="enquiry", sep="~")


def takes_enquiries(body: Body) -> bool:
    """Whether a question to a body reaches somebody: at its desk, or by its contact address."""
    return takes_requests(body) or bool(body.contact)


@transaction.atomic
def ask(
    *, body: Body, email: str, text: str, language: str, data_set: DataSet | None = None, title: str = ""
) -> None:
    """Keep a question, and send its asker a link that confirms their address.

    An address that had its links today gets no more, and nobody is told: it may be somebody else's. Raises
    ValidationError for an address that is none, TooMany.
    """
    email = public(email)
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)  # so that two at once are counted
    today = Enquiry.objects.filter(asked__gt=timezone.now() - DAY)
    # No number of questions closes a body: whoever sends many would decide who else can ask.
    if today.filter(digest__isnull=False).count() >= MOST_WAITING:
        raise TooMany
    if has_links_enough(email, today):
        return
    token = secrets.token_urlsafe(32)
    Enquiry.objects.create(
        body=body,
        data_set=data_set,
        title=storable(title)[:_LONGEST_TITLE],
        email=email,
        text=_said(text),
        language=language,
        digest=digest_of(token),
    )
    tell(email, "enquiry-to-confirm", language=language, title=_name(body, language), token=token)


def waiting(token: str) -> Enquiry:
    """The question that a link sends. Raises NoSuchLink."""
    found = _waiting(token).select_related("body__keeper").first()
    if found is None or not takes_enquiries(found.body):
        raise NoSuchLink
    return found


@transaction.atomic
def send(*, token: str) -> Enquiry:
    """Send a question to the handlers of its body, or to its contact address. Raises NoSuchLink.

    However many come, each waits at the desk; of the first ``MOST_TOLD`` in a day, handlers get a mail.
    """
    found = _waiting(token).select_for_update(of=("self",)).select_related("body__keeper").first()
    if found is None or not takes_enquiries(found.body):
        raise NoSuchLink
    today = Enquiry.objects.filter(body=found.body, sent__gt=timezone.now() - DAY).count()
    found.digest = None
    found.sent = found.changed = timezone.now()
    found.waits = takes_requests(found.body)
    found.save(update_fields=["digest", "sent", "changed", "waits"])
    if found.waits and today < MOST_TOLD:
        _tell_handlers(found)
    elif not found.waits:
        tell(
            found.body.contact,
            "enquiry-by-mail",
            language=found.body.language,
            title=_name(found.body, found.body.language),
            email=found.email,
            name=found.title,
            text=found.text,
        )
    return found


@transaction.atomic
def answer(*, who: Actor, enquiry: Enquiry, text: str) -> Answer:
    """Answer as a handler: by mail, and on the page of the asker.

    Raises Http404 for all but the handlers of the body, Refused for an empty text or one too many.
    """
    enquiry = _locked(enquiry)
    demand_handler(who, enquiry.body)
    made = _write(enquiry, text, person=who.person, of_body=True)
    tell(
        enquiry.email,
        "enquiry-answered",
        language=enquiry.language,
        title=_name(enquiry.body, enquiry.language),
        text=made.text,
        token=link_of(enquiry),
    )
    return made


@transaction.atomic
def write_again(*, enquiry: Enquiry, text: str) -> Answer:
    """Write again as its asker, whose private link was opened. Raises Refused."""
    enquiry = _locked(enquiry)
    if not takes_requests(enquiry.body):
        raise Refused(Code.NO_DESK, body=_name(enquiry.body, enquiry.language))
    last = enquiry.answers.order_by("-pk").values_list("of_body", flat=True)[:MOST_UNANSWERED]
    if len(last) == MOST_UNANSWERED and not any(last):
        raise Refused(Code.TOO_MANY, number=MOST_UNANSWERED)
    was_waiting = enquiry.waits
    made = _write(enquiry, text, of_body=False)
    if not was_waiting:
        _tell_handlers(enquiry)
    return made


@transaction.atomic
def make_request(*, enquiry: Enquiry, who: Actor = VISITOR) -> AccessRequest:
    """Make a draft of a request of it, with its text as the use; the same one if that was done before.

    It belongs to the account of ``who`` if that has the confirmed address, else to the address. Raises
    Refused, of enquiries (no data set) or of requests.
    """
    enquiry = _locked(enquiry)
    if enquiry.request:
        return enquiry.request
    if enquiry.data_set is None:
        raise Refused(Code.NO_DATA_SET)
    person = who.person if who.person and who.person.email == enquiry.email else None
    made = start(
        person=person,
        email="" if person else enquiry.email,
        language=enquiry.language,
        data_sets=[enquiry.data_set],
    )
    made = save(who=who, request=made, answers={_USE: enquiry.text}, opened={made.pk})
    enquiry.request = made
    enquiry.save(update_fields=["request"])
    return made


def link_of(enquiry: Enquiry) -> str:
    """What stands in the private link. It works until the enquiry is forgotten."""
    return _links.sign(str(enquiry.pk))


def of_link(token: str) -> Enquiry:
    """The enquiry of a private link. Raises NoSuchLink."""
    try:
        key = _links.unsign(token)
    except BadSignature:
        raise NoSuchLink from None
    found = (
        Enquiry.objects.filter(pk=key, sent__isnull=False).select_related("body__keeper", "data_set").first()
    )
    if found is None:
        raise NoSuchLink
    return found


def demand_handler(who: Actor, body: Body) -> None:
    """Raises Http404 unless ``who`` answers requests for a body."""
    if (
        who.key
        or body.keeper_id is None
        or Role.HANDLER not in roles(who, Thing(Kind.REQUEST, body.keeper_id))
    ):
        raise Http404


def forget() -> None:
    """Erase what nobody confirmed in time, and what nobody has added to for a year; for the worker."""
    now = timezone.now()
    for old in (
        Enquiry.objects.filter(sent=None, asked__lt=now - VALID),
        Enquiry.objects.filter(sent__isnull=False, changed__lt=now - KEPT),
    ):
        Enquiry.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_MOST_REMOVED])).delete()


def _waiting(token: str) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(digest=digest_of(token), asked__gt=timezone.now() - VALID)


def _locked(enquiry: Enquiry) -> Enquiry:
    rows = Enquiry.objects.select_for_update(of=("self",)).select_related("body__keeper", "data_set")
    found = rows.filter(pk=enquiry.pk, sent__isnull=False).first()
    if found is None:
        raise Http404
    return found


def _write(enquiry: Enquiry, text: str, **facts: object) -> Answer:
    text = _said(text)
    if not text:
        raise Refused(Code.EMPTY)
    if enquiry.answers.count() >= MOST_ANSWERS:
        raise Refused(Code.TOO_MANY, number=MOST_ANSWERS)
    made = Answer.objects.create(enquiry=enquiry, text=text, **facts)
    enquiry.changed, enquiry.waits = timezone.now(), not made.of_body
    enquiry.save(update_fields=["changed", "waits"])
    return made


def _tell_handlers(enquiry: Enquiry) -> None:
    for person in handlers(enquiry.body.keeper):
        tell(
            person.email,
            "enquiry",
            language=person.language,
            title=_name(enquiry.body, person.language),
            body=enquiry.body.slug,
            enquiry=enquiry.pk,
        )


def _said(text: str) -> str:
    return storable(text).strip()[:LONGEST]


def _name(body: Body, language: str) -> str:
    return in_language(body.title, language)[0]
