"""How competent bodies are entered, changed and removed: by operators, and by an owner for its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from erpd.access.bodies.costs import COSTS
from erpd.access.models import Body, DecidedFor, Wanted
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.states import State
from erpd.accounts.actions.locking import locked
from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Owner
from erpd.accounts.slugs import short_name
from erpd.accounts.texts import in_language, texts
from erpd.metadata.iri import is_iri
from erpd.metadata.storable import storable
from erpd.register.models import Catalogue
from erpd.sources.links import is_on_the_web

LONGEST_TITLE = 300
LONGEST_CELL = 500
MOST_ROWS = 50  # of a table
MOST_PUBLISHERS = 500
LONGEST_IRI = 500
_LONGEST_SLUG = 40


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is said about a body. All texts but the title are in one language."""

    title: str
    language: str = "en"
    country: str = ""
    contact: str = ""
    ask: str = ""
    aim: int | None = None
    redress: str = ""
    redress_address: str = ""
    redress_within: str = ""
    redress_language: str = ""
    tariff: Sequence[tuple[str, str]] = ()
    discounts: Sequence[tuple[str, str]] = ()
    costs: Sequence[str] = ()
    method: str = ""
    online: bool | None = None


@dataclass(frozen=True, kw_only=True)
class DecidesFor:
    """For whom a body decides: only operators say so, since it may be for others than the one who says it."""

    owners: Sequence[Owner] = ()
    catalogues: Sequence[Catalogue] = ()
    publishers: Sequence[str] = field(default=())


@transaction.atomic
def create(
    *, who: Actor, facts: Facts, keeper: Owner | None = None, decides: DecidesFor | None = None
) -> Body:
    """Enter a body. Raises PermissionDenied, Http404, ValidationError.

    ``keeper``: the owner whose administrators keep it; it decides for that owner's catalogues.
    """
    _held(who, Verb.CREATE, keeper)
    if keeper and Body.objects.filter(keeper=keeper).exists():
        raise ValidationError(_("There is one already. Change that one."))
    body = Body(slug=_free_slug(facts.title), keeper=keeper)
    _fill(body, facts)
    body.save()
    if keeper:
        body.owners.add(keeper)
    elif decides:
        _decide(body, decides)
    record(who=who, verb="create", thing=Kind.BODY, name=body.slug, owner=keeper)
    return body


@transaction.atomic
def change(*, who: Actor, body: Body, facts: Facts, decides: DecidesFor | None = None) -> Body:
    """Change what is said about a body; ``decides``: and for whom it decides. Raises like ``create``."""
    _held(who, Verb.CHANGE, body.keeper)
    body = _locked(body)
    _fill(body, facts)
    body.save()
    if decides:
        demand(who, Verb.CHANGE, Thing(Kind.NODE))
        _decide(body, decides)
    record(who=who, verb="change", thing=Kind.BODY, name=body.slug, owner=body.keeper)
    return body


@transaction.atomic
def remove(*, who: Actor, body: Body) -> None:
    """Remove a body that has received no requests. Raises like ``create``."""
    _held(who, Verb.ERASE, body.keeper)
    body = _locked(body)
    drafts = body.parts.select_for_update(of=("self",)).filter(state=State.DRAFT)
    gone = [draft.pk for draft in drafts]
    if body.parts.exclude(pk__in=gone).exists() or body.lines.exists():
        raise Refused(Code.BODY_HAS_REQUESTS)
    # Nobody has received these: their data sets stay in the drafts, and have to be asked for elsewhere.
    Wanted.objects.filter(part__in=gone).update(part=None, ask=body.ask)
    body.parts.filter(pk__in=gone).delete()
    record(who=who, verb="erase", thing=Kind.BODY, name=body.slug, owner=body.keeper)
    body.delete()


def held(who: Actor, body: Body) -> Body:
    """A body as it is now, locked until the transaction ends, for somebody who may change it.

    Raises PermissionDenied, Http404.
    """
    _held(who, Verb.CHANGE, body.keeper)
    return _locked(body)


def _locked(body: Body) -> Body:
    """Raises Http404 if somebody has just removed it."""
    found = Body.objects.select_for_update(of=("self",)).filter(pk=body.pk).first()
    if found is None:
        raise Http404
    return found


def _held(who: Actor, verb: Verb, keeper: Owner | None) -> None:
    if keeper:
        locked(who, verb, keeper, Kind.BODY)
    else:
        demand(who, verb, Thing(Kind.BODY))


def _fill(body: Body, facts: Facts) -> None:
    body.title = texts({**body.title, facts.language: facts.title}, longest=LONGEST_TITLE)
    for name in (
        "country",
        "contact",
        "redress",
        "redress_address",
        "redress_within",
        "redress_language",
        "method",
    ):
        setattr(body, name, storable(getattr(facts, name)).strip())
    body.ask = link(facts.ask) if facts.ask.strip() else ""
    body.tariff, body.discounts = _table(facts.tariff), _table(facts.discounts)
    body.language, body.aim, body.online = facts.language, facts.aim, facts.online
    body.costs, body.changed = [code for code in COSTS if code in facts.costs], timezone.now()
    body.clean_fields(exclude=("slug", "title", "keeper", "tariff", "discounts", "costs", "form", "licences"))


def link(text: str) -> str:
    """Return an address of the web. Raises ValidationError for any other: pages link it."""
    text = storable(text).strip()
    if not (is_on_the_web(text) and is_iri(text)):
        raise ValidationError(
            _("“%(text)s” is not an address of the web. Write https://…") % {"text": text[:80]}
        )
    return text


def _table(rows: Sequence[tuple[str, str]]) -> list[list[str]]:
    if len(rows) > MOST_ROWS or any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        raise ValidationError(
            _("A table has at most %(rows)s lines, and a line at most %(signs)s characters on each side.")
            % {"rows": MOST_ROWS, "signs": LONGEST_CELL}
        )
    return [[storable(cell).strip() for cell in row] for row in rows]


def _decide(body: Body, decides: DecidesFor) -> None:
    wanted = list(dict.fromkeys(storable(iri).strip() for iri in decides.publishers))
    wrong = next((iri for iri in wanted if not is_iri(iri) or len(iri) > LONGEST_IRI), None)
    if wrong is not None or len(wanted) > MOST_PUBLISHERS:
        raise ValidationError(
            _("“%(text)s” is not the IRI of a publisher. Write at most %(most)s, one on each line.")
            % {"text": (wrong or "…")[:80], "most": MOST_PUBLISHERS}
        )
    taken = DecidedFor.objects.filter(iri__in=wanted).exclude(body=body).select_related("body").first()
    if taken:
        raise ValidationError(
            _("%(body)s already decides for %(iri)s. Take it away there first.")
            % {"body": in_language(taken.body.title)[0], "iri": taken.iri[:80]}
        )
    body.owners.set({*decides.owners, *filter(None, [body.keeper])})
    body.catalogues.set(decides.catalogues)
    body.publishers.exclude(iri__in=wanted).delete()
    known = set(body.publishers.values_list("iri", flat=True))
    DecidedFor.objects.bulk_create(DecidedFor(iri=iri, body=body) for iri in wanted if iri not in known)


def _free_slug(title: str) -> str:
    stem = short_name(title, _LONGEST_SLUG) or "body"
    slug, number = stem, 2
    while Body.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
