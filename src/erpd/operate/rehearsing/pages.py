"""``/rehearsal``: try an address, without an account, and see what a harvest of it would meet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.faults import PlainForm
from erpd.accounts.visitors import kept_by_nobody
from erpd.harvest.probing.aspects import QUESTIONS, VERDICTS
from erpd.harvest.probing.facts import answer_from
from erpd.metadata.masking import shown
from erpd.operate.models import Rehearsal
from erpd.operate.rehearsing import actions
from erpd.operate.words import BINS
from erpd.pages.findings import Remark, remarks
from erpd.publish.methods import safe
from erpd.register.arrival import Bin
from erpd.sources import SOURCES

_SOON = 3  # seconds after which the page is shown again while it is made
State = Rehearsal.State
_UNFINISHED = (State.WAITING, State.RUNNING)


_REFUSED: dict[type[Exception], str] = {
    actions.NoAddress: gettext_noop("This is not an address of the web. It begins with https:// or http://."),
    actions.HasSecret: gettext_noop(
        "The address contains a password or a key, and results are passed on. Leave it out: the operator "
        "will ask you for it later."
    ),
    actions.TooMany: gettext_noop(
        "So many rehearsals have been asked for that we take no more right now. Please try again in ten "
        "minutes."
    ),
    actions.TooManyOfYours: gettext_noop(
        "Two rehearsals that were asked for from your network still wait or are being made. Wait until one "
        "has ended, then try again."
    ),
}


class Asking(PlainForm):
    """The one address."""

    url = forms.CharField(
        label=_("Web address"),
        help_text=_(
            "Of your OAI-PMH interface, file, SPARQL endpoint or CKAN portal, or of the portal itself."
        ),
        error_messages={"required": _("Write the address.")},
        widget=forms.URLInput,
        max_length=1000,
    )


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One of the ten answers, in the reader's language."""

    verdict: str
    word: str
    label: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A kind of finding, with its repair or an example."""

    remark: Remark
    record: str
    before: str
    after: str


@csrf_exempt  # nobody is known: a form of another site could do no more than its owner
@kept_by_nobody
def asking(request: HttpRequest) -> HttpResponse:
    """Ask for a rehearsal; its own page shows the result."""
    form = Asking(request.POST or None, label_suffix="")
    status, refused = 200, ""
    if request.method == "POST" and form.is_valid():
        url, client = form.cleaned_data["url"].strip(), request.META.get("REMOTE_ADDR", "")
        try:
            return redirect("rehearsing:result", actions.ask(url=url, client=client).key)
        except (actions.NoAddress, actions.HasSecret) as refusal:
            form.add_error("url", gettext(_REFUSED[type(refusal)]))
        except (actions.TooMany, actions.TooManyOfYours) as refusal:
            status, refused = 429, gettext(_REFUSED[type(refusal)])
    if form.errors:
        status = 400
    return render(request, "operate/rehearsal.html", {"form": form, "refused": refused}, status=status)


@kept_by_nobody
@safe
def result(request: HttpRequest, key: str) -> HttpResponse:
    """What came of a rehearsal. Until it has ended, the page shows itself again."""
    one = _one(key)
    ended = one.state not in _UNFINISHED
    facts = {"one": one, "url": shown(one.url), "is_ended": ended, **(shown_facts(one) if ended else {})}
    response = render(request, "operate/rehearsal_result.html", facts)
    if not ended:
        response["Refresh"] = f"{_SOON}"
    return response


@kept_by_nobody
@safe
def result_json(request: HttpRequest, key: str) -> HttpResponse:
    """The same for programs."""
    one = _one(key)
    return JsonResponse({"url": shown(one.url), "state": one.state, "asked": one.asked, "seen": one.seen})


def _one(key: str) -> Rehearsal:
    found = Rehearsal.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def ended_one(key: str) -> Rehearsal:
    """Raises Http404 where there is no result yet."""
    one = _one(key)
    if one.state in _UNFINISHED:
        raise Http404
    return one


def shown_facts(one: Rehearsal) -> dict[str, Any]:
    """What page and PDF show of a rehearsal that has ended."""
    seen = one.seen
    bins = seen.get("bins", {})
    protocol = seen.get("protocol", "")
    return {
        "seen": seen,
        "protocol": SOURCES[protocol].title if protocol in SOURCES else "",
        "answers": list(answer_rows(one)),
        "findings": list(finding_rows(one)),
        "bins": [
            (gettext("could be taken") if place is Bin.NEW else text, bins[place])
            for place, text in BINS.items()
            if bins.get(place)
        ],
    }


def answer_rows(one: Rehearsal) -> Iterator[AnswerRow]:
    for kept in one.seen.get("aspects", []):
        try:
            said = answer_from(kept)
            question, verdict = QUESTIONS[said.aspect], said.verdict
            text = said.text(gettext)
        except (KeyError, ValueError):  # of another version
            continue
        yield AnswerRow(
            str(verdict), gettext(VERDICTS[verdict]), gettext(question.label), question.section, text
        )


def finding_rows(one: Rehearsal) -> Iterator[FindingRow]:
    for kept in one.seen.get("findings", []):
        (remark,) = remarks([kept], 0, 1)
        yield FindingRow(remark, kept.get("record", ""), kept.get("before", ""), kept.get("after", ""))
