"""The last page of the form: the data set as visitors see it, what we found, a button that publishes it."""

from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from erpd.accounts.may import Verb
from erpd.accounts.readiness import hindrances
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.metadata.findings import Severity
from erpd.pages.findings import Remark
from erpd.pages.record_page import record_facts
from erpd.publish.methods import safe
from erpd.register.models import Catalogue
from erpd.submit.catalogue_pages.reaching import delivery_place
from erpd.submit.catalogue_pages.record import as_shown
from erpd.submit.form.fields import REVIEW, STEPS
from erpd.submit.form.notes import notes_of, score
from erpd.submit.form.opened import Opened
from erpd.submit.form.steps import href_of, pointed, steps
from erpd.submit.models import Delivery

MOST_SHOWN = 50  # of each kind


class Linked(NamedTuple):
    """Something that was found, and the address of the field where it is put right; "" if there is none."""

    remark: Remark
    href: str


@signed_in
@safe
def review(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Everything at once, before it is published."""
    at = delivery_place(request, slug, catalogue, key)
    at.demand(Verb.CHANGE)
    assert at.delivery
    opened = Opened(at, STEPS[0], at.delivery)
    found = notes_of(opened)
    by_severity = {
        severity: [
            Linked(note.remark, href_of(opened, note)) for note in found if note.finding.severity is severity
        ]
        for severity in Severity
    }
    errors, warnings = by_severity[Severity.ERROR], by_severity[Severity.WARNING]
    protected = at.catalogue.kind != Catalogue.Kind.OPEN
    facts = {
        **record_facts(request, as_shown(at.delivery), at.languages, protected=protected),
        "steps": steps(opened, found, REVIEW),
        "errors": errors[:MOST_SHOWN],
        "warnings": warnings[:MOST_SHOWN],
        "repairs": by_severity[Severity.REPAIR][:MOST_SHOWN],
        "number_of_errors": len(errors),
        "pointed": list(pointed(opened)),
        "score": score(opened),
        "hindrances": hindrances(at.owner),
        "is_published": at.delivery.state == Delivery.State.PUBLISHED,
    }
    return at.show("submit/form/review.html", facts)
