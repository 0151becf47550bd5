"""Who asks: what their account says now goes before what was said when the request began."""

from erpd.access.models import AccessRequest
from erpd.access.requests.requester import address_of, called, language_of, name_of
from erpd.accounts.models import Person


def test_who_asks_as_far_as_we_know():
    account = Person(email="ada@uni.example", name="Ada", language="nl")
    for request, known in (
        (AccessRequest(person=account, language="en"), ("ada@uni.example", "Ada", "Ada", "nl")),
        (
            AccessRequest(email="bea@home.example", language="fr"),
            ("bea@home.example", "", "bea@home.example", "fr"),
        ),
        (AccessRequest(), ("", "", "", "en")),  # the account is gone
    ):
        assert (address_of(request), name_of(request), called(request), language_of(request)) == known
