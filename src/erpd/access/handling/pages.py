"""The pages of a body's desk: its lists of requests."""

from django.http import HttpRequest, HttpResponse

from erpd.access.handling.lists import LISTS, found, key_of, listed, numbers, rows
from erpd.access.handling.opening import lacking
from erpd.access.handling.places import desk_place, part_place
from erpd.accounts.paging import cut, words
from erpd.accounts.sign_in.signed_in import signed_in


@signed_in
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """The parts that somebody at the desk sees. ``?list=``: which; ``?q=``: what to look for."""
    place = desk_place(request, slug)
    text = words(request)
    chosen = request.GET.get("list", "")
    listing = LISTS.get(chosen) or LISTS["all" if text or not place.is_handler else "to-do"]
    shown = found(place.parts, text)
    page = cut(request, listed(shown, listing, place.today, request.GET.get("after", "")), key_of)
    counted = numbers(place.parts, place.today)
    facts = {
        "page": page,
        "rows": rows(page.rows, place.today, place.languages),
        "lists": [(each, counted.get(each.name)) for each in LISTS.values()],
        "chosen": listing.name,
        "q": text,
        "lacking": lacking(place.body) if place.is_handler else [],
    }
    return place.show("access/handling/lists.html", facts)


@signed_in
def part_page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One request: what is asked, and what can be done with it now."""
    place = part_place(request, slug, reference)
    return place.show("access/handling/part.html", {})
