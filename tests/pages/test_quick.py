"""Quick nodes give what Django's give, whatever stands in the template and in the context."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.template import engines
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from erpd.pages.folding import fold
from erpd.pages.quick import _Expression, _Translated, _Variable


@dataclass
class Thing:
    name: Any = "<b> & 'x'"
    other: Any = None

    @property
    def made(self) -> str:
        return "made"

    @property
    def failing(self) -> str:
        raise AttributeError("inside")

    def method(self) -> "Thing":
        return Thing("called")

    def with_argument(self, one: str) -> str:
        return one

    def dangerous(self) -> str:
        return "changed"

    dangerous.alters_data = True  # type: ignore[attr-defined]


FACTS: dict[str, Any] = {
    "thing": Thing(other=Thing({"key": "<value>", "items": "key first"})),
    "safe": mark_safe("<i>safe</i>"),
    "lazy": gettext_lazy("Search"),
    "number": 1234567,
    "half": 0.5,
    "none": None,
    "empty": "",
    "list": [Thing("a"), Thing("b")],
    "pairs": [("a", 1), ("b", 2)],
    "map": {"a": 1},
    "function": lambda: "called",
    "class": Thing,
    "text": "a text, 100 % <long>",
}
SOURCES = [
    "{{ thing.name }}{{ thing.made }}{{ thing.other.name.key }}{{ thing.other.name.items }}{{ map.items }}",
    "{{ thing.none }}{{ thing.name.none.at.all }}{{ none.name }}{{ missing }}{{ none }}",
    "{{ missing.name|lang }}{{ missing|default:thing.name }}{{ none|default:'<x>' }}{{ safe|default:none }}",
    "{{ thing.method.name }}{{ thing.with_argument }}{{ thing.dangerous }}{{ function }}{{ class.name }}",
    "{{ safe }}{{ lazy }}{{ number }}{{ half }}{{ list.0.name }}{{ list.9.name }}{{ text.0 }}{{ pairs.1.1 }}",
    "{{ text|truncatechars:9 }}{{ safe|truncatechars:30 }}{{ text|linebreaks }}{{ text|upper|lower }}",
    "{% if thing.name %}1{% endif %}{% if missing.name %}2{% elif none.x or thing.other %}3{% endif %}",
    "{% if number > 5 and not empty %}1{% endif %}{% if missing is None %}2{% endif %}",
    "{% if lazy == 'Search' %}1{% endif %}{% if list|length > 1 and 'a' in map %}2{% endif %}",
    "{% for one in list %}{{ one.name }}{{ forloop.counter }}{% if forloop.last %}.{% endif %}{% endfor %}",
    "{% for a, b in pairs %}{{ a }}{{ b }}{% endfor %}{% for x in none %}{% empty %}e{% endfor %}",
    "{% for x in list %}{% for y in list %}{{ forloop.parentloop.last }}{% endfor %}{% endfor %}",
    "{% with x=thing.other y=text|upper %}{{ x.name.key }}{{ y }}{% endwith %}{{ x }}",
    "{% autoescape off %}{{ thing.name }}{{ lazy }}{% endautoescape %}",
    "{% include 'portal/parts.html' with parts=missing %}{% include name %}{% include none %}",
    "{% include 'pages/pagination.html' with label=text only %}{% include 'pages/message.html' %}",
    "{% blocktranslate count n=number %}{{ n }} value{% plural %}{{ n }} values{% endblocktranslate %}",
    "{% blocktranslate count n=list|length %}{{ n }} note{% plural %}{{ n }} notes{% endblocktranslate %}",
    "{% blocktranslate count n=none %}{{ n }} note{% plural %}{{ n }} notes{% endblocktranslate %}",
    "{% blocktranslate with x=thing.name y=missing %}100 % {{ x }}: {{ y }}{% endblocktranslate %}{{ x }}",
    "{% blocktranslate %}Distribution {{ number }}{% endblocktranslate %}",
    "{% blocktranslate asvar z %}Distribution {{ number }}{% endblocktranslate %}{{ z }}",
    "{% url 'portal:catalogue' text.0 %}{% url 'portal:catalogue' number as there %}{{ there }}",
]
LOADED = "{% load i18n l10n pages %}"


def shown(source: str, *, folded: bool) -> str:
    template = engines["django"].from_string(LOADED + source)
    if folded:
        fold(template.template.nodelist)
    try:
        return str(template.render({**FACTS, "name": "portal/parts.html"}))
    except Exception as error:
        return repr(error)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("source", SOURCES)
def test_quick_nodes_give_what_djangos_give(source: str, language: str) -> None:
    with override(language):
        assert shown(source, folded=True) == shown(source, folded=False)


@pytest.mark.parametrize(("source", "quick"), [("{{ thing.failing }}", True), ("{{ text|date:'c' }}", False)])
def test_what_is_not_simple_is_left_to_django(source: str, quick: bool) -> None:
    template = engines["django"].from_string(source)
    fold(template.template.nodelist)
    (node,) = template.template.nodelist
    assert isinstance(node, _Variable)
    assert isinstance(node._expression, _Expression) is quick
    assert shown(source, folded=True) == shown(source, folded=False)


def test_a_wrong_translation_shows_the_original(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "{% blocktranslate %}Distribution {{ number }}{% endblocktranslate %}"
    monkeypatch.setattr("erpd.pages.quick.gettext", lambda text: "Verteilung %(nummer)s %")
    template = engines["django"].from_string(LOADED + source)
    fold(template.template.nodelist)
    assert [node for node in template.template.nodelist if isinstance(node, _Translated)]
    assert template.render(FACTS) == "Distribution 1234567"
