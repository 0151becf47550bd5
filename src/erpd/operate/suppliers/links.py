"""The links of a source's data sets that lead nowhere, for whoever runs it."""

from typing import Any

from django.db.models import Count, Min

from erpd.harvest.models import SourceSettings
from erpd.metadata.masking import masked, shown
from erpd.operate.links.listing import nowhere
from erpd.operate.links.words import answer_in_words
from erpd.register.models import LinkOf

MOST_LINKS = 20


def links_of(settings: SourceSettings) -> dict[str, Any]:
    """The first of them, and whether there are more, as ``operate/supplier_links.html`` shows them."""
    found = list(nowhere(settings.source_id)[: MOST_LINKS + 1])
    first = found[:MOST_LINKS]
    theirs = LinkOf.objects.filter(link__among=[one.pk for one in first], data_set__source=settings.source_id)
    counted = theirs.values_list("link").annotate(Count("data_set"), Min("data_set__identifier"))
    said_by = {key: (amount, identifier) for key, amount, identifier in counted}
    rows = [
        {
            "address": masked(one.address),
            "answer": answer_in_words(one.answer),
            "since": one.failed,
            "amount": said_by[one.pk][0],
            "identifier": shown(said_by[one.pk][1]),
        }
        for one in first
        if one.pk in said_by
    ]
    return {"links": rows, "links_more": len(found) > len(first)}
