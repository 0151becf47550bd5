"""The profiles in which RDF is offered (``?profile=``), by negotiation or by name.

W3C Content Negotiation by Profile (working draft), sections 5 and 7; RFC 6906 for the link relation.
"""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from erpd.metadata.profile import Profile, load_profile

ARGUMENT = "profile"
_IRI = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Offered:
    """A profile in which something is offered."""

    token: str
    """Its short name in addresses."""
    name: str
    """Its name in ``metadata/profiles``; "" if it is none of DCAT-AP."""
    iri: str

    @property
    def profile(self) -> Profile:
        """Its tables. Only for profiles of DCAT-AP."""
        return load_profile(self.name)


OFFERED = {
    offered.token: offered
    for offered in (
        Offered("dcat-ap-2.1.1", "dcat-ap-2.1.1", "https://semiceu.github.io/DCAT-AP/releases/2.1.1"),
        Offered("dcat-ap-3", "dcat-ap-3.0.1", "https://semiceu.github.io/DCAT-AP/releases/3.0.1"),
    )
}
SCHEMA_ORG = Offered("schema.org", "", "https://schema.org/")
USUAL = OFFERED["dcat-ap-2.1.1"]


class UnknownProfile(ValueError):
    """The request names a profile that is not offered. The message says which are."""


def asked_for(request: HttpRequest, *further: Offered) -> Offered:
    """Return the profile that a request asks for, otherwise the usual one; ``further``: others there are.

    ``?profile=`` takes the short name or the IRI. Among the IRIs of Accept-Profile, the first that we have
    counts; others are passed over (section 7.1.2: a server may ignore what it does not know).

    Raises UnknownProfile for one that the address names.
    """
    offered = {**OFFERED, **{one.token: one for one in further}}
    by_iri = {one.iri: one for one in offered.values()}
    named = request.GET.get(ARGUMENT, "")
    if named:
        found = offered.get(named) or by_iri.get(named)
        if found is None:
            raise UnknownProfile(f"There is no profile {named[:100]!r} here; there are {', '.join(offered)}.")
        return found
    accepted = _IRI.findall(request.headers.get("Accept-Profile", ""))
    return next((by_iri[iri] for iri in accepted if iri in by_iri), USUAL)


def say(response: HttpResponse, profile: Offered) -> None:
    """Say in the headers which profile the answer has."""
    link = f'<{profile.iri}>; rel="profile"'
    response["Link"] = f"{response['Link']}, {link}" if "Link" in response else link
    response["Content-Profile"] = f"<{profile.iri}>"
