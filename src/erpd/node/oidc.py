"""The OpenID Connect provider through which people can sign in, if the operator names one."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from erpd.metadata.masking import mask_always
from erpd.node.home import HomeError

URL, CLIENT, SECRET, NAME = "ERPD_OIDC_URL", "ERPD_OIDC_CLIENT_ID", "ERPD_OIDC_SECRET", "ERPD_OIDC_NAME"
_LONGEST = 80
_LONGEST_ID = 150
_EXAMPLE = f"Example: {URL}=https://login.example.org/realms/office"


def providers(environment: Mapping[str, str]) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS``: the provider that the environment names, or none. Raises HomeError."""
    url, client, secret, name = (environment.get(one, "").strip() for one in (URL, CLIENT, SECRET, NAME))
    if not url:
        for other, value in ((CLIENT, client), (SECRET, secret), (NAME, name)):
            if value:
                raise HomeError(f"{other} needs {URL}, the issuer of the provider. {_EXAMPLE}")
        return {}
    mask_always(secret)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if (
        not host
        or len(name_of(url)) > _LONGEST_ID
        or parts.scheme not in ("http", "https")
        or parts.username
        or parts.query
        or parts.fragment
    ):
        raise HomeError(f"{URL} is not the issuer of an OpenID Connect provider. {_EXAMPLE}")
    if parts.scheme == "http" and not _is_here(host):
        raise HomeError(
            f"{URL} must begin with https: otherwise anybody on the way could sign in. {_EXAMPLE}"
        )
    for other, value in ((CLIENT, client), (SECRET, secret)):
        if not value:
            raise HomeError(f"{other} is missing. The operator of the provider gives it to you.")
    app = {
        "provider_id": name_of(url),
        "name": name[:_LONGEST] or host,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": url.rstrip("/"), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def name_of(url: str) -> str:
    """The name of an issuer in addresses: people come back to ``/account/oidc/NAME/login/callback/``.

    Each issuer has its own, because what it calls a person is unique there only.

    >>> name_of("https://login.example.org/realms/office/")
    'login.example.org-realms-office'
    """
    return re.sub(r"[^A-Za-z0-9.]+", "-", url.partition("://")[2]).strip("-").lower()


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
