"""The notice of a run, by mail: what is deleted first, then what was found and how to put it right."""

from collections.abc import Iterable
from itertools import islice

from django.utils.translation import gettext, ngettext, override

from erpd.accounts.mails import tell
from erpd.harvest.listing import gone, held
from erpd.harvest.models import Run
from erpd.metadata.masking import plain, shown
from erpd.operate.models import Subscription
from erpd.operate.suppliers.news import News
from erpd.operate.suppliers.subscribing import notice_token, stop_token
from erpd.operate.words import and_more, remarks_of

_MOST = 10  # data sets, or kinds of findings, that a mail lists
_LONGEST = 120  # characters of a line


def tell_of_run(run: Run) -> None:
    """Write the mails about a run that has ended, in its transaction: none twice, none without news."""
    rows = Subscription.objects.filter(settings=run.settings_id, told__lt=run.pk).exclude(confirmed=None)
    wanting = list(rows)
    news = News(run)
    if not wanting or news.is_by_people:
        return
    gone_here = gone(run, _MOST) if news.withdrawn else []
    left = [(one.identifier, one.title) for one in islice(held(run.settings), _MOST)] if run.held else []
    for one in wanting:
        if not news.is_for(one.wants):
            continue
        with override(one.language):
            tell(
                one.email,
                "run-notice",
                language=one.language,
                source=run.settings.source.slug,
                result=news.result,
                ended="" if news.end.is_well else str(news.end.label),
                held=_list(_held(run.held), left, run.held),
                gone=_list(_gone(news.withdrawn), gone_here, news.withdrawn),
                findings=_findings(run),
                token=notice_token(one, run),
                stop=stop_token(one),
            )
        Subscription.objects.filter(pk=one.pk).update(told=run.pk)


def _held(number: int) -> str:
    return ngettext(
        "%(number)s data set has left the source. It is still shown; the operator decides whether it goes:",
        "%(number)s data sets have left the source. "
        "They are still shown; the operator decides whether they go:",
        number,
    ) % {"number": number}


def _gone(number: int) -> str:
    return ngettext(
        "%(number)s data set has left the source and was withdrawn. "
        "If that is wrong, list it again, or say so at the link: it comes back at the same address.",
        "%(number)s data sets have left the source and were withdrawn. "
        "If that is wrong, list them again, or say so at the link: they come back at the same addresses.",
        number,
    ) % {"number": number}


def _list(begin: str, named: Iterable[tuple[str, str]], number: int) -> str:
    if not number:
        return ""
    lines = [shown(f"- {title or identifier} ({identifier})", _LONGEST) for identifier, title in named]
    more = number - len(lines)
    return "\n".join([begin, *lines, *([and_more(more)] if more > 0 else [])])


def _findings(run: Run) -> str:
    found = remarks_of(run)
    remarks = found["remarks"]
    if not remarks:
        return ""
    lines = []
    for one in remarks[:_MOST]:
        text = plain(one.text, 2 * _LONGEST)
        lines.append(f"- {one.label} ({one.times}): {text}" + (f" {one.found}" if one.others else ""))
    more = found["left"] + max(0, len(remarks) - _MOST)
    begin = gettext("What was found, with how to put it right:")
    return "\n".join([begin, *lines, *([and_more(more)] if more > 0 else [])])
