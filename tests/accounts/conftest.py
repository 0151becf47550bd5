"""A national node, and the mails that its actions send."""

from dataclasses import replace
from typing import Any

import pytest

from erpd.accounts import mails
from erpd.accounts.actions import agreements, contacts, invitations, members, owners, transfers, unanswered
from tests.mail_server import running, server  # noqa: F401  # fixtures


@pytest.fixture
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was told by mail, newest last."""
    kept: list[dict[str, Any]] = []

    def tell(to: str, template: str, *, language: str = "en", **context: Any) -> None:
        kept.append({"to": to, "template": template, "language": language, **context})

    for module in (agreements, contacts, invitations, mails, members, owners, transfers, unanswered):
        monkeypatch.setattr(module, "tell", tell)
    return kept
