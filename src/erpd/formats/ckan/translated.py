"""Texts that a package contains twice: in one language, and in several (ckanext-fluent)."""

from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.statements import Statements, text
from erpd.metadata.graph import Node


def tell_text(statements: Statements, node: Node, fields: Fields, predicate: NamedNode, *names: str) -> None:
    """State the text of the first of these fields that has one, in all its languages.

    If ``title`` repeats ``title_translated``, it is not stated again. If it differs, it is kept.
    """
    told: set[Literal] = set()
    for name in (*(f"{name}_translated" for name in names), *names):
        for key, value in fields.each(name):
            made = text(statements, value)
            if made is None:
                continue
            fresh = [term for term in made if isinstance(term, Literal) and not _repeats(term, told)]
            if fresh and told and not name.endswith("_translated"):
                return  # a different text: kept under the name of its field
            fields.use(key)
            statements.add(node, predicate, *fresh)
            told.update(fresh)


def _repeats(term: Literal, told: set[Literal]) -> bool:
    """A text without a language repeats the same text with one."""
    return term in told or (not term.language and any(term.value == other.value for other in told))
