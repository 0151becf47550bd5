"""What has to be accepted before a request is sent: a text, or the link to one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from erpd.access.questions.question import Texts

MOST_LICENCES = 10
LONGEST_TITLE = 300
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Licence:
    """``text`` and ``link``: one of them is there. ``link`` is an address of the web."""

    id: str
    title: Texts
    text: Texts
    link: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept: with the body, and with what was accepted."""
        said: dict[str, Any] = {"id": self.id, "title": dict(self.title)}
        if self.text:
            said["text"] = dict(self.text)
        return said | ({"link": self.link} if self.link else {})


def read_licences(given: Iterable[Any]) -> tuple[Licence, ...]:
    """The licences as they are kept."""
    return tuple(Licence(one["id"], one["title"], one.get("text", {}), one.get("link", "")) for one in given)
