"""The mail about an objection: what was decided, and why, to those who run the source."""

from django.utils.translation import gettext, ngettext, override

from erpd.accounts.mails import tell
from erpd.harvest.leaving import still_gone
from erpd.harvest.models import Run
from erpd.operate.models import HarvestingRequest, Objection, Subscription
from erpd.operate.suppliers.subscribing import notice_token, stop_token
from erpd.operate.words import still_withdrawn


def tell_of_decision(run: Run) -> None:
    """Tell of the decision about the objection to a run, in the transaction in which it is made.

    It goes to those who get notices of the source; if there is nobody, to who asked that it is harvested.
    Nothing is told of a run to which nobody objected.
    """
    said = Objection.objects.filter(run=run).select_related("run__settings__source").first()
    if said is None or not (said.ended or said.is_undone):
        return
    subscribed = list(Subscription.objects.filter(settings=run.settings_id).exclude(confirmed=None))
    for one in subscribed:
        links = {"token": notice_token(one, run), "stop": stop_token(one)}
        _tell(said, one.email, one.language, "objection-decided", **links)
    if not subscribed:
        for asked in HarvestingRequest.objects.filter(settings=run.settings_id).exclude(email=""):
            _tell(said, asked.email, asked.language, "objection-decided-point")


def _tell(said: Objection, email: str, language: str, letter: str, **links: str) -> None:
    with override(language):
        decision = _decision(said)
    tell(
        email,
        letter,
        language=language,
        source=said.run.settings.source.slug,
        at=f"{said.at:%Y-%m-%d}",
        reason=said.reason,
        decision=decision,
        **links,
    )


def _decision(said: Objection) -> str:
    """As the page of the supplier has it."""
    if not said.ended:
        return gettext("The operator has undone the whole run.")
    if not said.is_upheld:
        return gettext("The operator has left them withdrawn: %(answer)s") % {"answer": said.answer}
    number = said.run.put_back or 0
    told = ngettext(
        "The operator has put back %(number)s data set.",
        "The operator has put back %(number)s data sets.",
        number,
    )
    return f"{told % {'number': number}} {still_withdrawn(still_gone(said.run).count())}".rstrip()
