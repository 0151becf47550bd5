"""What a worker does in a round, and in which order."""

from typing import Any, cast

import pytest

from erpd.accounts.outbox import sending
from erpd.cli import working
from erpd.harvest import worker
from erpd.harvest.worker import Round
from erpd.operate.publishers import telling
from erpd.operate.rehearsing import making
from erpd.operate.trials import working as trials
from erpd.submit.own_portal import previews

pytestmark = pytest.mark.django_db


class _NoRelief:
    watch = None

    def wait(self) -> None:
        """Nothing runs beside it."""


def test_harvests_do_not_wait_for_what_visitors_try(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def noting(name: str, result: object = 0) -> Any:
        def note(*_given: object, **_named: object) -> object:
            done.append(name)
            return result

        return note

    monkeypatch.setattr(working, "prepare_and_upgrade", lambda: None)
    monkeypatch.setattr(worker, "work", noting("harvests", Round()))
    monkeypatch.setattr(telling, "tell_due", noting("publishers"))
    monkeypatch.setattr(previews, "look_due", noting("preview"))
    monkeypatch.setattr(making, "rehearse_due", noting("rehearsal"))
    monkeypatch.setattr(trials, "try_due", noting("trial"))
    monkeypatch.setattr(sending, "send_due", noting("mail"))
    with pytest.raises(SystemExit):
        working._work(True, cast(Any, _NoRelief()), working._Ending(), noting("beat"), as_json=True)
    assert list(dict.fromkeys(done)) == [
        "beat",
        "harvests",
        "publishers",
        "preview",
        "trial",
        "rehearsal",
        "mail",
    ]
