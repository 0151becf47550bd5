"""Which methods the views of all addresses answer."""

import inspect
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from erpd.publish.methods import PAGES
from tests.operate.conftest import desk  # noqa: F401  # a fixture

# They do not say what they answer by what they do: doors and APIs by tables, allauth's views themselves.
OTHERS = ("erpd.accounts.rest.door", "erpd.accounts.sign_in.provider", "erpd.publish.urls")


def views(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern) and one.callback:
            yield before + str(one.pattern), one.callback


def asks_for_post(view: Any, seen: set[Any]) -> bool:
    """Whether a view, or what it calls, looks at what was posted."""
    function = inspect.unwrap(view)
    if not isinstance(function, FunctionType) or function in seen or not is_ours(function):
        return False
    seen.add(function)
    called = function.__globals__
    return any(
        "POST" in code.co_consts
        or "POST" in code.co_names
        or any(asks_for_post(called.get(name), seen) for name in code.co_names)
        for code in codes(function.__code__)
    )


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes(one)


def is_ours(function: FunctionType) -> bool:
    return function.__module__.startswith("erpd.") and function.__module__ not in OTHERS


def test_what_makes_nothing_of_a_post_answers_that_it_takes_none(desk: Client) -> None:  # noqa: F811
    silent = {
        path
        for path, view in views(get_resolver().url_patterns)
        if {*PAGES} == {*getattr(view, "methods", PAGES)}
        and isinstance(function := inspect.unwrap(view), FunctionType)
        and is_ours(function)
        and not asks_for_post(view, set())
    }
    assert not silent, "decorate these views with `safe` (erpd.publish.methods)"
    for path in ("/desk/", "/desk/sources/", "/desk/people/", "/requests/my-data/my-data.zip"):
        answer = desk.post(path, HTTP_ACCEPT="text/html")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD"), path
        assert Client(enforce_csrf_checks=True).post(path).status_code == 405
