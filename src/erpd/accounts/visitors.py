"""Visitors without an account who write to somebody here: they confirm their address by a link first.

Nobody can use us to write to strangers: few links go to a mailbox, none says what another stranger wrote, and
the answer is the same whether a link was sent or not.
"""

from datetime import timedelta
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from erpd.accounts.addresses import mailbox, validate_public
from erpd.accounts.faults import PlainForm
from erpd.accounts.rates import Buckets
from erpd.accounts.sign_in.signed_in import View
from erpd.publish.methods import like

VALID = timedelta(hours=24)
"""For how long a link can be opened."""
DAY = timedelta(days=1)
MOST_OF_AN_ADDRESS = 3
"""Links of a kind that a mailbox is sent in a day."""
OF_ASKERS = Buckets(10, 1 / 3600)
"""Texts from one network: ten at once, then one an hour. So a few do not use up what the node takes."""


class TooMany(Exception):
    """So much has been asked today that no more is taken."""


class NoSuchLink(LookupError):
    """The link was used, is too old, or made up; or nobody can be asked any more."""


class Address(PlainForm):
    """The field in which a visitor writes their address. Forms of visitors have it last."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_(
            "We write to you at this address. A link comes first, so that nobody can write in your name."
        ),
        error_messages={"required": _("Write your e-mail address.")},
        max_length=254,
        validators=[validate_public],
    )


def has_links_enough(email: str, today: "QuerySet[Any]") -> bool:
    """Whether the mailbox of an address was sent all links of a day; ``today``: their rows."""
    domain = email.rpartition("@")[2]
    sent_to = today.filter(email__endswith=f"@{domain}").values_list("email", flat=True)
    return sum(mailbox(one) == mailbox(email) for one in sent_to) >= MOST_OF_AN_ADDRESS


def takes(request: HttpRequest) -> bool:
    """Whether we take another text from the network of a client now."""
    return not OF_ASKERS.take(network(request.META.get("REMOTE_ADDR", ""))).wait


def network(client: str) -> str:
    """The network of a client: a site of IPv6 has 2^16 networks of 2^64 addresses each (RFC 6177)."""
    try:
        version = ip_address(client).version
    except ValueError:
        return client
    return str(ip_network(f"{client}/{24 if version == 4 else 48}", strict=False))


def kept_by_nobody(view: View) -> View:
    """A page that no cache and no search engine keeps: GET and POST alone, or what ``view`` says."""

    @like(view)
    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        response = view(request, *given, **named)
        add_never_cache_headers(response)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return page
