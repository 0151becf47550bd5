"""The result of a rehearsal as a PDF, to send along."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from erpd.accounts.rates import Buckets
from erpd.accounts.visitors import kept_by_nobody, network
from erpd.metadata.masking import plain, shown
from erpd.operate.models import Rehearsal
from erpd.operate.rehearsing.pages import FindingRow, ended_one, shown_facts
from erpd.pages.letters.letter import Letter, Row, Section
from erpd.pages.letters.pdf import NotMade, pdf_of
from erpd.publish.methods import safe

logger = logging.getLogger(__name__)

OF_VISITORS = Buckets(20, 1 / 30)
"""PDFs of one network: each is a process of its own."""


@kept_by_nobody
@safe
def result_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The result as a PDF. 404 until there is one."""
    one = ended_one(key)
    if wait := OF_VISITORS.take(network(request.META.get("REMOTE_ADDR", ""))).wait:
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    address = settings.NODE.base_url + reverse("rehearsing:result", args=[one.key])
    try:
        made = pdf_of(_letter(one, address).as_json(), at=one.asked, address=address)
    except NotMade as error:
        logger.error("%s could not be set: %s", one, plain(str(error)))
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="rehearsal.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _letter(one: Rehearsal, address: str) -> Letter:
    facts = shown_facts(one)
    seen = facts["seen"]
    rows = [
        Row(shown(one.url), gettext("Web address")),
        Row(facts["protocol"], gettext("Protocol")),
        Row(f"{date_format(one.asked, 'DATETIME_FORMAT')} UTC", gettext("Rehearsed (UTC)")),
        Row(address, gettext("This result on the web")),
        Row(seen.get("error") or "", gettext("Error"), "en"),
    ]
    numbers = [Row(str(number), str(text).capitalize()) for text, number in facts["bins"]]
    answers = [Row(f"{row.word}. {row.text}", f"{row.label} ({row.section})") for row in facts["answers"]]
    findings = [Row("\n".join(_lines(row)), row.remark.label) for row in facts["findings"]]
    sections = [
        Section("", rows),
        Section(gettext("What the guidelines ask"), answers),
        Section(gettext("What would become of the records"), numbers),
        Section(gettext("What to put right"), findings),
    ]
    told = [Section(each.heading, [row for row in each.rows if row.text]) for each in sections]
    title = gettext("Result of the rehearsal")
    return Letter(get_language() or "en", title, _sender(), [each for each in told if each.rows])


def _sender() -> str:
    title: str = settings.NODE.title
    return title


def _lines(row: FindingRow) -> list[str]:
    came = [gettext("It came as:"), row.before] if row.before else []
    right = gettext("It is right as:") if row.before else gettext("An example of how it is right")
    return [row.remark.text, *came, *([right, row.after] if row.after else [])]
