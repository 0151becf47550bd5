"""Who is told about a portal by mail: operators that it waits, administrators what was decided."""

from erpd.accounts.mails import tell
from erpd.accounts.models import Membership, Owner
from erpd.accounts.texts import in_language
from erpd.submit.models import Portal


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
