"""What a portal's owner reads: why it could not be read, and what became of its records, in plain words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from erpd.register.arrival import Bin
from erpd.sources.errors import Reason

OWNER = "owner"  # a preview of an owner that is closed


class Why(NamedTuple):
    """Why it could not be read, and what to do."""

    text: str | Promise
    advice: str | Promise


_LATER = _("Try again later. If it keeps happening, contact the people who run your portal.")
_RUN = _("Contact the people who run your portal.")
_OURS = _("This is not your fault. Ask the operator of this site.")
_HOST = _("Check the address, and that everybody on the internet can open it.")
_BROKEN = Why(_("What your portal sends is damaged."), _RUN)
_OTHER = Why(_("Your portal does not answer in the way that the protocol requires."), _RUN)
_STRANGE = Why(
    _("This address does not answer by the protocol that was chosen."),
    _("Choose another protocol, or let us find it."),
)
_SMALLER = Why(
    _("What your portal sends at once is too large for us."), _("Publish it in smaller pages or files.")
)
_FEWER = Why(_("The list of your portal changed or ended while we were reading it."), _LATER)
_DOUBT = Why(
    _("So much is different from the time before that we changed nothing."),
    _("If this is right, tell the operator of this site, who can approve it."),
)

REASONS: Mapping[str, Why] = {
    Reason.BAD_ADDRESS: Why(_("This is not a web address."), _("Correct it.")),
    Reason.BAD_SETTING: Why(_("One of the settings cannot be used."), _("Change it, or leave it empty.")),
    Reason.BAD_TOKEN: _FEWER,
    Reason.BROKEN_SYNTAX: _BROKEN,
    Reason.BROKEN_XML: _BROKEN,
    Reason.CANCELLED: Why(
        _("The operator of this site has cancelled this run."), _("Ask the operator of this site why.")
    ),
    Reason.CERTIFICATE: Why(_("The certificate of your portal's server is not valid."), _RUN),
    Reason.CHANGED: _FEWER,
    Reason.CHANGED_IDS: Why(
        _("Your data sets seem to have other identifiers than before, so we changed nothing."),
        _("Identifiers are permanent. If they had to change, tell the operator of this site."),
    ),
    Reason.COUNT_MISMATCH: _FEWER,
    Reason.CRASHED: Why(_("What your portal sends could not be read safely."), _RUN),
    Reason.CUT: Why(_("The answer of your portal was cut short."), _LATER),
    Reason.DISK_FULL: Why(_("There was no room here for what your portal sends."), _OURS),
    Reason.EMPTY_LIST: Why(_("Your portal lists no data sets."), _("Check the address and the set.")),
    Reason.ENCODING: _BROKEN,
    Reason.ENCRYPTED: Why(_("The archive requires a password."), _("Publish it without one.")),
    Reason.ENTITY: _BROKEN,
    Reason.EXPECTATION: _DOUBT,
    Reason.FORBIDDEN_ADDRESS: Why(
        _("The address leads to a server that is not on the public internet."),
        _("Enter an address that everybody on the internet can open."),
    ),
    Reason.FORBIDDEN_SCHEME: Why(
        _("Only addresses that begin with https:// or http:// are read."), _("Correct it.")
    ),
    Reason.FTP: Why(_("FTP is not supported."), _("Publish the same file over HTTPS.")),
    Reason.KILLED: Why(_("Something went wrong here."), _OURS),
    Reason.NO_FORMAT: Why(
        _("Your portal offers its data sets in no format that we can read."),
        _("Offer them as DCAT-AP, Dublin Core or ISO 19139."),
    ),
    Reason.NO_PROTOCOL: Why(
        _("We found none of the protocols that we know at this address."),
        _("Enter the address of the interface itself, and choose its protocol. Your supplier knows it."),
    ),
    Reason.NO_RECORDING: Why(_("This run can no longer be repeated."), _OURS),
    Reason.NOT_FOUND: Why(_("There is nothing at this address."), _("Check the address.")),
    Reason.NOT_JSON: _STRANGE,
    Reason.NOT_SPARQL: _STRANGE,
    Reason.NOT_XML: _STRANGE,
    Reason.OTHER_CONTENT: _DOUBT,
    Reason.PAGED_FILE: _OTHER,
    Reason.PARTIAL_ANSWER: _FEWER,
    Reason.PROGRAM_ERROR: Why(_("Something went wrong here."), _OURS),
    Reason.PROTOCOL_ERROR: _OTHER,
    Reason.REMOVED: Why(_("The harvest was ended, and its data sets were withdrawn."), ""),
    Reason.ROW_LIMIT: Why(_("Your portal sends fewer data sets than it has."), _RUN),
    Reason.SERVER_ERROR: Why(_("The server of your portal is busy or broken."), _LATER),
    Reason.SET_ASIDE: Why(_("What your portal sends could not be read safely."), _OURS),
    Reason.TIMEOUT: Why(_("Your portal did not answer in time."), _LATER),
    Reason.TOKEN_LOOP: Why(_("Your portal sends the same page again and again."), _RUN),
    Reason.TOO_LARGE: _SMALLER,
    Reason.TOO_MANY_REDIRECTS: Why(_("The address leads from one to another without end."), _HOST),
    Reason.UNAUTHORISED: Why(
        _("Your portal asks for a password or a key."),
        _("Only what everybody may read is harvested. Make the interface public, or deliver by an API."),
    ),
    Reason.UNDONE: Why(_("The operator has undone this run."), _("Ask the operator of this site why.")),
    Reason.UNKNOWN_FORMAT: _STRANGE,
    Reason.UNREACHABLE: Why(_("There is no server at this address, or it does not answer."), _HOST),
    OWNER: Why(
        _("Your organisation is not approved as a data owner now."), _("Ask the operator of this site.")
    ),
}

WOULD = {
    Bin.NEW: _("can go in"),
    Bin.REJECTED: _("lacks mandatory metadata"),
    Bin.DUPLICATE: _("is already here"),
    Bin.FILTERED: _("left out by the filter"),
    Bin.UNREADABLE: _("cannot be read"),
    Bin.DELETED: _("deleted at your portal"),
}
"""What would become of a record."""
DID = {
    Bin.NEW: pgettext_lazy("number of data sets", "new"),
    Bin.CHANGED: pgettext_lazy("number of data sets", "changed"),
    Bin.UNCHANGED: pgettext_lazy("number of data sets", "unchanged"),
    Bin.REJECTED: _("not accepted: mandatory metadata are missing"),
    Bin.DUPLICATE: _("not accepted: already here, from elsewhere"),
    Bin.FILTERED: _("left out by the filter"),
    Bin.UNREADABLE: _("not accepted: cannot be read"),
    Bin.DELETED: _("deleted at your portal"),
}
"""What became of a record."""


def why(error: Mapping[str, Any]) -> Why | None:
    """The words for an error of a preview or run; None if there is none."""
    if not error:
        return None
    return REASONS.get(str(error.get("rule")), REASONS[Reason.PROGRAM_ERROR])


def numbers(ledger: Mapping[str, Any], words: Mapping[Bin, Promise]) -> list[tuple[str, int]]:
    """The bins that hold something, in words."""
    return [(str(text), int(ledger.get(place, 0))) for place, text in words.items() if ledger.get(place)]


def filter_words(name: str) -> str:
    """What a filter is called."""
    return {
        "identifier": _now("Identifier begins with"),
        "publisher": _now("Publisher"),
        "theme": _now("Theme"),
        "keyword": _now("Keyword"),
    }[name]
