"""What the names in a JSON-LD document mean: its contexts, as far as they name properties and nodes."""

import json
from dataclasses import dataclass, field
from typing import Any

from erpd.formats.positions.names import Names
from erpd.formats.rdf.contexts import with_contexts

_MOST_CONTEXTS = 100
_LONGEST_CHAIN = 10


@dataclass(frozen=True, slots=True)
class Term:
    """What the name of a member means."""

    iri: str = ""
    """The property, or a keyword; "" if it means nothing."""
    kind: str = ""
    """``@id`` or ``@vocab`` if its texts are names of nodes."""
    container: str = ""
    name: str = ""
    """As it is written."""
    reverse: bool = False


@dataclass(slots=True)
class Context:
    """The terms that hold in an object."""

    terms: dict[str, Any] = field(default_factory=dict)
    vocabulary: str = ""
    base: str = ""
    known: dict[str, Term] = field(default_factory=dict)

    def with_(self, said: Any, depth: int = 0) -> "Context":
        """Return the context in an object in which ``said`` is its ``@context``."""
        if said is None or depth > _LONGEST_CHAIN:
            return NO_CONTEXT if said is None else self
        if isinstance(said, str):
            written = json.loads(with_contexts(json.dumps({"@context": said}).encode()))["@context"]
            return self if written == said else self.with_(written, depth + 1)
        if isinstance(said, list):
            context = self
            for each in said[:_MOST_CONTEXTS]:
                context = context.with_(each, depth + 1)
            return context
        if not isinstance(said, dict):
            return self
        if isinstance(inner := said.get("@context"), dict | list):  # a file of a context
            return self.with_(inner, depth + 1)
        terms = {**self.terms, **{name: each for name, each in said.items() if name[:1] != "@"}}
        context = Context(terms, self.vocabulary, self.base)
        if isinstance(base := said.get("@base"), str):
            context.base = base
        if isinstance(vocabulary := said.get("@vocab"), str):
            context.vocabulary = context.expanded(vocabulary)
        return context

    def term(self, name: str) -> Term:
        """Return what the name of a member means."""
        known = self.known.get(name)
        if known is None:
            if len(self.known) > 10_000:
                self.known.clear()
            known = self.known[name] = self._term(name)
        return known

    def _term(self, name: str) -> Term:
        said = self.terms.get(name)
        if not isinstance(said, dict):
            return Term("" if name in self.terms and said is None else self.expanded(name), name=name)
        kind, container = said.get("@type"), said.get("@container")
        if isinstance(container, list):
            container = next((each for each in container if each != "@set"), "")
        reverse = said.get("@reverse")
        iri = reverse if isinstance(reverse, str) else said.get("@id", "")
        return Term(
            self.expanded(iri) if isinstance(iri, str) and iri and iri != name else self._unsaid(name),
            kind if isinstance(kind, str) else "",
            container if isinstance(container, str) else "",
            name,
            isinstance(reverse, str),
        )

    def expanded(self, name: str, depth: int = 0) -> str:
        """Return the IRI or keyword for the name of a property or a class; "" if there is none."""
        if name.startswith("@") or depth > _LONGEST_CHAIN:
            return name
        said = self.terms.get(name)
        if isinstance(said, dict):
            said = said.get("@id")
        if isinstance(said, str) and said != name:
            return self.expanded(said, depth + 1)
        return self._unsaid(name, depth)

    def _unsaid(self, name: str, depth: int = 0) -> str:
        prefix, colon, local = name.partition(":")
        if not colon:
            return self.vocabulary + name if self.vocabulary else ""
        if local.startswith("//") or prefix not in self.terms:
            return name
        return self.expanded(prefix, depth + 1) + local

    def scoped(self, name: str, context: "Context") -> "Context":
        """Return ``context`` with what the definition of a property or a class here adds to it."""
        said = self.terms.get(name)
        if not isinstance(said, dict) or "@context" not in said:
            return context
        inner = said["@context"]
        key = (id(inner), id(context))
        if key not in _SCOPED:
            if len(_SCOPED) >= _MOST_CONTEXTS:
                _SCOPED.clear()
            _SCOPED[key] = (inner, context, context.with_(inner))  # all are kept, so no id is used again
        return _SCOPED[key][2]

    def kind(self, name: str) -> str:
        """Return the IRI of a class."""
        return self.expanded(name) or name

    def node(self, name: str, names: Names) -> str:
        """Return the name of a node."""
        if name.startswith("_:"):
            return name
        prefix, colon, _ = name.partition(":")
        return names.iri(self._unsaid(name) if colon and prefix in self.terms else name, self.base)


_SCOPED: dict[tuple[int, int], tuple[Any, Context, Context]] = {}
NO_CONTEXT = Context()
