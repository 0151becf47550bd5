"""The pages of a list that is too long for one: links that work without scripts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page of a list; the ``number`` 0 stands for pages left out."""

    number: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Turning:
    """The page of a list that is shown, and the addresses of the others."""

    page: int
    """The number of the page, from 1."""
    last: int
    """The number of the last page."""
    size: int
    """The number of entries on a page."""
    address: Callable[[int], str]
    """Page -> its address."""

    @classmethod
    def read(cls, request: HttpRequest, name: str, total: int, size: int, anchor: str = "") -> Self:
        """The page that the address asks for with its field ``name``: the nearest that exists.

        ``total`` is the number of entries, ``anchor`` the id of the list on its page.
        """

        def address(page: int) -> str:
            fields = request.GET.copy()
            fields.pop(name, None)
            if page > 1:
                fields[name] = str(page)
            query = f"?{fields.urlencode()}" if fields else request.path
            return f"{query}#{anchor}" if anchor else query

        last = max(1, -(-total // size))
        return cls(min(page_number(request.GET.get(name, "")), last), last, size, address)

    @property
    def start(self) -> int:
        """How many entries are on the pages before."""
        return (self.page - 1) * self.size

    @property
    def pages(self) -> list[PageLink]:
        return [
            PageLink(number, self.address(number) if number else "", number == self.page)
            for number in page_numbers(self.page, self.last)
        ]

    @property
    def previous(self) -> str:
        return self.address(self.page - 1) if self.page > 1 else ""

    @property
    def next(self) -> str:
        return self.address(self.page + 1) if self.page < self.last else ""


def page_number(text: str) -> int:
    """The number of a page as an address has it; 1 for any other text."""
    return int(text[:9]) or 1 if text.isascii() and text.isdigit() else 1


def page_numbers(page: int, last: int) -> list[int]:
    """The page numbers to offer; 0 stands for numbers left out."""
    near = {1, last, *range(page - 2, page + 3)}
    numbers = sorted(number for number in near if 1 <= number <= last)
    found: list[int] = []
    for number in numbers:
        if found and number - found[-1] > 1:
            found.append(number - 1 if number - found[-1] == 2 else 0)
        found.append(number)
    return found
