"""What a letter says. It is written with the decision, and never changes: pages and PDF only show it.

Our own words are in the language of the requester, the texts of the body in its own; each text that is not in
the language of the letter says in which it is.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext, override, pgettext

from erpd.access.law import Regime
from erpd.access.law_words import cited, in_words, with_section
from erpd.access.models import Decision, Grant, Part
from erpd.access.outcomes import money
from erpd.access.outcomes.regimes import grounds_of
from erpd.access.questions import as_sent
from erpd.access.questions.difference import in_words as in_words_of
from erpd.access.questions.difference import text_in
from erpd.access.questions.of_every_body import ORGANISATION, TRANSFER
from erpd.access.requests.due import is_legal, place_of
from erpd.access.requests.requester import called, language_of
from erpd.accounts.texts import in_language
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.languages import language_name
from erpd.pages.letters.letter import Letter, Row, Section
from erpd.pages.values import written


def as_draft(letter: dict[str, Any]) -> dict[str, Any]:
    """A letter (``Letter.as_json``) that is shown before it is sent: its title and each page say so."""
    with override(letter["language"]):
        mark = gettext("Draft, not sent")
    return {**letter, "title": f"{mark}: {letter['title']}", "draft": mark}


def letter_of(
    *, part: Part, decision: Decision, grant: Grant | None, refused: str, regimes: Sequence[Regime]
) -> Letter:
    """Write the letter of a decision that is about to be saved. ``refused``: what a grant in part refuses."""
    language = language_of(part.request) or "en"
    with override(language):
        writer = _Writer(language, decision.language)
        every = (
            writer.facts(part, decision),
            writer.asked(part),
            writer.decision(decision, refused, regimes),
            writer.grant(grant),
            writer.fee(decision),
            writer.redress(decision.redress, regimes),
        )
        title = gettext("Decision on your request %(reference)s") % {"reference": part.reference}
    sender = in_language(part.body.title, language)[0]
    return Letter(language, title, sender, [section for section in every if section.rows])


_REPEATED = (ORGANISATION, "data", "use", "period", TRANSFER, "transfer-countries")
"""The questions whose answers the letter repeats."""


class _Writer:
    def __init__(self, language: str, theirs: str) -> None:
        self._language, self._theirs = language, theirs

    def facts(self, part: Part, decision: Decision) -> Section:
        place = place_of(part.body)
        body, spoken = in_language(part.body.title, self._language)
        wanted = [(*in_language(one.title, self._language), one.iri) for one in part.wanted.order_by("pk")]
        rows = [
            Row(body, gettext("Competent body"), self._other(spoken)),
            Row(part.reference, gettext("Reference")),
            Row(called(part.request), gettext("Requester")),
            *(
                Row(f"{title}\n{iri}" if title else iri, gettext("Data set"), self._other(tongue))
                for title, tongue, iri in wanted
            ),
            Row(written(place.day_of(part.received)) if part.received else "", pgettext("date", "Received")),
            Row(written(place.day_of(decision.at)), pgettext("date", "Decided")),
        ]
        if part.due and is_legal(part):
            rows.append(Row(written(part.due), gettext("Last day for the decision by law")))
        return _section(gettext("Request"), rows)

    def asked(self, part: Part) -> Section:
        """What the decision rests on; a transfer out of the Union among it (Article 5)."""
        sent = part.submissions.order_by("pk").last()
        questions = {one.id: one for one in as_sent(sent.form, self._language)} if sent else {}
        given = sent.answers if sent else {}
        rows = [
            Row(
                in_words_of(questions[name], given[name], self._language),
                text_in(questions[name].label, self._language),
            )
            for name in _REPEATED
            if name in questions and name in given
        ]
        return _section(gettext("What you asked for"), rows)

    def decision(self, decision: Decision, refused: str, regimes: Sequence[Regime]) -> Section:
        known = grounds_of(regimes)
        return _section(
            gettext("Decision"),
            [
                Row(_outcomes()[decision.outcome]),
                self._body(refused, gettext("What is refused")),
                *(
                    Row(
                        with_section(in_words(known[code].text), cited(known[code].section)),
                        gettext("Ground"),
                    )
                    for code in decision.grounds
                    if code in known
                ),
                self._body(decision.explanation, gettext("Explanation")),
            ],
        )

    def grant(self, grant: Grant | None) -> Section:
        if grant is None:
            return Section("", [])
        return _section(
            gettext("What is granted"),
            [
                Row(written(grant.since), gettext("First day")),
                Row(
                    written(grant.until) if grant.until else gettext("none: it does not end by itself"),
                    gettext("Last day"),
                ),
                self._body(grant.purpose, gettext("Purpose")),
                self._body(grant.extract, gettext("Data")),
                self._body(grant.environment, gettext("Environment")),
                self._body(grant.conditions, gettext("Conditions")),
                Row("\n".join(grant.people), gettext("People")),
            ],
        )

    def fee(self, decision: Decision) -> Section:
        if not decision.fee:
            return _section(gettext("Fee"), [Row(gettext("There is no fee."))])
        rows = [Row(money.in_words(decision.fee, decision.fee, decision.currency), gettext("Amount"))]
        if decision.estimate and decision.estimate.answered:
            day = place_of(decision.part.body).day_of(decision.estimate.answered)
            rows.append(Row(written(day), gettext("You accepted the estimate on")))
        return _section(gettext("Fee"), rows)

    def redress(self, redress: dict[str, str], regimes: Sequence[Regime]) -> Section:
        tongue = redress.get("language", "")
        name = language_name(tongue, self._language) if tongue in EU_LANGUAGES else tongue
        law = next((each for each in regimes if each.redress.required), None)
        said = (
            with_section(in_words(law.redress.text), f"{in_words(law.name)}, {cited(law.redress.section)}")
            if law
            else ""
        )
        rows = [
            self._body(redress.get("body", ""), gettext("Who reviews this decision")),
            self._body(redress.get("address", ""), gettext("Address")),
            self._body(redress.get("within", ""), gettext("Time limit")),
            Row(name, gettext("Language")),
        ]
        return _section(gettext("If you disagree"), [Row(said), *rows] if redress.get("body") else [])

    def _body(self, text: str, label: str) -> Row:
        return Row(text, label, self._other(self._theirs))

    def _other(self, language: str) -> str:
        return language if language != self._language else ""


def _section(heading: str, rows: Iterable[Row]) -> Section:
    return Section(heading, [row for row in rows if row.text])


def _outcomes() -> dict[str, str]:
    return {
        Decision.Outcome.GRANTED: gettext("Your request is granted."),
        Decision.Outcome.PARTLY: gettext("Your request is granted in part. The rest is refused."),
        Decision.Outcome.REFUSED: gettext("Your request is refused."),
    }
