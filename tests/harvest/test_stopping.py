"""A process that is told to end."""

import threading

import pytest

from erpd.harvest import stopping
from erpd.harvest.stopping import Stopped


def in_a_thread_of_its_own(steps) -> list[str]:
    """What was raised in each step: a thread that was told to end stays told."""
    raised: list[str] = []

    def all_of_it() -> None:
        for step in steps:
            try:
                step()
                raised.append("")
            except Stopped:
                raised.append("Stopped")

    thread = threading.Thread(target=all_of_it)
    thread.start()
    thread.join()
    return raised


def half_done() -> None:
    with stopping.finishing():
        stopping.ask()


@pytest.mark.parametrize(
    ("steps", "raised"),
    [
        ([stopping.check], [""]),
        ([stopping.ask, stopping.ask], ["Stopped", ""]),
        ([half_done, stopping.ask, stopping.ask], ["", "Stopped", ""]),
        ([half_done, stopping.check, stopping.ask, stopping.check], ["", "Stopped", "", "Stopped"]),
    ],
)
def test_who_is_told_twice_ends_once(steps, raised) -> None:
    assert in_a_thread_of_its_own(steps) == raised
