"""Templates with what is always the same written in: texts in a language, fixed addresses, icons.

A page has some hundred of these, and rendered each time they take longer than the search
(docs/decisions/0028-pages-written-once.md).
"""

from collections.abc import Iterator

from django.template import Context, Origin, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode
from django.template.defaulttags import IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders.base import Loader as BaseLoader
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.translation import get_language

from erpd.pages.quick import quick
from erpd.pages.templatetags.pages import icon


class _Folded(BaseLoader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(CachedLoader, _Folded):
    """Keeps each template, folded, once for each language of the pages."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        key: str = super().cache_key(template_name, skip)
        return f"{get_language()} {get_script_prefix()} {key}"


def fold(nodes: NodeList) -> None:
    """Replace the nodes that need nothing of the page by their text, in the language that is active."""
    folded: list[Node] = []
    for node in nodes:
        if _is_constant(node):
            node = TextNode(node.render(Context()))  # noqa: PLW2901
        for inner in _inside(node):
            fold(inner)
        node = quick(node)  # noqa: PLW2901
        before = folded[-1] if folded else None
        if isinstance(node, TextNode) and isinstance(before, TextNode):
            folded[-1] = TextNode(before.s + node.s)
        else:
            folded.append(node)
    nodes[:] = folded


def _inside(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
    else:
        yield from (getattr(node, name) for name in node.child_nodelists if getattr(node, name, None))


def _is_constant(node: Node) -> bool:
    match node:
        case LoadNode():
            return True
        case TranslateNode():
            return not (node.asvar or node.message_context) and _fixed(node.filter_expression)
        case URLNode():
            return not (node.asvar or node.args or node.kwargs) and _fixed(node.view_name)
        case StaticNode():
            return not node.varname and _fixed(node.path)
        case SimpleNode():
            given = (*node.args, *node.kwargs.values())
            return node.func is icon and not node.target_var and all(map(_fixed, given))
    return False


def _fixed(expression: FilterExpression) -> bool:
    """Whether it is a literal without filters."""
    variable = expression.var
    literal = isinstance(variable, str) or (variable.literal is not None and not variable.translate)
    return literal and not expression.filters
