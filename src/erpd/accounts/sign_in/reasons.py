"""Why somebody is asked to sign in, and what comes then: told from where they wanted to go (``next``).

It says the same whether or not there is such a page, so nobody learns which there are.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_HOW = _(
    "You need no account to search, to read or to ask for access, but you need one to publish. It takes an "
    "e-mail address, which you confirm by a link that we send you."
)
# The first that matches counts. Path -> why, what comes then, how to get an account.
_REASONS: tuple[tuple[str, tuple[str | Promise, ...]], ...] = (
    (
        r"/owners/apply/",
        (
            _(
                "Here you ask for your organisation to become a data owner. Sign in first, so that the "
                "operator knows who is asking and can answer you."
            ),
            _("Next, you look up your organisation and send the request. The answer comes by e-mail."),
            _HOW,
        ),
    ),
    (
        r"/desk/",
        (
            _("The desk is for those who run this site."),
            _("Next, you come to the page that you asked for, after your second factor."),
            _("If you are to work at the desk, create an account, then ask an operator to let you in."),
        ),
    ),
    (
        r"/requests/new\b",
        (
            _("You are about to ask for access. With an account, you find all your requests in one place."),
            _("Next, you come back to the data set and begin your request."),
            _(
                "An account takes an e-mail address, which you confirm by a link that we send you. You can "
                "also go back and ask for access without one."
            ),
        ),
    ),
    (
        r"/requests/",
        (
            _("Sign in, so that you find your requests for access again."),
            _("Next, you come to the page that you asked for."),
            _("If you have no account, create one, or go back and ask with your e-mail address alone."),
        ),
    ),
    (
        r"/bodies/[^/]+/desk/",
        (
            _("This page is for those who answer requests for access to data."),
            _("Next, you come to the page that you asked for, if you answer requests there."),
            _(
                "If you are to answer requests, ask an administrator of your organisation to invite you and "
                "to give you this task."
            ),
        ),
    ),
    (
        r"/owners/.+",
        (
            _("This page is for members of a data owner."),
            _("Next, you come to the page that you asked for, if you are a member."),
            _(
                "If you are not yet a member, ask an administrator of your organisation to invite you. The "
                "invitation leads you to a new account."
            ),
        ),
    ),
)
_OTHERWISE = (
    _(
        "Sign in to see your requests for access, to publish data sets, or to look after your organisation "
        "or your account."
    ),
    "",
    _HOW,
)


def reasons(after: str | None) -> tuple[str | Promise, ...]:
    """Why one signs in before ``after``, what comes then (may be ""), how to get an account."""
    return next((said for path, said in _REASONS if re.match(path, after or "")), _OTHERWISE)
