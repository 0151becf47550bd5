"""What a client learns about itself, and about the API: tokens, its own data sets, codes, the document."""

from datetime import UTC, timedelta

from django.http import HttpResponse, HttpResponseRedirect

from erpd.accounts.credentials import tried
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.answers import AccessToken, Credentials, User, listing_of
from erpd.submit.delivery_api.bodies import struct_in
from erpd.submit.delivery_api.datasets import everything
from erpd.submit.delivery_api.door import Asking, NoKey, as_json, public, too_many
from erpd.submit.delivery_api.openapi import document
from erpd.submit.delivery_api.paging import answered
from erpd.submit.delivery_api.problems import Problem, error_codes
from erpd.submit.delivery_api.tokens import SECONDS, issue

_LONGEST = 200  # of the text of a key
SORTS = {
    "listingDate": "created",
    "modifiedDate": "modified",
    "primaryTopicType": "catalogue_id",  # all are data sets
    "ownerId": "by_id",
    "dctTitle": "title",
    "publicationStatus": "state",
}


@public
def token(asking: Asking) -> HttpResponse:
    """Exchange a key for a token. ``clientId`` is the slug of its data owner."""
    body = struct_in(asking.request, Credentials)
    if not body.client_id or not body.api_key:
        raise Problem(problems.INVALID_REQUEST, "clientId and apiKey must not be empty.")
    who = tried(body.api_key[:_LONGEST], asking.request.META.get("REMOTE_ADDR") or None)
    if who.rest and who.too_many:
        raise too_many(who.rest)
    made = issue(body.client_id, who.key) if who.key else None
    if made is None:
        raise NoKey
    response = as_json(AccessToken(made, "Bearer", SECONDS))
    for name, value in (who.rest.headers() if who.rest else {}).items():
        response[name] = value
    return response


@public
def logout(asking: Asking) -> HttpResponse:
    """There is no session to end; a token ends by itself."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


@public
def login(asking: Asking) -> HttpResponse:
    """Lead people to the pages on which they sign in."""
    return HttpResponseRedirect("/account/")


def user(asking: Asking) -> HttpResponse:
    """Return whose key it is."""
    key = asking.given
    issued = asking.issued or key.created
    expires = asking.issued + timedelta(seconds=SECONDS) if asking.issued else key.expires
    return as_json(
        User(
            id=str(key.person_id),
            unique_name=key.person.email,
            name=key.person.name,
            email=key.person.email,
            organisation_id=key.owner.slug,
            authorities=["ROLE_USER"],
            issued_at=issued.astimezone(UTC),
            expires_at=min(expires, key.expires).astimezone(UTC),
        )
    )


def catalog_records(asking: Asking) -> HttpResponse:
    """List the data sets in the catalogue of the key: drafts, published and withdrawn ones."""
    key = asking.given
    found = everything().filter(catalogue=key.catalogue_id, owner=key.owner_id)
    return answered(asking.request, found, SORTS, "listingDate,DESC", listing_of)


@public
def codes(asking: Asking) -> HttpResponse:
    """List the codes that this API answers with."""
    return as_json(error_codes())


@public
def openapi(asking: Asking) -> HttpResponse:
    """Return the OpenAPI document."""
    return as_json(document(), Access_Control_Allow_Origin="*", Cache_Control="max-age=3600")


@public
def nothing(asking: Asking) -> HttpResponse:
    """Answer for whatever is not here."""
    raise Problem(problems.RESOURCE_NOT_FOUND, "See /api/v1/openapi.json for the addresses of this API.")
