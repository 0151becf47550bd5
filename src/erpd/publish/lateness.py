"""What a door says where what it reads is too far behind the register: never less without a word."""

from django.http.response import HttpResponseBase

from erpd.register.derived import Derived, is_late


def lateness(derived: Derived) -> str:
    """A sentence for people and logs; "" where it is not too far behind."""
    if not is_late(derived):
        return ""
    return (
        f"The {derived.title} is behind the register: the newest changes are not shown yet. "
        "See /readyz for how far it is."
    )


def say_if_late(response: HttpResponseBase, derived: Derived) -> None:
    """Add a header for it: 110 means that an answer is stale (RFC 7234, 5.5.1)."""
    if said := lateness(derived):
        response["Warning"] = f'110 - "{said}"'
