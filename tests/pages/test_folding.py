"""Folded templates give the same pages with far fewer nodes."""

from collections import Counter
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.template import Context, engines
from django.template.base import Node, TextNode
from django.template.loader import render_to_string
from django.test import Client
from django.urls import set_script_prefix
from django.utils.translation import override

from erpd.pages import freshness
from erpd.pages.folding import fold
from tests.portal.test_pages import Demo
from tests.proofs import length

PLAIN = ("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])


def addresses(demo: Demo) -> list[str]:
    lists = ("/", "/?q=income&theme=ECON", "/?q=zzz", "/catalogues", "/catalogues/nl", "/harvest-us", "/none")
    shown = list(demo.values())[: length(4, None)]
    return [*lists, *(f"/datasets/{data_set.key}" for data_set in shown)]


@pytest.mark.proof
def test_folded_pages_are_the_same_in_every_byte(client: Client, demo: Demo, settings: LazySettings) -> None:
    def pages(language: str) -> list[bytes]:
        freshness._kept.clear()
        headers = {"accept": "text/html", "accept-language": language}
        return [client.get(address, headers=headers).content for address in addresses(demo)]

    folded = [pages(language) for language in ("en", "de", "en")]
    settings.TEMPLATES = [
        {**one, "OPTIONS": {**one["OPTIONS"], "loaders": [PLAIN]}} for one in settings.TEMPLATES
    ]
    assert [pages(language) for language in ("en", "de", "en")] == folded
    assert folded[0] != folded[1]


def test_pages_render_few_nodes(client: Client, demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: Counter[str] = Counter()
    real = Node.render_annotated

    def counting(node: Node, context: Context) -> Any:
        rendered[type(node).__name__] += 1
        return real(node, context)

    data_set = f"/datasets/{demo['inkomen-van-personen'].key}?distributions=1"  # with a field: not kept
    most = {"/?page=1": 450, "/catalogues?page=1": 100, "/catalogues/nl?page=1": 470, data_set: 600}
    for address in most:
        client.get(address)
    monkeypatch.setattr(Node, "render_annotated", counting)
    for address, number in most.items():
        rendered.clear()
        assert client.get(address).status_code == 200
        assert rendered.total() <= number, (address, rendered)
        assert rendered["StaticNode"] == 0


def test_only_what_is_the_same_is_folded() -> None:
    source = (
        "{% load i18n pages %}"
        "{% translate 'Catalogues' %} <{% icon 'global' %}> {% url 'portal:catalogues' %}"
        "{% if x %}{% translate 'Search' %}{% translate x %}"
        "{% translate 'Search' as y %}{{ y }}{{ x }}{% endif %}"
    )
    template = engines["django"].from_string(source).template
    plain = engines["django"].from_string(source).template
    with override("de"):
        fold(template.nodelist)
        kinds = [type(node) for node in template.nodelist.get_nodes_by_type(Node)]
        assert kinds.count(TextNode) == 2
        assert template.render(Context({"x": "<b>"})) == plain.render(Context({"x": "<b>"}))


def test_addresses_follow_the_prefix_of_the_node() -> None:
    footer = {"node": settings.NODE}
    before = render_to_string("pages/footer.html", footer)
    try:
        set_script_prefix("/register/")
        moved = render_to_string("pages/footer.html", footer)
    finally:
        set_script_prefix("/")
    assert moved == before.replace('href="/', 'href="/register/') != before
