"""What somebody typed and could not store: kept until they come back, so that nothing typed is lost.

Each page of the form carries a ticket, which says for whom it was made and where. Whoever has it may store
what they typed for that person at that page, also when the session has ended, and nothing else; so it also
proves that a form comes from our page.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, NamedTuple

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.models import Person
from erpd.accounts.sign_in.signed_in import lacks_second_factor, signed_in
from erpd.metadata.storable import storable
from erpd.pages.errors import forged
from erpd.submit.models import Typed

View = Callable[..., HttpResponse]
KEPT = timedelta(days=7)
MOST = 50  # pages of one person
TICKET = "ticket"
_SALT = "erpd.submit.form"
_LONGEST_PATH = 500


class Kept(NamedTuple):
    """What was typed at a page, as it was posted."""

    pairs: dict[str, str]
    typed: Typed


def ticket(request: HttpRequest) -> str:
    """The ticket of the page that is asked for, for the person who asks."""
    return signing.dumps([request.user.pk, request.path], salt=_SALT)


def form_page(view: View) -> View:
    """A page of the form, for people who are signed in; what others send with a ticket is kept."""
    inside = signed_in(view)

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if request.method == "POST":
            person = _bearer(request)
            is_here = request.user.is_authenticated and not lacks_second_factor(request.user)
            if person and (person != request.user.pk or not is_here):
                is_kept = keep(person, request.path, request.POST.dict())
                if is_kept and not request.user.is_authenticated:
                    said = _("You were signed out. What you typed is kept; sign in to go on.")
                    messages.warning(request, said)
            if request.user.is_authenticated and person != request.user.pk:
                return forged(request)
        return inside(request, *given, **named)

    return page


def keep(person: int, path: str, pairs: dict[str, str]) -> bool:
    """Keep what was posted at a page, in place of what was kept there before. Returns whether it is kept."""
    content = {storable(name): storable(text) for name, text in pairs.items() if name != TICKET}
    now = timezone.now()
    with transaction.atomic():
        forget_old()
        if not Person.objects.filter(pk=person, is_active=True).exists() or len(path) > _LONGEST_PATH:
            return False
        Typed.objects.update_or_create(person_id=person, path=path, defaults={"content": content, "at": now})
        mine = Typed.objects.filter(person=person).order_by("-at", "-pk")
        Typed.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST:])).delete()
    return True


def kept(request: HttpRequest) -> Kept | None:
    """What the person typed at this page and could not store."""
    found = Typed.objects.filter(person=request.user.pk, path=request.path).first()
    if found is None or found.at < timezone.now() - KEPT:
        return None
    return Kept(found.content, found)


def forget(request: HttpRequest) -> None:
    """It is stored, or nobody wants it."""
    Typed.objects.filter(person=request.user.pk, path=request.path).delete()


def forget_old() -> None:
    Typed.objects.filter(at__lt=timezone.now() - KEPT).delete()


def _bearer(request: HttpRequest) -> int | None:
    """For whom the ticket was made that came with a form of this page; None if there is none."""
    try:
        person, path = signing.loads(request.POST.get(TICKET, ""), salt=_SALT, max_age=KEPT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return person if path == request.path and isinstance(person, int) else None
