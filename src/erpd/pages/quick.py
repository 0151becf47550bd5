"""Nodes of templates that give what Django's own give, in half the time.

Django tries each part of a name as a key, an attribute and an index, with an exception for each attempt, and
renders an included template as if it were a page of its own. A page has hundreds of names, and most of their
parts are attributes of dataclasses. What is not as simple as that is left to Django.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from html import escape
from typing import Any

from django.template import Context, Engine
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import ForNode, IfNode, URLNode, WithNode
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.smartif import TokenBase
from django.templatetags.i18n import BlockTranslateNode
from django.templatetags.l10n import localize
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from erpd.pages.languages import number_in
from erpd.pages.templatetags.pages import in_words, is_foreign, lang

_MISSING = object()
# Nodes that only ever ask their expressions to ``resolve``.
_ASKING = (BlockTranslateNode, ForNode, IfNode, IncludeNode, SimpleNode, URLNode, WithNode)
_MOST_NUMBERS = 1_000  # of a text in singular and plural
_OF_CONTEXT = ("needs_autoescape", "expects_localtime")  # marks of a filter that is left to Django


def quick(node: Node) -> Node:
    """A node that gives the same as ``node``, or ``node`` itself, with quicker expressions."""
    if isinstance(node, VariableNode):
        return _Variable(_quick(node.filter_expression))
    if isinstance(node, _ASKING):
        for name, value in vars(node).items():
            setattr(node, name, _quick(value))
    if isinstance(node, IncludeNode) and not getattr(node.template, "is_var", True):
        return _Include(node)
    if isinstance(node, BlockTranslateNode) and not (node.asvar or node.message_context):
        return _Translated(node)
    return node


def _quick(value: Any) -> Any:
    if isinstance(value, FilterExpression):
        return _Expression(value) if _is_simple(value) else value
    if isinstance(value, TokenBase):  # a condition, or a part of one
        for name in ("value", "first", "second"):
            setattr(value, name, _quick(getattr(value, name, None)))
    elif type(value) in (list, tuple):
        return type(value)(map(_quick, value))
    elif type(value) is dict:
        return {name: _quick(each) for name, each in value.items()}
    return value


def _is_simple(expression: FilterExpression) -> bool:
    variable = expression.var
    named = isinstance(variable, Variable) and variable.lookups and not variable.translate
    return bool(named) and not any(
        getattr(func, mark, False) for func, _ in expression.filters for mark in _OF_CONTEXT
    )


@cache
def _remembered(func: Callable[..., Any], language: str | None) -> Callable[..., Any]:
    """A filter that depends on the language, with what it said last: a template is kept for each language."""
    return lru_cache(1_000, typed=True)(func) if func in (in_words, is_foreign, lang, localize) else func


class _Expression:
    """``name.attribute|filter:argument``."""

    __slots__ = ("_attributes", "_django", "_filters", "_name")

    def __init__(self, django: FilterExpression) -> None:
        self._django = django
        self._name, *self._attributes = django.var.lookups
        self._filters = [
            (_remembered(func, get_language()), given, getattr(func, "is_safe", False))
            for func, given in django.filters
        ]

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        value: Any = _MISSING
        for layer in reversed(context.dicts):
            if self._name in layer:
                value = layer[self._name]
                break
        for attribute in self._attributes:
            if value is None:
                value = _MISSING
            if value is _MISSING:
                break
            if type(value) is dict:
                value = value.get(attribute, self)
            elif hasattr(value, "__getitem__") or callable(value):
                value = self
            else:
                value = getattr(value, attribute, self)
            if value is self:
                return self._django.resolve(context, ignore_failures)
        if value is _MISSING:
            value = None if ignore_failures else ""
        elif callable(value):
            return self._django.resolve(context, ignore_failures)
        for func, given, is_safe in self._filters:
            arguments = [each.resolve(context) if is_name else mark_safe(each) for is_name, each in given]  # noqa: S308
            result = func(value, *arguments)
            value = mark_safe(result) if is_safe and isinstance(value, SafeData) else result  # noqa: S308
        return value


class _Variable(Node):
    """``{{ expression }}``"""

    def __init__(self, expression: Any) -> None:
        self._expression = expression

    def render_annotated(self, context: Context) -> str:
        value = self._expression.resolve(context)
        if type(value) is str:
            return escape(value) if context.autoescape else value
        return value if type(value) is SafeString else render_value_in_context(value, context)


class _Include(Node):
    """``{% include "name" with … %}``, read once."""

    def __init__(self, node: IncludeNode) -> None:
        self._node = node
        self._nodes: NodeList | None = None

    def render_annotated(self, context: Context) -> str:
        node = self._node
        if self._nodes is None:
            found = Engine.get_default().get_template(node.template.resolve(context)).nodelist
            pages = [*found.get_nodes_by_type(BlockNode), *found.get_nodes_by_type(ExtendsNode)]
            self._nodes = NodeList() if pages else found
        if not self._nodes:
            return str(node.render_annotated(context))
        values = {name: value.resolve(context) for name, value in node.extra_context.items()}
        if node.isolated_context:
            return self._nodes.render(context.new(values))
        with context.push(**values):
            return self._nodes.render(context)


class _Translated(Node):
    """``{% blocktranslate %}``, with its texts translated once: a template is kept for each language."""

    def __init__(self, node: BlockTranslateNode) -> None:
        self._node = node
        self._singular, names = node.render_token_list(node.singular)
        self._plural, more = node.render_token_list(node.plural) if node.plural else ("", [])
        self._names = [*names, *more]
        self._texts: dict[object, str] = {}
        self._language = get_language()

    def render_annotated(self, context: Context) -> str:
        node, number = self._node, None
        if node.counter and node.countervar and node.extra_context:
            return str(node.render(context))  # the number may be one of the names given
        given = {name: value.resolve(context) for name, value in node.extra_context.items()}
        if node.counter and node.countervar:
            number = given[node.countervar] = node.counter.resolve(context)
        written = {
            name: self._written(given[name] if name in given else context.get(name, ""), context)
            for name in self._names
        }
        try:
            if type(number) is int or not node.counter:
                return self._text(number) % written
        except (KeyError, ValueError):  # a wrong translation
            pass
        return str(node.render(context))

    def _written(self, value: Any, context: Context) -> str:
        if type(value) is str and context.autoescape:
            return escape(value)
        if type(value) is int and context.use_l10n is None:
            return number_in(value, self._language)
        return render_value_in_context(value, context)

    def _text(self, number: int | None) -> str:
        text = self._texts.get(number)
        if text is None:
            text = (
                gettext(self._singular) if number is None else ngettext(self._singular, self._plural, number)
            )
            if len(self._texts) < _MOST_NUMBERS:
                self._texts[number] = text
        return text
