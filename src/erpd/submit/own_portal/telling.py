"""What the administrators of an owner are told about its portal by mail."""

from typing import Any

from django.utils.translation import override

from erpd.accounts.mails import tell
from erpd.accounts.models import Holding, Membership, Owner
from erpd.accounts.texts import in_language
from erpd.harvest.models import Run
from erpd.harvest.turnover import DECIDED
from erpd.submit.models import Portal
from erpd.submit.own_portal.words import why

_LOOKED_BACK = 20  # runs among which the last one is sought that no person undid


def tell_administrators(owner: Owner, portal: Portal) -> None:
    """The operator has approved or refused a portal."""
    _tell(owner, portal, f"portal-{portal.state}", reason=portal.reason)


def tell_of_run(run: Run) -> None:
    """The runs of a portal begin to fail, or work again. Nothing is told of those that fail like the last."""
    approved = Portal.objects.filter(source=run.settings_id, state=Portal.State.APPROVED)
    portal = approved.select_related("catalogue").first()
    holding = portal and Holding.objects.select_related("owner").filter(catalogue=portal.catalogue).first()
    if not portal or not holding:
        return
    before = _last_before(run)
    failed, failed_before = run.state == Run.State.FAILED, bool(before and before.state == Run.State.FAILED)
    if failed and before and portal.decided and before.started < portal.decided:
        failed_before = False  # another address, or another filter
    if failed != failed_before:
        _tell(holding.owner, portal, "portal-failed" if failed else "portal-works", error=run.error)


def _last_before(run: Run) -> Run | None:
    earlier = Run.objects.filter(settings=run.settings_id, pk__lt=run.pk).order_by("-pk")[:_LOOKED_BACK]
    return next((one for one in earlier if one.error.get("rule") not in DECIDED), None)


def _tell(
    owner: Owner, portal: Portal, template: str, *, reason: str = "", error: dict[str, Any] | None = None
) -> None:
    members = owner.memberships.filter(role=Membership.Role.ADMIN, person__is_active=True)
    for member in members.select_related("person"):
        language = member.person.language
        with override(language):
            said = why(error or {})
            texts = {"why": str(said.text), "advice": str(said.advice)} if said else {}
        tell(
            member.person.email,
            template,
            language=language,
            owner=owner.slug,
            catalogue=portal.catalogue.slug,
            portal=portal.pk,
            title=in_language(owner.title, language)[0],
            url=portal.url,
            reason=reason,
            **texts,
        )
