"""What the mails to the people who run a source say. What a run brought is in its subject."""

from django.utils.translation import gettext_lazy as _

from erpd.accounts.outbox.letter import Letter

_REQUEST = "/harvesting-request/%(token)s"
_SEE = _("Open the link to see your request, and how it goes on.")

_DECIDED = _("The operator has decided about what was withdrawn of %(source)s")
_DECISION = (
    _(
        "On %(at)s, somebody who runs the source %(source)s wrote to %(site)s that its data sets were "
        "withdrawn by mistake:"
    ),
    "%(reason)s",
    "%(decision)s",
)

OF_SOURCES: dict[str, Letter] = {
    "notices-to-confirm": Letter(
        _("Confirm that you want notices about a source"),
        (
            _(
                "Somebody, probably you, asked for notices by e-mail about the source %(source)s, which "
                "%(site)s harvests."
            ),
            _("Open the link within 24 hours and press the button to receive them. It works once."),
            _("If you did not expect this e-mail, you can ignore it."),
        ),
        "/suppliers/confirm/%(token)s",
    ),
    "run-notice": Letter(
        "%(result)s",
        (
            _("The source %(source)s was read by %(site)s."),
            "%(ended)s",
            "%(held)s",
            "%(gone)s",
            "%(findings)s",
            _(
                "Open the link to see it all, or to say that deletions are wrong. It needs no account and is "
                "valid for 30 days, so do not pass it on."
            ),
        ),
        "/suppliers/notices/%(token)s",
        "/suppliers/stop/%(stop)s",
    ),
    "objection-decided": Letter(
        _DECIDED, _DECISION, "/suppliers/notices/%(token)s", "/suppliers/stop/%(stop)s"
    ),
    "objection-decided-point": Letter(_DECIDED, _DECISION),
    "publisher-notice": Letter(
        _("Descriptions of your data sets need to be put right"),
        (
            _(
                "%(site)s reads descriptions of data sets from the source %(source)s. The ones below name "
                "this address as the contact. They were refused, or are worse than before:"
            ),
            "%(findings)s",
            _(
                "Please put them right where you publish them, or pass this on to whoever does. The next "
                "reading brings them here; you need not answer."
            ),
            _("One such e-mail a week comes at most, and none while nothing new is wrong."),
        ),
        "",
        "/publishers/stop/%(stop)s",
    ),
    "harvesting-to-confirm": Letter(
        _("Confirm that your point asks to be harvested"),
        (
            _("Somebody, probably you, asked that %(site)s harvests a portal, and filled in the checklist."),
            _("Open the link within 24 hours and press the button to send it."),
            _("If you did not expect this e-mail, you can ignore it."),
        ),
        _REQUEST,
    ),
    "harvesting-received": Letter(
        _("A point asks to be harvested"),
        (_("A point has filled in the checklist and asks %(site)s to harvest %(url)s."),),
        "/desk/sources/+requests/%(number)s/",
    ),
    "harvesting-assessed": Letter(
        _("Your request to be harvested was assessed"),
        (
            _("We have read your answers about %(url)s. A test harvest is the next step."),
            "%(text)s",
            _SEE,
        ),
        _REQUEST,
    ),
    "harvesting-tested": Letter(
        _("The test harvest of your point begins"),
        (
            _("We are going to try a harvest of %(url)s. Nothing that it brings is kept or shown yet."),
            _SEE,
        ),
        _REQUEST,
    ),
    "harvesting-test-ended": Letter(
        _("The test harvest of your point has ended"),
        (_("We have tried a harvest of %(url)s."), _("Open the link to see what came of it.")),
        _REQUEST,
    ),
    "harvesting-accepted": Letter(
        _("Your request to be harvested was accepted"),
        (
            _("%(site)s will harvest %(url)s."),
            "%(text)s",
            _(
                "The page of your source says what each run brought, and what to put right. It needs no "
                "account, so do not pass its address on: %(page)s"
            ),
            _SEE,
        ),
        _REQUEST,
    ),
    "harvesting-refused": Letter(
        _("Your request to be harvested was refused"),
        (_("%(site)s does not harvest %(url)s. The reason:"), "%(reason)s", _SEE),
        _REQUEST,
    ),
    "harvesting-live": Letter(
        _("Your data sets are in the register"),
        (
            _("The first run has read %(url)s. Your data sets can be found at %(site)s."),
            _("Data sets here: %(number)s. Records that were not accepted: %(refused)s."),
            _SEE,
        ),
        _REQUEST,
    ),
}
