"""The settings of django-allauth: how people sign in, and how long that lasts."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

_MINUTE = 60
_DAY = 24 * 60 * _MINUTE
_FORMS = "erpd.accounts.sign_in.forms"

# Attempts that are counted, in each process; the least recent are forgotten. One client can make some 60 a
# minute, so nobody floods it.
_COUNTED = 30_000


def sign_in(base_url: str, hosts: Sequence[str] = ()) -> dict[str, Any]:
    """The settings for a node with that address and other names."""
    scheme = urlsplit(base_url).scheme
    secure = scheme == "https"
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (
                ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
                ("MinimumLengthValidator", {"min_length": 12}),
                ("CommonPasswordValidator", {}),
            )
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/owners/",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_AGE": 14 * _DAY,
        # Behind a proxy that speaks TLS, requests come to us by HTTP, but name our address as their origin.
        "CSRF_TRUSTED_ORIGINS": [
            base_url,
            *(f"{scheme}://{'*' if host.startswith('.') else ''}{host}" for host in hosts),
        ],
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_COOKIE_HTTPONLY": True,
        "ACCOUNT_ADAPTER": "erpd.accounts.sign_in.adapter.Adapter",
        "ACCOUNT_FORMS": {
            "add_email": f"{_FORMS}.ChangeAddress",
            "change_password": f"{_FORMS}.ChangePassword",
            "confirm_reauthentication_code": f"{_FORMS}.CodeByMail",
            "login": f"{_FORMS}.SignIn",
            "reauthenticate": f"{_FORMS}.Confirm",
            "request_reauthentication_code": f"{_FORMS}.AskForCode",
            "reset_password": f"{_FORMS}.AskForPassword",
            "reset_password_from_key": f"{_FORMS}.PasswordByLink",
            "set_password": f"{_FORMS}.SetPassword",
            "signup": f"{_FORMS}.SignUp",
        },
        "MFA_FORMS": {
            "activate_totp": f"{_FORMS}.SetUpApp",
            "add_webauthn": f"{_FORMS}.AddPasskey",
            "authenticate": f"{_FORMS}.SecondFactor",
            "edit_webauthn": f"{_FORMS}.RenamePasskey",
            "reauthenticate": f"{_FORMS}.ConfirmByCode",
        },
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION": True,  # in the browser that signed up
        "ACCOUNT_CHANGE_EMAIL": True,
        "ACCOUNT_PREVENT_ENUMERATION": "strict",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": True,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 15 * _MINUTE,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if secure else "http",
        "MFA_ADAPTER": "erpd.accounts.sign_in.factors.Factors",
        "MFA_TOTP_TOLERANCE": 1,  # clocks of telephones differ by half a minute
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not secure,
        "SOCIALACCOUNT_ADAPTER": "erpd.accounts.sign_in.provider.Providers",
        "SOCIALACCOUNT_FORMS": {"signup": f"{_FORMS}.SignUpElsewhere"},
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                "OPTIONS": {"MAX_ENTRIES": _COUNTED},
            }
        },
    }
