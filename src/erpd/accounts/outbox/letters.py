"""What the mails say, in the language of the reader: from one text, as plain text and as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.html import escape
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from erpd.accounts.models import Mail, Membership, Transfer
from erpd.accounts.outbox.letter import Letter
from erpd.accounts.outbox.letters_of_accounts import OF_ACCOUNTS
from erpd.accounts.outbox.letters_of_requests import OF_REQUESTS
from erpd.accounts.outbox.letters_of_sources import OF_SOURCES
from erpd.metadata.masking import plain

LONGEST = 2_000  # characters of one value
_LONGEST_SUBJECT = 200
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# What people write: it keeps its lines.
_PROSE = frozenset(
    ("answer", "changes", "comment", "findings", "gone", "held", "message", "reason", "reasons", "text")
)
_INDENT = "  "
_STYLE = "font: 16px/1.5 Arial, sans-serif; color: #262b38; max-width: 40em"


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it is sent."""

    subject: str
    text: str
    html: str
    leave: str
    """Where a reader asks for no more of these; "" where there is nothing to ask."""


def write(template: str, language: str, context: Mapping[str, Any]) -> Written:
    """Write a letter. Values become one line each, but for what people write. Raises KeyError."""
    letter = LETTERS[template]
    with override(language):
        values = {name: _shown(name, value) for name, value in context.items()}
        values["site"] = plain(gettext(settings.NODE.title), LONGEST)
        subject = plain(str(letter.subject) % values, _LONGEST_SUBJECT)
        said = [str(text) % values for text in letter.paragraphs if _complete(str(text), values)]
        link, leave = _link(letter.link, values), _link(letter.leave, values)
        reason = gettext("You receive this e-mail because your address was given to %(site)s.")
        stop = f"\n{gettext('To receive no more of these:')} {leave}" if leave else ""
        end = f"{reason % values}{stop}\n{settings.NODE.base_url}"
    text = "\n\n".join([*said, *([link] if link else []), "-- \n" + end]) + "\n"
    return Written(subject, text, _html(language, subject, said, link, end), leave)


def subject_of(mail: Mail) -> str:
    """The subject of a mail in the language that is active, with what we still know of it."""
    letter = LETTERS.get(mail.template)
    if letter is None:
        return mail.template
    values = {name: _shown(name, value) for name, value in mail.context.items()}
    values["site"] = plain(gettext(settings.NODE.title), LONGEST)
    subject = str(letter.subject)
    return plain(_PLACEHOLDER.sub(lambda found: values.get(found[1], "…"), subject), _LONGEST_SUBJECT)


def of_subject(mail: Mail) -> dict[str, Any]:
    """Of what a mail says, what its subject does."""
    letter = LETTERS.get(mail.template)
    names = _PLACEHOLDER.findall(str(letter.subject)) if letter else []
    return {name: mail.context[name] for name in names if name in mail.context}


def _html(language: str, subject: str, said: list[str], link: str, end: str) -> str:
    shown = [f"<p>{escape(text).replace(chr(10), '<br>')}</p>" for text in said]
    if link:
        shown.append(f'<p><a href="{escape(link)}">{escape(link)}</a></p>')
    shown.append(f"<hr><p>{'<br>'.join(escape(line) for line in end.splitlines())}</p>")
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f'<title>{escape(subject)}</title></head>\n<body style="{_STYLE}">\n' + "\n".join(shown) + "\n"
        "</body>\n</html>\n"
    )


def _complete(text: str, values: Mapping[str, str]) -> bool:
    return all(values[name] for name in _PLACEHOLDER.findall(text))


def _link(link: str, values: Mapping[str, str]) -> str:
    if not link.startswith("/"):
        return values[link] if link else ""
    path = link % values
    try:
        resolve(path)
    except Resolver404:  # the node has no such page
        return ""
    return settings.NODE.base_url + path


def _shown(name: str, value: Any) -> str:
    labels = {"role": Membership.Role, "kind": Transfer.Kind}.get(name)
    if labels and value in labels.values:
        value = labels(value).label
    return _prose(str(value)) if name in _PROSE else plain(str(value), LONGEST)


def _prose(text: str) -> str:
    """A text of several lines. All but the first are indented, so that none passes for a line of ours."""
    lines = [plain(line, LONGEST) for line in text[: LONGEST * 4].strip().splitlines()]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    joined = f"\n{_INDENT}".join(kept)
    return joined if len(joined) <= LONGEST + len(_INDENT) * len(kept) else joined[:LONGEST] + "…"


_OWNER = "/owners/%(owner)s/"
_PORTAL = "/owners/%(owner)s/catalogues/%(catalogue)s/portals/%(portal)s/"
_EXPECTED = _("If you did not expect this e-mail, you can ignore it.")

LETTERS: dict[str, Letter] = {
    # Owners and their members.
    "invited": Letter(
        _("You are invited to publish for %(title)s"),
        (
            _("You are invited to %(site)s as %(role)s of %(title)s."),
            _("The invitation is from %(by)s."),
            _("Open the link within 14 days to accept or refuse. It works once, and only for this address."),
            _EXPECTED,
        ),
        "/owners/invitations/%(token)s/",
    ),
    "contact": Letter(
        _("Confirm the contact address of %(title)s"),
        (
            _("This address is to receive questions about the data sets of %(title)s."),
            _("Open the link within 30 days to confirm it. We ask again every year."),
            _EXPECTED,
        ),
        "/owners/contact/%(token)s/",
    ),
    "agreement": Letter(
        _("The agreement has a new version"),
        (
            _("Version %(version)s of the agreement with data owners is in force."),
            _("What has changed: %(changes)s"),
            _("Please accept it. Until then, you cannot publish or get new keys."),
        ),
        "/owners/%(owner)s/agreement/",
    ),
    "role-changed": Letter(
        _("Your role at %(title)s has changed"), (_("Your role at %(title)s is now: %(role)s."),), _OWNER
    ),
    "answers-requests": Letter(
        _("You now answer requests for access to data of %(title)s"),
        (
            _("An administrator of %(title)s has given you this task. You see all requests it receives."),
            _("Because they hold personal data, you need a second factor to sign in."),
        ),
        _OWNER,
    ),
    "answers-no-requests": Letter(
        _("You no longer answer requests for access to data of %(title)s"),
        (_("An administrator of %(title)s has taken this task from you. Your role stays: %(role)s."),),
        _OWNER,
    ),
    "removed": Letter(
        _("You are no longer a member of %(title)s"),
        (_("You have been removed from %(title)s. Your keys for it no longer work."),),
    ),
    "owner-requested": Letter(
        _("%(title)s asks to become a data owner"),
        (
            _("%(by)s asks for %(title)s to become a data owner at %(site)s."),
            _("They say: “%(reason)s”"),
            _("Open the link to approve or refuse the request."),
        ),
        "/desk/owners/%(owner)s/",
    ),
    "owner-approved": Letter(
        _("%(title)s has been approved"),
        (
            _("%(title)s is now a data owner at %(site)s, with catalogues of its own."),
            _("The operator says: “%(reason)s”"),
            _("Before it can publish, the link that we sent to %(contact)s must be opened."),
            _("Before it can publish, an administrator must accept version %(version)s of the agreement."),
        ),
        _OWNER,
    ),
    "owner-refused": Letter(
        _("The request of %(title)s was refused"),
        (_("The operator of %(site)s refused the request of %(title)s. The reason: “%(reason)s”"),),
        _OWNER,
    ),
    "owner-closed": Letter(
        _("%(title)s has been closed"),
        (
            _("The operator of %(site)s has closed %(title)s. The reason: “%(reason)s”"),
            _("Its keys no longer work. What it has published stays published."),
        ),
        _OWNER,
    ),
    "transfer-offered": Letter(
        _("%(title)s offers you a transfer"),
        (
            _("%(title)s offers to transfer this to you: %(kind)s “%(name)s”."),
            _("They say: “%(comment)s”"),
            _("Sign in to accept or refuse."),
        ),
        "/owners/transfers/%(transfer)s/",
    ),
    "transfer-accepted": Letter(
        _("Your transfer was accepted"),
        (_("The transfer was accepted: %(kind)s “%(name)s” of %(title)s."),),
        _OWNER,
    ),
    "transfer-refused": Letter(
        _("Your transfer was refused"),
        (
            _("The transfer was refused: %(kind)s “%(name)s” of %(title)s."),
            _("The reason: “%(answer)s”"),
        ),
        _OWNER,
    ),
    "transfer-cancelled": Letter(
        _("A transfer was cancelled"),
        (_("The transfer was cancelled: %(kind)s “%(name)s” of %(title)s."),),
        _OWNER,
    ),
    "offers-cancelled": Letter(
        _("Invitations or transfers of %(title)s were cancelled"),
        (
            _("%(person)s can no longer act as an administrator of %(title)s."),
            _("Their offers that nobody had answered are cancelled: %(names)s"),
            _("Offer it again if you still want to. Please check the members and the contact address, too."),
        ),
        "/owners/%(owner)s/members/",
    ),
    "portal-submitted": Letter(
        _("%(title)s asks to have its portal harvested"),
        (
            _("%(by)s asks that %(url)s is harvested for %(title)s at %(site)s."),
            _("They say: “%(message)s”"),
            _("Open the link to see its first records, and to approve or refuse it."),
        ),
        "/desk/portals/%(portal)s/",
    ),
    "portal-approved": Letter(
        _("Your portal is approved and will be harvested"),
        (
            _("The operator of %(site)s has approved that %(url)s is harvested for %(title)s."),
            _("The operator says: “%(reason)s”"),
            _("The first run begins in one of the next nights. The link shows how it went."),
        ),
        _PORTAL,
    ),
    "portal-refused": Letter(
        _("Your portal was not approved"),
        (
            _("The operator of %(site)s refused that %(url)s is harvested for %(title)s."),
            _("The reason: “%(reason)s”"),
        ),
        _PORTAL,
    ),
    "portal-failed": Letter(
        _("Your portal could not be harvested"),
        (
            _("We could not harvest %(url)s for %(title)s at %(site)s."),
            _("The reason: %(why)s"),
            "%(advice)s",
            _("What you have published stays. We will try again, and write to you once it works."),
        ),
        _PORTAL,
    ),
    "portal-works": Letter(
        _("Your portal is harvested again"),
        (_("We could harvest %(url)s for %(title)s at %(site)s again."),),
        _PORTAL,
    ),
    "key-expires": Letter(
        _("Your key %(key)s expires in %(days)s days"),
        (
            _("Your key %(key)s for the catalogue %(catalogue)s at %(site)s expires in %(days)s days."),
            _("You called it “%(name)s”."),
            _("It was last used from %(address)s."),
            _("Replace it in time: the old and the new key both work for 14 days."),
        ),
        "/owners/%(owner)s/keys/",
    ),
    **OF_REQUESTS,
    # Visitors, whose address nobody has confirmed yet: nothing that another visitor wrote.
    "question-to-confirm": Letter(
        _("Confirm your question"),
        (
            _("Somebody, probably you, asks %(title)s about the data set “%(name)s”."),
            _("Open the link within 24 hours and press the button to send the question. It works once."),
            _EXPECTED,
        ),
        "/questions/%(token)s/",
    ),
    "question": Letter(
        _("A question about one of your data sets"),
        (
            _("%(email)s asks about “%(name)s”:"),
            _("“%(text)s”"),
            _("Please answer to %(email)s. They have confirmed this address."),
        ),
        "/owners/%(owner)s/questions/",
    ),
    **OF_ACCOUNTS,
    **OF_SOURCES,
}
