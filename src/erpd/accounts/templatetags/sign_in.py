"""What the pages of the sign-in say of invitations and browsers."""

import re
from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext

from erpd.accounts.sign_in.invited import invited_by
from erpd.accounts.sign_in.reasons import reasons
from erpd.accounts.texts import in_language
from erpd.pages.languages import reader_languages

register = template.Library()

_LONGEST = 60
# The first that is named counts: most browsers name others, too.
_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrom(e|ium)/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"Windows", "Windows"),
    (r"Android", "Android"),
    (r"iPhone|iPad", "iOS"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """A browser in a few words, by its ``User-Agent``; one that we do not know as it calls itself."""
    name, system = (
        next((said for pattern, said in known if re.search(pattern, user_agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    )
    if name and system:
        return gettext("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or user_agent[:_LONGEST]


@register.simple_tag(takes_context=True)
def invitation(context: Context) -> dict[str, Any] | None:
    """The invitation to which the sign-in leads, and the name of its organisation for the reader."""
    found = invited_by(context.get("redirect_field_value"))
    if found is None:
        return None
    name, language = in_language(found.owner.title, *reader_languages(context["request"]))
    return {"name": name, "language": language, "email": found.email, "role": found.get_role_display()}


@register.simple_tag(takes_context=True)
def why(context: Context) -> dict[str, Any]:
    """Why the reader is asked to sign in, what comes then, how to get an account."""
    return dict(zip(("why", "then", "how"), reasons(context.get("redirect_field_value")), strict=True))
