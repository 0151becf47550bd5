"""Who asks an API: the key in the headers of a request, and what is left of its rate."""

from dataclasses import dataclass

from django.http import HttpRequest

from erpd.accounts.keys import TEXT, find
from erpd.accounts.models import Key
from erpd.accounts.rates import OF_KEYS, OF_STRANGERS, Rest

_LONGEST = 200
_HEADERS = ("HTTP_AUTHORIZATION", "HTTP_X_CKAN_API_KEY")  # ckanapi sends both


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says about who asks."""

    key: Key | None
    """The valid key that it names."""
    rest: Rest | None = None
    """Of the key, or, where the key is not valid, of unknown keys from this address."""

    @property
    def too_many(self) -> bool:
        return bool(self.rest and self.rest.wait)


def has_key(request: HttpRequest) -> bool:
    """Whether a request names what looks like a key of ours. It asks no database."""
    return any(TEXT.fullmatch(text) for text in _texts(request))


def credentials(request: HttpRequest) -> Credentials:
    """The key of ``Authorization: [Bearer] KEY`` or ``X-CKAN-API-Key: KEY``. It takes a token of its rate."""
    text = text_of(request)
    if not text:
        return Credentials(None)
    address = request.META.get("REMOTE_ADDR") or None
    key = find(text, address)
    if key is None:
        return Credentials(None, OF_STRANGERS.take(address))
    return Credentials(key, OF_KEYS.take(key.pk))


def text_of(request: HttpRequest) -> str:
    """The text of the key in the headers; "" if there is none.

    ``Authorization`` may be for a proxy before us: what looks like a key of ours comes first.
    """
    texts = _texts(request)
    return next(filter(TEXT.fullmatch, texts), next(iter(texts), ""))


def _texts(request: HttpRequest) -> list[str]:
    found = []
    for name in _HEADERS:
        said = request.META.get(name, "").strip()
        scheme, _, rest = said.partition(" ")
        found.append((rest.strip() if scheme.lower() == "bearer" else said)[:_LONGEST])
    return [text for text in found if text]
