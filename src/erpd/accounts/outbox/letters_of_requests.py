"""What the mails about requests for access say: nothing that a stranger wrote, nor what is asked for."""

from django.utils.translation import gettext_lazy as _

from erpd.accounts.outbox.letter import Letter

_ASKED = "/requests/parts/%(part)s/"
_ANSWERED = "/bodies/%(body)s/desk/%(part)s/"
_ANSWER = _("Open the link to read and answer it.")

OF_REQUESTS: dict[str, Letter] = {
    "request-to-confirm": Letter(
        _("Confirm your address, and begin your request"),
        (
            _("Somebody, probably you, wants to ask for access to the data set “%(name)s”."),
            _("Open the link within 24 hours and press the button to begin. It works once."),
            _("If you did not expect this e-mail, you can ignore it."),
        ),
        "/requests/link/%(token)s/",
    ),
    "request-link": Letter(
        _("Your requests for access to data"),
        (
            _("Somebody, probably you, asked for a link to the requests that were made with this address."),
            _("Open the link within 24 hours and press the button to see them. It works once."),
            _("If you did not expect this e-mail, you can ignore it."),
        ),
        "/requests/link/%(token)s/",
    ),
    "request-sent": Letter(
        _("Your request %(part)s was sent"),
        (
            _("We have received your request %(part)s for %(title)s."),
            _("The link shows when the decision is due and why. You can write to the body there."),
        ),
        _ASKED,
    ),
    "request-received": Letter(
        _("New request %(part)s"),
        (_("A request for access to data of %(title)s has arrived: %(part)s."), _ANSWER),
        _ANSWERED,
    ),
    "request-changed": Letter(
        _("Request %(part)s has come back"),
        (_("The requester has answered and sent %(part)s again. The link shows what has changed."), _ANSWER),
        _ANSWERED,
    ),
    "request-yours": Letter(
        _("You are the handler of request %(part)s"),
        (_("You have been named as the handler of request %(part)s to %(title)s."), _ANSWER),
        _ANSWERED,
    ),
    "request-released": Letter(
        _("Request %(part)s has no handler"),
        (_("The handler of request %(part)s no longer answers requests for %(title)s. It needs another."),),
        _ANSWERED,
    ),
    "request-review": Letter(
        _("Your opinion on request %(part)s"),
        (_("You are asked for your opinion on request %(part)s to %(title)s. Please write it as a note."),),
        _ANSWERED,
    ),
    "request-returned": Letter(
        _("Your request %(part)s was returned for changes"),
        (
            _("%(title)s needs something else before it can decide on your request %(part)s."),
            _("Open the link to see what, change your answers, and send it again."),
        ),
        _ASKED,
    ),
    "request-message": Letter(
        _("New message about your request %(part)s"),
        (_("%(title)s has written to you about your request %(part)s."),),
        _ASKED,
    ),
    "request-written": Letter(
        _("New messages about request %(part)s"),
        (_("The requester has written about request %(part)s. We tell you at most once a day."),),
        _ANSWERED,
    ),
    "request-nudged": Letter(
        _("A reminder about request %(part)s"),
        (_("The requester asks how request %(part)s is going. The decision is due on %(due)s."),),
        _ANSWERED,
    ),
    "request-extended": Letter(
        _("The decision on your request %(part)s takes longer"),
        (
            _("%(title)s needs more time for your request %(part)s. The decision is now due on %(due)s."),
            _("The ground (%(section)s): %(ground)s"),
            _("The reasons of %(title)s: “%(reasons)s”"),
        ),
        _ASKED,
    ),
    "request-classified": Letter(
        _("The decision on your request %(part)s has another date"),
        (
            _("%(title)s now treats your request %(part)s as one of another kind."),
            _("The law gives it another time limit: the decision is due on %(due)s."),
            _("The reasons of %(title)s: “%(reasons)s”"),
        ),
        _ASKED,
    ),
    "request-withdrawn": Letter(
        _("Request %(part)s was withdrawn"),
        (_("The requester has withdrawn request %(part)s. Nothing more is to be done."),),
        _ANSWERED,
    ),
    "request-closed": Letter(
        _("Your request %(part)s was closed"),
        (
            _("%(title)s returned your request %(part)s to you, and has had no answer. It is closed."),
            _("You can start a new one at any time."),
        ),
        _ASKED,
    ),
    "request-closed-with-reason": Letter(
        _("Your request %(part)s was closed"),
        (
            _("%(title)s has written to you about your request %(part)s."),
            _("You can start a new one at any time."),
        ),
        _ASKED,
    ),
    "request-due": Letter(
        _("Request %(part)s: the decision is due on %(due)s"),
        (_("The decision on request %(part)s to %(title)s is due on %(due)s."), _ANSWER),
        _ANSWERED,
    ),
    "request-late": Letter(
        _("Request %(part)s is late"),
        (_("The decision on request %(part)s to %(title)s was due on %(due)s."), _ANSWER),
        _ANSWERED,
    ),
    "requests-this-week": Letter(
        _("Requests to %(title)s: %(open)s open"),
        (
            _("Open requests to %(title)s: %(open)s."),
            _("Late: %(late)s. Due within seven days: %(due)s. Without a handler: %(new)s."),
        ),
        "/bodies/%(body)s/desk/",
    ),
    "desk-key-expires": Letter(
        _("Your key %(key)s expires in %(days)s days"),
        (
            _(
                "Your key %(key)s for requests for access to data of %(catalogue)s at %(site)s expires in"
                " %(days)s days."
            ),
            _("You called it “%(name)s”."),
            _("It was last used from %(address)s."),
            _("Replace it in time: the old and the new key both work for 14 days."),
        ),
        "/owners/%(owner)s/keys/",
    ),
    # How they end.
    "request-estimate": Letter(
        _("A cost estimate for your request %(part)s"),
        (
            _("%(title)s has sent a cost estimate for your request %(part)s. It is valid until %(day)s."),
            _("Open the link to read and answer it. Until then, the request waits for you."),
        ),
        _ASKED,
    ),
    "request-estimate-cancelled": Letter(
        _("The cost estimate for your request %(part)s was cancelled"),
        (_("%(title)s has cancelled the cost estimate for your request %(part)s, and goes on with it."),),
        _ASKED,
    ),
    "request-estimate-accepted": Letter(
        _("The estimate for request %(part)s was accepted"),
        (_("The requester has accepted the cost estimate for request %(part)s. You can decide now."),),
        _ANSWERED,
    ),
    "request-estimate-declined": Letter(
        _("The estimate for request %(part)s was declined"),
        (_("The requester has declined the cost estimate for request %(part)s."), _ANSWER),
        _ANSWERED,
    ),
    "request-estimate-ended": Letter(
        _("The cost estimate for your request %(part)s has ended"),
        (
            _("The cost estimate of %(title)s for your request %(part)s was valid until %(day)s."),
            _("You did not answer it, so %(title)s goes on without it. You can write to it at the link."),
        ),
        _ASKED,
    ),
    "request-estimate-unanswered": Letter(
        _("The estimate for request %(part)s was not answered"),
        (
            _("The requester did not answer the cost estimate for request %(part)s by %(day)s."),
            _("The request is under review again. Send another estimate, or decide without a fee."),
        ),
        _ANSWERED,
    ),
    "request-decided": Letter(
        _("Decision on your request %(part)s"),
        (
            _("%(title)s has decided on your request %(part)s."),
            _("Open the link to read the letter: the decision, the reasons, and what you can do."),
        ),
        _ASKED,
    ),
    "request-grant-ends": Letter(
        _("Your access under %(part)s ends on %(day)s"),
        (
            _("What %(title)s granted you under %(part)s ends in %(days)s days. The last day is %(day)s."),
            _("If you need it longer, open the link and renew it: a new request copies the old one."),
        ),
        _ASKED,
    ),
    "request-grant-expired": Letter(
        _("Your access under %(part)s has ended"),
        (
            _("What %(title)s granted you under %(part)s has ended. The last day was %(day)s."),
            _("If you still need it, open the link and renew it: a new request copies the old one."),
        ),
        _ASKED,
    ),
    "request-grant-revoked": Letter(
        _("Your access under %(part)s was revoked"),
        (
            _("%(title)s has revoked what it granted you under %(part)s."),
            _("You may no longer use the data under it. Open the link to read the reason."),
        ),
        _ASKED,
    ),
    # Enquiries. Before an address is confirmed, nothing that a visitor wrote.
    "enquiry-to-confirm": Letter(
        _("Confirm your question"),
        (
            _("Somebody, probably you, wants to ask %(title)s about access to data."),
            _("Open the link within 24 hours and press the button to send the question. It works once."),
            _("If you did not expect this e-mail, you can ignore it."),
        ),
        "/enquiries/%(token)s/",
    ),
    "enquiry": Letter(
        _("A question about access to data"),
        (
            _("Somebody asks %(title)s about access to data."),
            _("Open the link to read and answer it. They receive your answer by e-mail."),
        ),
        "/bodies/%(body)s/desk/enquiries/%(enquiry)s/",
    ),
    "enquiry-by-mail": Letter(
        _("A question about access to data"),
        (
            _("%(email)s asks %(title)s about access to data."),
            _("It is about the data set “%(name)s”."),
            _("“%(text)s”"),
            _("Please answer to %(email)s. They have confirmed this address."),
        ),
    ),
    "enquiry-answered": Letter(
        _("%(title)s has answered your question"),
        (
            _("%(title)s answers:"),
            _("“%(text)s”"),
            _("The link shows everything. Whoever has it can read and write there, so do not pass it on."),
        ),
        "/requests/enquiries/%(token)s/",
    ),
}
