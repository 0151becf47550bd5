"""What the mails to the people who run a source say. What a run brought is in its subject."""

from django.utils.translation import gettext_lazy as _

from erpd.accounts.outbox.letter import Letter

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
}
