"""The lines of the audit log in plain words: who, what, and the details."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from erpd.accounts.may import COMMAND_LINE, Kind
from erpd.accounts.models import Deed, Membership, Owner, Person
from erpd.pages.languages import language_name
from erpd.pages.values import written

WHAT: dict[tuple[str, str], Promise] = {
    ("request", Kind.OWNER): _("Asked to become a data owner"),
    ("approve", Kind.OWNER): _("Approved the data owner"),
    ("refuse", Kind.OWNER): _("Refused the data owner"),
    ("close", Kind.OWNER): _("Closed the data owner"),
    ("change", Kind.OWNER): _("Changed the name or contact address"),
    ("describe", Kind.OWNER): _("Changed the description on the public page"),
    ("ask", Kind.OWNER): _("Sent a link to the contact address"),
    ("confirm", Kind.OWNER): _("Confirmed the contact address"),
    ("accept", Kind.OWNER): _("Accepted the agreement"),
    ("offer", Kind.OWNER): _("Offered the ownership"),
    ("accept transfer", Kind.OWNER): _("Accepted the ownership"),
    ("refuse transfer", Kind.OWNER): _("Refused the ownership"),
    ("cancel transfer", Kind.OWNER): _("Cancelled the offer of the ownership"),
    ("invite", Kind.MEMBER): _("Invited"),
    ("accept invitation", Kind.MEMBER): _("Accepted the invitation"),
    ("refuse invitation", Kind.MEMBER): _("Refused the invitation"),
    ("cancel invitation", Kind.MEMBER): _("Cancelled the invitation"),
    ("add", Kind.MEMBER): _("Added a member"),
    ("change", Kind.MEMBER): _("Changed the role of a member"),
    ("let handle", Kind.MEMBER): _("Let a member answer requests for access"),
    ("stop handling", Kind.MEMBER): _("Took the requests for access from a member"),
    ("remove", Kind.MEMBER): _("Removed a member"),
    ("leave", Kind.MEMBER): _("Left the organisation"),
    ("hand over", Kind.MEMBER): _("Handed over the ownership and left"),
    ("create", Kind.KEY): _("Created a key"),
    ("rotate", Kind.KEY): _("Created a key to replace another"),
    ("revoke", Kind.KEY): _("Revoked a key"),
    ("warn", Kind.KEY): _("Sent a reminder that a key expires"),
    ("empty", Kind.CATALOGUE): _("Emptied the catalogue"),
    ("offer", Kind.CATALOGUE): _("Offered a catalogue"),
    ("accept transfer", Kind.CATALOGUE): _("Accepted a catalogue"),
    ("refuse transfer", Kind.CATALOGUE): _("Refused a catalogue"),
    ("cancel transfer", Kind.CATALOGUE): _("Cancelled the offer of a catalogue"),
    ("create", Kind.DATA_SET): _("Stored a data set"),
    ("change", Kind.DATA_SET): _("Changed a data set"),
    ("publish", Kind.DATA_SET): _("Published a data set"),
    ("withdraw", Kind.DATA_SET): _("Withdrew a data set"),
    ("erase", Kind.DATA_SET): _("Erased a data set"),
    ("offer", Kind.DATA_SET): _("Offered a data set"),
    ("accept transfer", Kind.DATA_SET): _("Accepted a data set"),
    ("refuse transfer", Kind.DATA_SET): _("Refused a data set"),
    ("cancel transfer", Kind.DATA_SET): _("Cancelled the offer of a data set"),
    ("add", Kind.NODE): _("Created an account"),
    ("change", Kind.NODE): _("Changed a person's role on this site"),
    ("create", Kind.BODY): _("Entered a competent body"),
    ("change", Kind.BODY): _("Changed a competent body"),
    ("hand over", Kind.BODY): _("Gave a competent body to another keeper"),
    ("erase", Kind.BODY): _("Removed a competent body"),
    ("open desk", Kind.BODY): _("Opened the desk for requests for access"),
    ("close desk", Kind.BODY): _("Closed the desk for requests for access"),
    ("submit", Kind.REQUEST): _("Received a request for access"),
    ("take", Kind.REQUEST): _("Named the handler of a request"),
    ("release", Kind.REQUEST): _("Took the handler off a request"),
    ("return", Kind.REQUEST): _("Returned a request for changes"),
    ("ask for a review", Kind.REQUEST): _("Asked for an opinion on a request"),
    ("end a review", Kind.REQUEST): _("Took a reviewer off a request"),
    ("extend", Kind.REQUEST): _("Extended the time limit of a request"),
    ("classify", Kind.REQUEST): _("Changed the kind of a request"),
    ("nudge", Kind.REQUEST): _("Was reminded of a request"),
    ("withdraw", Kind.REQUEST): _("Had a request withdrawn"),
    ("forget", Kind.REQUEST): _("Erased a request after the time for which it is kept"),
    ("close", Kind.REQUEST): _("Closed a request"),
    ("estimate", Kind.REQUEST): _("Sent a cost estimate"),
    ("cancel the estimate", Kind.REQUEST): _("Cancelled a cost estimate"),
    ("accept", Kind.REQUEST): _("Had a cost estimate accepted"),
    ("decline", Kind.REQUEST): _("Had a cost estimate declined"),
    ("end the estimate", Kind.REQUEST): _("Had a cost estimate that nobody answered"),
    ("decide", Kind.REQUEST): _("Decided about a request"),
    ("revoke", Kind.REQUEST): _("Revoked a grant"),
    ("renew", Kind.REQUEST): _("Had a grant renewed"),
    ("change form", Kind.BODY): _("Changed the form for requests for access"),
    ("propose", Kind.PORTAL): _("Entered a portal to be harvested"),
    ("change", Kind.PORTAL): _("Changed what is to be harvested of a portal"),
    ("look", Kind.PORTAL): _("Had a portal looked at again"),
    ("submit", Kind.PORTAL): _("Asked for approval of a portal"),
    ("cancel", Kind.PORTAL): _("Cancelled a portal"),
    ("approve", Kind.PORTAL): _("Approved a portal"),
    ("refuse", Kind.PORTAL): _("Refused a portal"),
    ("pause", Kind.PORTAL): _("Paused the harvest of a portal"),
    ("resume", Kind.PORTAL): _("Resumed the harvest of a portal"),
    ("end", Kind.PORTAL): _("Ended the harvest of a portal"),
    ("withdraw", Kind.PORTAL): _("Had the data sets of a portal withdrawn"),
    ("switch on", Kind.SOURCE): _("Switched a source on"),
    ("switch off", Kind.SOURCE): _("Switched a source off"),
    ("keep addresses", Kind.SOURCE): _("Kept the addresses of data sets whose identifiers changed"),
    ("add", Kind.SOURCE): _("Added a source"),
    ("change", Kind.SOURCE): _("Changed the settings of a source"),
    ("replace credentials", Kind.SOURCE): _("Replaced the password or key of a source"),
    ("remove credentials", Kind.SOURCE): _("Removed the password or key of a source"),
    ("ask for a run", Kind.SOURCE): _("Asked for a run of a source at once"),
    ("approve", Kind.SOURCE): _("Approved deletions of a source"),
    ("refuse", Kind.SOURCE): _("Refused deletions of a source"),
    ("object", Kind.SOURCE): _("Asked for what a run of a source withdrew to be put back"),
    ("begin to put back", Kind.SOURCE): _("Began to put back what a run of a source withdrew"),
    ("put back", Kind.SOURCE): _("Put back what a run of a source withdrew"),
    ("leave withdrawn", Kind.SOURCE): _("Left withdrawn what a run of a source withdrew"),
    ("make link", Kind.SOURCE): _("Made a link for the supplier of a source"),
    ("revoke link", Kind.SOURCE): _("Revoked the link for the supplier of a source"),
    ("ask for a trial", Kind.SOURCE): _("Asked for a test harvest of a source"),
    ("ask for a proof", Kind.NODE): _("Asked for a proof"),
    ("ask for a replay", Kind.SOURCE): _("Asked for a replay of a run of a source"),
    ("end notices", Kind.SOURCE): _("Ended the notices about a source to an address"),
    ("ask", Kind.SOURCE): _("Asked to be harvested"),
    ("assess", Kind.SOURCE): _("Assessed the request of a point to be harvested"),
    ("accept", Kind.SOURCE): _("Accepted the request of a point to be harvested"),
    ("refuse request", Kind.SOURCE): _("Refused the request of a point to be harvested"),
    ("cancel", Kind.SOURCE): _("Cancelled a run of a source"),
    ("resume", Kind.SOURCE): _("Resumed a run of a source"),
    ("undo", Kind.SOURCE): _("Began to undo a run of a source"),
    ("undone", Kind.SOURCE): _("Undid a run of a source"),
    ("end", Kind.NODE): _("Closed an account"),
    ("open", Kind.NODE): _("Reopened an account"),
    ("change address", Kind.NODE): _("Changed their own e-mail address"),
    ("change password", Kind.NODE): _("Changed their own password"),
    ("set up app", Kind.NODE): _("Set up an app as a second factor"),
    ("remove app", Kind.NODE): _("Removed the app that was a second factor"),
    ("add passkey", Kind.NODE): _("Added a passkey"),
    ("remove passkey", Kind.NODE): _("Removed a passkey"),
    ("make recovery codes", Kind.NODE): _("Created new recovery codes"),
    ("connect", Kind.NODE): _("Connected their account with a sign-in elsewhere"),
    ("disconnect", Kind.NODE): _("Disconnected their account from a sign-in elsewhere"),
    ("publish", Kind.NODE): _("Published a version of the agreement"),
    ("import", Kind.NODE): _("Imported the list of organisations"),
    ("send", Kind.NODE): _("Sent an e-mail again"),
}

_DETAILS: dict[str, Promise] = {
    "account": _("Account"),
    "again": pgettext_lazy("detail in the audit log", "Again"),
    "before": pgettext_lazy("detail in the audit log", "Before"),
    "catalogue": _("Catalogue"),
    "changed": pgettext_lazy("detail in the audit log", "Changed"),
    "comment": _("Comment"),
    "contact": _("Contact address"),
    "data_sets": _("Data sets"),
    "days": _("Days left"),
    "due": pgettext_lazy("detail in the audit log", "Due"),
    "edition": _("Edition"),
    "expires": _("Valid until"),
    "from_owner": pgettext_lazy("detail in the audit log", "From"),
    "ground": pgettext_lazy("detail in the audit log", "Ground"),
    "handler": _("Handler"),
    "keys": _("Keys revoked"),
    "kind": pgettext_lazy("detail in the audit log", "Kind"),
    "language": _("Language"),
    "meaning": pgettext_lazy("detail in the audit log", "Means"),
    "new": pgettext_lazy("detail in the audit log", "New"),
    "office": _("Role"),
    "number": _("Number"),
    "on_paper_by": _("Signed on paper by"),
    "origin": pgettext_lazy("detail in the audit log", "Source"),
    "outcome": _("Decision"),
    "property": _("Property"),
    "reason": _("Reason"),
    "reviewer": _("Reviewer"),
    "role": _("Role"),
    "run": _("Run"),
    "sessions": _("Sessions ended"),
    "settings": _("Settings"),
    "state": _("State"),
    "template": pgettext_lazy("detail in the audit log", "Kind"),
    "to": pgettext_lazy("detail in the audit log", "To"),
    "to_owner": pgettext_lazy("detail in the audit log", "To"),
    "unchanged": pgettext_lazy("detail in the audit log", "Unchanged"),
    "value": _("Value"),
    "version": _("Version"),
    "withdraw": _("Data sets withdrawn"),
}
_VALUES: dict[str, str | Promise] = {
    **dict(Membership.Role.choices),
    **dict(Person.Office.choices),
    "draft": pgettext_lazy("state of a data set", "draft"),
    "published": pgettext_lazy("state of a data set", "published"),
    "withdrawn": pgettext_lazy("state of a data set", "withdrawn"),
}
_NAMED = ("role", "office", "state")  # details whose values have names
_LIST = "organisations"  # what the list is called in the log


class Told(NamedTuple):
    """A line as people read it."""

    at: datetime
    who: str
    what: str
    name: str
    """Of the thing; "" if ``what`` says it."""
    details: list[tuple[str, str]]
    owner: Owner | None


def told(deeds: Iterable[Deed]) -> list[Told]:
    """The lines as a reader of the page's language reads them."""
    return [
        Told(deed.at, who(deed), what(deed), _name(deed), list(_details(deed)), deed.owner) for deed in deeds
    ]


def who(deed: Deed) -> str:
    """Who did it: an address, a key and the address of its person, or the command line."""
    if deed.by == COMMAND_LINE.name:
        return gettext("command line")
    if deed.person and "@" not in deed.by:
        return gettext("%(person)s, with the key %(key)s") % {"person": deed.person.email, "key": deed.by}
    return deed.by


def what(deed: Deed) -> str:
    """What was done; as the log has it if nobody gave it words."""
    return str(WHAT.get((deed.verb, deed.thing), f"{deed.verb} {deed.thing}"))


def _name(deed: Deed) -> str:
    is_owner = deed.thing == Kind.OWNER and deed.owner is not None and deed.name == deed.owner.slug
    if is_owner or (deed.thing == Kind.NODE and deed.name == _LIST):
        return ""
    if deed.thing == Kind.SOURCE and "run" in deed.detail:
        return gettext("run %(run)s of the source %(name)s") % {"run": deed.detail["run"], "name": deed.name}
    if deed.thing == Kind.SOURCE:
        return gettext("the source %(name)s") % {"name": deed.name}
    return deed.detail.get("title") or deed.name


def _details(deed: Deed) -> Iterable[tuple[str, str]]:
    for name, value in deed.detail.items():
        is_said = name == "title" or (name == "run" and deed.thing == Kind.SOURCE)
        if not is_said and value not in ("", 0, None):
            yield str(_DETAILS.get(name, name)), _value(name, value)


def _value(name: str, value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(_value("", one) for one in value.values())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    text = str(value)
    if name == "expires":
        return written(datetime.fromisoformat(text).date())
    if name == "language":
        return language_name(text, get_language() or "en")
    if name in (*_NAMED, "before"):
        return str(_VALUES.get(text, text))
    return text
