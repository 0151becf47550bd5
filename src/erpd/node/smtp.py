"""Django's settings of the mail server, from the address in ``ERPD_SMTP_URL``."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from erpd.metadata.masking import mask_always
from erpd.node.home import HomeError

_EXAMPLE = "Example: smtp://user:password@mail.example.org:587"


def smtp(address: str) -> dict[str, Any]:
    """The settings; without an address, none, and mails are written into the home. Raises HomeError.

    ``smtps`` encrypts from the start. ``smtp`` demands STARTTLS, unless the server is on this machine or the
    address ends with ``?starttls=no``: otherwise passwords and links could be read on the way.
    """
    if not address:
        return {"EMAIL_HOST": ""}
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise HomeError(f"ERPD_SMTP_URL has a wrong port or host. {_EXAMPLE}") from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise HomeError(f"ERPD_SMTP_URL is not the address of a mail server. {_EXAMPLE}")
    if set(options) - {"starttls"} or options.get("starttls", "yes") not in ("yes", "no"):
        raise HomeError("ERPD_SMTP_URL: the only option is ?starttls=yes or ?starttls=no.")
    direct = parts.scheme == "smtps"
    starttls = options.get("starttls", "no" if _is_here(parts.hostname) else "yes") == "yes"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    mask_always(password)
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if direct else 587 if user else 25),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_SSL": direct,
        "EMAIL_USE_TLS": starttls and not direct,
    }


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
