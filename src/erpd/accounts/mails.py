"""The one place from which actions send mail. It is the outbox's door: nothing is sent until that stands."""

from typing import Any


def tell(to: str, template: str, *, language: str = "en", **context: Any) -> None:
    """Write a mail to ``to`` in the transaction of what it tells."""
