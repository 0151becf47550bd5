"""Credentials of sources: encrypted at rest with the node's secret, never shown again, never logged."""

import base64
import hashlib
import json
from dataclasses import fields

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings as django_settings

from erpd.sources.http.credentials import Auth, Basic, Header, Parameters

_KINDS: dict[str, type[Auth]] = {"basic": Basic, "header": Header, "parameters": Parameters}


class SecretLost(Exception):
    """The stored credentials were not encrypted with the secret of this home."""


def seal(auth: Auth | None) -> bytes:
    """Encrypt credentials for storing; b"" for none."""
    if auth is None:
        return b""
    kind = next(kind for kind, made in _KINDS.items() if isinstance(auth, made))
    facts = [getattr(auth, field.name) for field in fields(auth)]
    return _cipher().encrypt(json.dumps([kind, *facts]).encode())


def unseal(stored: bytes | memoryview) -> Auth | None:
    """Decrypt stored credentials; None for b"". Raises SecretLost."""
    if not stored:
        return None
    try:
        kind, *facts = json.loads(_cipher().decrypt(bytes(stored)))
    except InvalidToken as error:
        raise SecretLost(
            "The credentials of this source were encrypted with another home's secret. Enter them again."
        ) from error
    return _KINDS[kind](*facts)


def _cipher() -> Fernet:
    secret = django_settings.SECRET_KEY.encode()
    digest = hashlib.blake2b(secret, digest_size=32, person=b"erpd sources").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
