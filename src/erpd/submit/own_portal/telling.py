"""Who is told about a portal by mail: operators that it waits, administrators what was decided."""

from erpd.accounts.mails import tell
from erpd.accounts.may import Actor
from erpd.accounts.models import Membership, Owner, Person
from erpd.accounts.texts import in_language
from erpd.submit.models import Portal

_MOST_OPERATORS = 50  # who are told


def tell_operators(who: Actor, owner: Owner, portal: Portal) -> None:
    """A portal waits for approval. A catalogue has few that wait, so nobody can be flooded."""
    operators = Person.objects.filter(office=Person.Office.OPERATOR, is_active=True)
    for operator in operators.order_by("pk")[:_MOST_OPERATORS]:
        tell(
            operator.email,
            "portal-submitted",
            language=operator.language,
            portal=portal.pk,
            title=in_language(owner.title, operator.language)[0],
            by=who.name,
            url=portal.url,
            message=portal.message,
        )


def tell_administrators(owner: Owner, portal: Portal) -> None:
    """The operator has approved or refused a portal."""
    members = owner.memberships.filter(role=Membership.Role.ADMIN, person__is_active=True)
    for member in members.select_related("person"):
        language = member.person.language
        tell(
            member.person.email,
            f"portal-{portal.state}",
            language=language,
            owner=owner.slug,
            catalogue=portal.catalogue.slug,
            portal=portal.pk,
            title=in_language(owner.title, language)[0],
            url=portal.url,
            reason=portal.reason,
        )
