"""Who asks an API: the key in the headers of a request, and what is left of its rate."""

from dataclasses import dataclass

from django.http import HttpRequest

from erpd.accounts.keys import TEXT, digest_of, find
from erpd.accounts.models import Key
from erpd.accounts.rates import OF_KEYS, OF_STRANGERS, OF_TRIES, Rest

_LONGEST = 200
_PREFIX = len("erpd_") + 8  # of the text of a key: what is shown of it
_MOST_LATELY = 10_000
_LATELY: dict[str, None] = {}  # digests of texts that were right
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


def credentials(request: HttpRequest, *, desk: bool = False) -> Credentials:
    """The key of ``Authorization: [Bearer] KEY`` or ``X-CKAN-API-Key: KEY``. It takes a token of its rate.

    ``desk``: for requests for access, where keys for data sets are unknown, and the other way round.
    """
    text = text_of(request)
    address = request.META.get("REMOTE_ADDR") or None
    return tried(text, address, desk=desk) if text else Credentials(None)


def tried(text: str, address: str | None, *, desk: bool = False) -> Credentials:
    """The key with this text, as somebody at ``address`` names it. It takes a token of a rate.

    Whoever tries many texts of one key has to wait, even for the right one. A text that was right here lately
    is still looked at, so nobody keeps the holder of a key out.
    """
    digest, tries = digest_of(text), (address, text[:_PREFIX])
    if digest not in _LATELY and not OF_TRIES.look(tries).remaining:
        return Credentials(None, OF_TRIES.take(tries))
    key = find(text, address, desk=desk)
    if key is None:
        OF_TRIES.take(tries)
        return Credentials(None, OF_STRANGERS.take(address))
    _LATELY[digest] = None
    if len(_LATELY) > _MOST_LATELY:
        _LATELY.pop(next(iter(_LATELY)), None)
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
