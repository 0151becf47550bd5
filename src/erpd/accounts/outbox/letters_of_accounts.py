"""What the mails about accounts say. The links are from django-allauth."""

from django.utils.translation import gettext_lazy as _

from erpd.accounts.outbox.letter import Letter

_EXPECTED = _("If you did not expect this e-mail, you can ignore it.")
_SECURITY = _("If it was not you, set a new password at once and tell us.")

OF_ACCOUNTS: dict[str, Letter] = {
    "email_confirmation": Letter(
        _("Confirm your e-mail address"),
        (_("Open the link to confirm this address for your account at %(site)s."), _EXPECTED),
        "activate_url",
    ),
    "email_confirmation_signup": Letter(
        _("Confirm your e-mail address"),
        (_("Open the link within three days to confirm your new account at %(site)s."), _EXPECTED),
        "activate_url",
    ),
    "account-made": Letter(
        _("Your account at %(site)s"),
        (
            _("An account was created for you at %(site)s."),
            _("Your role on the site: %(office)s."),
            _("You work for: %(roles)s."),
            _("Open the link at the end within three days to choose your password. It works once."),
            _("If the link has expired, get a new one here: %(again)s"),
        ),
        "password_reset_url",
    ),
    "login_code": Letter(
        _("Your code for %(site)s"),
        (
            _("Your code is %(code)s. Enter it on the page that asks for it, within three minutes."),
            _(
                "Never share it with anyone. If you did not ask for it, somebody else may be signed in as "
                "you."
            ),
        ),
    ),
    "password_reset_key": Letter(
        _("Set a new password"),
        (_("Open the link to set a new password for your account at %(site)s."), _EXPECTED),
        "password_reset_url",
    ),
    "account_already_exists": Letter(
        _("You already have an account"),
        (
            _("Somebody, probably you, tried to create an account at %(site)s with this address."),
            _("You already have one. If you have forgotten your password, you can set a new one."),
        ),
        "/account/password/reset/",
    ),
    "unknown_account": Letter(
        _("There is no account with this address"),
        (
            _("Somebody, probably you, asked for a new password at %(site)s for this address."),
            _("There is no account with it. You may have used another address, or you can create one."),
        ),
        "/account/signup/",
    ),
    "password_changed": Letter(
        _("Your password was changed"), (_("The password of your account was changed."), _SECURITY)
    ),
    "password_reset": Letter(
        _("Your password was reset"), (_("The password of your account was reset."), _SECURITY)
    ),
    "password_set": Letter(
        _("Your password was set"), (_("A password was set for your account."), _SECURITY)
    ),
    "email_changed": Letter(
        _("Your e-mail address was changed"),
        (_("The e-mail address of your account was changed."), _SECURITY),
    ),
    "email_confirm": Letter(
        _("Your e-mail address was confirmed"), (_("This address was confirmed for your account."), _SECURITY)
    ),
    "email_deleted": Letter(
        _("An e-mail address was removed"),
        (_("An e-mail address was removed from your account."), _SECURITY),
    ),
    "totp_activated": Letter(
        _("Authenticator app set up"), (_("An authenticator app was set up for your account."), _SECURITY)
    ),
    "totp_deactivated": Letter(
        _("Authenticator app removed"), (_("The authenticator app of your account was removed."), _SECURITY)
    ),
    "recovery_codes_generated": Letter(
        _("New recovery codes"), (_("New recovery codes were created for your account."), _SECURITY)
    ),
    "webauthn_added": Letter(_("Passkey added"), (_("A passkey was added to your account."), _SECURITY)),
    "webauthn_removed": Letter(
        _("Passkey removed"), (_("A passkey was removed from your account."), _SECURITY)
    ),
    "account_connected": Letter(
        _("Sign-in with another account"),
        (_("An account elsewhere was connected to yours. You can sign in with it."), _SECURITY),
    ),
    "account_disconnected": Letter(
        _("Sign-in with another account removed"),
        (_("An account elsewhere is no longer connected to yours."), _SECURITY),
    ),
}
