"""Texts that come twice: in one language, and beside it in several (ckanext-fluent)."""

from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.statements import Statements, text
from erpd.metadata.graph import Node


def tell_text(statements: Statements, node: Node, fields: Fields, predicate: NamedNode, *names: str) -> None:
    """The text of the first of these fields that has one, in all its languages.

    What ``title`` repeats of ``title_translated`` is not said again; what it says otherwise stays.
    """
    told: set[Literal] = set()
    for name in (*(f"{name}_translated" for name in names), *names):
        for key, value in fields.each(name):
            made = text(statements, value)
            if made is None:
                continue
            fresh = [term for term in made if isinstance(term, Literal) and not _repeats(term, told)]
            if fresh and told and not name.endswith("_translated"):
                return  # another text: kept under the name of its field
            fields.use(key)
            statements.add(node, predicate, *fresh)
            told.update(fresh)


def _repeats(term: Literal, told: set[Literal]) -> bool:
    """Without a language it says no more than the same text with one."""
    return term in told or (not term.language and any(term.value == other.value for other in told))
