"""A request is estimated, decided, granted and revoked through the pages of the desk."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from erpd.access.models import Decision, Estimate, Grant, Part
from erpd.access.outcomes import estimating
from erpd.access.requests import moving
from erpd.accounts.may import Actor
from erpd.accounts.models import Mail
from erpd.pages.values import written
from tests.access.handling.conftest import At, Desk, sent
from tests.accounts.owner_pages.conftest import shown, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]
ESTIMATE = {"least": "100", "most": "250.50", "currency": "EUR", "covers": "An extract."}


def values(page: Any) -> dict[str, str]:
    """What stands in the fields of a form, as it would be sent."""
    found = page.xpath("//div[contains(@class, 'erpd-audience')]//*[self::input or self::textarea]")
    typed = [one for one in found if one.get("type") not in ("checkbox", "hidden")]
    return {one.get("name"): one.get("value") or (one.text or "").strip() for one in typed}


def wrong(answer: Any) -> list[str]:
    """The fields that are marked."""
    assert answer.status_code == 400
    return sorted(answer.context["failed"].errors)


def test_an_estimate_is_accepted_and_a_grant_charges_it(
    cbs: Desk, signed: Callable[[Actor], Client], ada: Actor
) -> None:
    part = moving.take(who=cbs.handler, part=sent(cbs, ada))
    at = At(signed(cbs.handler), cbs, part)
    valid = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert words(at.post("estimate", **ESTIMATE, valid_until="2020-01-01"), 400)
    assert words(at.post("estimate", **ESTIMATE | {"most": "5"}, valid_until=valid), 400)
    assert "estimate is sent" in at.does("estimate", **ESTIMATE, valid_until=valid)
    assert at.offers() == ["message", "extend", "note", "review"]
    for act in ("grant", "refuse", "return"):
        assert "This cannot be done now" in words(at.client.get(f"{at.address}{act}/"), 409)
    assert "is cancelled" in at.does("cancel", at="")
    at.does("estimate", **ESTIMATE, valid_until=valid)
    made = Estimate.objects.latest("pk")
    estimating.accept(who=ada, part=part, text=estimating.wording(made, "en"))
    assert "The estimate was accepted" in words(at.client.get(cbs.address))

    in_dutch = values(shown(at.client.get(f"{at.address}grant/", headers={"Accept-Language": "nl"})))
    form = values(at.page("grant"))
    assert in_dutch["environment"] == form["environment"] != ""
    assert (form["purpose"], form["extract"], form["people"]) == ("A study", "All of it", "Ada")
    given = {**form, "until": "", "language": "en", "sure": "on"}
    assert "tick the box" in words(at.post("grant", **given | {"sure": ""}), 400)
    assert "250.50" in words(at.post("grant", **given | {"fee": "251"}), 409)
    assert "is granted" in at.does("grant", **given | {"fee": "200", "conditions": "Delete it."})
    grant = Grant.objects.get()
    assert (grant.decision.outcome, grant.decision.fee) == ("granted", Decimal("200.00"))
    assert (grant.people, grant.conditions) == (["Ada"], "Delete it.")
    page = words(at.client.get(at.address))
    for said in ("Decided: granted", "200.00 EUR", "An extract.", "The letter"):
        assert said in page
    assert at.client.get(f"/letters/{part.reference}/").status_code == 200
    assert at.offers() == ["message", "revoke", "note", "close"]

    assert words(at.post("revoke", text="", sure="on"), 400)
    assert "tick the box" in words(at.post("revoke", text="Shared with others."), 400)
    assert "is revoked" in at.does("revoke", text="Shared with others.", sure="on")
    page = words(at.client.get(at.address))
    today = written(timezone.localdate())
    assert f"Revoked, {today}: Shared with others." in page
    assert "What was granted" in page
    assert at.offers() == ["message", "note", "close"]
    assert "is closed" in at.does("close", text="")
    assert at.offers() == []


def test_a_refusal_needs_what_the_law_asks_and_says_so(
    cbs: Desk, signed: Callable[[Actor], Client], ada: Actor
) -> None:
    part = moving.take(who=cbs.handler, part=sent(cbs, ada))
    at = At(signed(cbs.handler), cbs, part)
    page = shown(at.client.get(f"{at.address}refuse/"))
    assert "Administrative court" in page.text_content()
    codes = [str(one) for one in page.xpath("//input[@name='grounds']/@value")]
    given = {"language": "en", "sure": "on", "summary": ""}
    refused = words(at.post("refuse", **given, explanation=""), 409)
    assert "needs a ground" in refused
    assert "needs an explanation" in refused
    assert Part.objects.get(pk=part.pk).state == "review"
    seen = at.seen("refuse")
    for _ in range(2):  # sent twice: decided once
        facts = {
            **given,
            "act": "refuse",
            "seen": seen,
            "grounds": codes[0],
            "explanation": "<b>Secret.",
        }
        assert at.client.post(f"{at.address}refuse/", facts).status_code == 302
    assert Decision.objects.get().grounds == codes[:1]
    assert "Decided: refused" in words(at.client.get(at.address))
    assert "This cannot be done now" in words(at.client.get(f"{at.address}grant/"), 409)


def test_a_letter_is_read_as_a_draft_before_it_is_sent(
    cbs: Desk, signed: Callable[[Actor], Client], ada: Actor
) -> None:
    part = moving.take(who=cbs.handler, part=sent(cbs, ada))
    at = At(signed(cbs.handler), cbs, part)
    code = at.page("refuse").xpath("//input[@name='grounds']/@value")[0]
    said = {"language": "en", "summary": "", "grounds": code, "explanation": "<b>Names would show it."}
    mails = Mail.objects.count()
    page = shown(at.post("refuse", **said, do="preview"))
    [draft] = page.xpath("//section[@id='draft']")
    seen = draft.text_content()
    assert f"Draft, not sent: Decision on your request {part.reference}" in seen
    for text in ("<b>Names would show it.", "Administrative court"):
        assert text in seen
    assert page.xpath("//textarea[@name='explanation']")[0].text.strip() == "<b>Names would show it."
    assert not page.xpath("//*[@role='alert']"), "nothing is wrong: the box need not be ticked yet"
    answer = at.post("refuse", **said, do="preview-pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="draft-{part.reference}.pdf"'
    [first, *_] = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    content = first.extract_text()
    assert "Names would show it." in content
    assert content.count("Draft, not sent") == 2, "the title, and the mark of the page"
    # The rules hold for a draft as well, and nothing was done.
    assert "needs an explanation" in words(
        at.post("refuse", **said | {"explanation": " "}, do="preview"), 409
    )
    assert (Mail.objects.count(), Part.objects.get(pk=part.pk).state) == (mails, "review")
    assert not Decision.objects.exists()
    assert "is refused" in at.does("refuse", **said, sure="on")
    assert "Draft" not in str(Decision.objects.get().letter)


def test_a_grant_in_part_says_what_is_not_granted(
    cbs: Desk, signed: Callable[[Actor], Client], ada: Actor
) -> None:
    part = moving.take(who=cbs.handler, part=sent(cbs, ada))
    at = At(signed(cbs.handler), cbs, part)
    page = at.page("grant-in-part")
    code = page.xpath("//input[@name='grounds']/@value")[0]
    given = {**values(page), "until": "", "language": "en", "sure": "on", "grounds": code}
    given["explanation"] = "Names would show who is ill."
    empty = at.post("grant-in-part", **{**given, "grounds": [], "explanation": ""})
    assert wrong(empty) == ["explanation", "grounds", "refused"]
    assert wrong(at.post("refuse", language="en")) == ["explanation", "grounds", "sure"]
    assert wrong(at.post("grant-in-part", **given)) == ["refused"]
    assert "granted in part" in at.does("grant-in-part", **given | {"refused": "The names."})
    assert Decision.objects.get().outcome == "partly"
