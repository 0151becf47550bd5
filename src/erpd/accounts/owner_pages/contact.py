"""The link that confirms a contact address."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.accounts.actions import contacts
from erpd.accounts.refusal import Refusal
from erpd.accounts.texts import in_language
from erpd.pages.languages import reader_languages
from erpd.publish.methods import SAFE, answers


@answers(*SAFE, "POST")
def contact(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the contact address of an owner by the link of a mail (P, condition 2).

    A button does it, because programs that check mails for viruses open every link. 404 for a link that was
    used, replaced or made up.
    """
    facts: dict[str, object] = {}
    status = 200
    try:
        if request.method == "POST":
            owner = contacts.confirm(token=token)
            facts["done"] = True
        else:
            with transaction.atomic():
                owner = contacts.owner_of(token)
    except Refusal as refusal:
        facts["refusal"], status = refusal.hindrances[0], 404
    else:
        facts["owner"] = owner
        facts["name"], facts["name_language"] = in_language(owner.title, *reader_languages(request))
    return render(request, "accounts/owners/contact.html", facts, status=status)
