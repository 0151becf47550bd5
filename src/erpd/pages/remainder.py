"""Everything in a record that no other part of its page shows, so that nothing is lost.

What a page shows has an end, in values and in characters; where a record has more, the page says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Node, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.metadata.view import Statement, Way, all_names, called, name
from erpd.metadata.vocabularies import label_of, vocabulary
from erpd.pages.labels import is_class_of_profile, label_of_property, order_of
from erpd.pages.values import (
    LONGEST_IRI,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Property,
    Value,
    address_value,
    href_of,
    legible,
    shortened,
    tag_of,
    value_of,
)

_OTHER_LANGUAGES = (
    DCT.title,
    DCT.description,
    DCAT.keyword,
)  # shown above in the best language; their other languages come last
MOST_AT_ONCE = 200  # values of one property in the main parts of a page
MOST_VALUES = 3000  # on one page; larger records can be downloaded in full
MOST_CHARACTERS = 300_000  # on one page
SHORT = 100  # characters of each further text
DEEPEST = 8  # levels of nested nodes on one page; deeper ones are listed at the end


class Remainder:
    """Keeps track of the triples that a page has shown; ``properties`` and ``elsewhere`` return the others.

    ``is_cut`` tells whether the record has more than a page can show.
    """

    def __init__(self, record: Record, languages: tuple[str, ...], here: Mapping[str, Value] = {}) -> None:
        self.graph = record.graph
        self.languages = languages
        self.is_cut = False
        self.title_language = ""  # preferred to other languages that are not the reader's
        self._here = here  # IRI -> the data set of this register that it names
        self._left = MOST_VALUES
        self._room = MOST_CHARACTERS
        self._apart: set[Term] = set()
        self._shown: set[Statement] = set()

    def show(self, statements: Iterable[Statement]) -> list[Term]:
        """Return the values of the statements, and mark these as shown."""
        statements = list(statements)
        self._shown.update(statements)
        return [said.value for said in statements]

    def take(
        self,
        subject: Term,
        predicate: NamedNode,
        of: Sequence[Term] | None = None,
        most: int = MOST_AT_ONCE,
    ) -> list[Term]:
        """Return the values of a property, or those that are in ``of``, and mark them as shown.

        If there are more than ``most``, these are the first; the others are left for ``properties``.
        """
        values = self.graph.objects(subject, predicate)
        if of is not None:
            wanted = set(of)
            values = [value for value in values if value in wanted]
        return self.show(Statement(subject, predicate, value) for value in values[:most])

    def leave_out(self, nodes: Sequence[Node], predicate: NamedNode, of: Node) -> None:
        """Treat these values of a property, and what only they lead to, as shown: other pages show them."""
        self.show(Statement(of, predicate, node) for node in nodes)
        waiting: list[Term] = list(nodes)
        self._apart.update([of] if nodes else [])
        while waiting:
            node = waiting.pop()
            if node in self._apart or isinstance(node, Literal):
                continue
            self._apart.add(node)
            for values in self.graph.properties(node).values():
                waiting += values

    def texts(self, subject: Term, predicate: NamedNode) -> list[Value]:
        """The texts of a property in the best language for the reader, and those without a language."""
        literals = [value for value in self.graph.objects(subject, predicate) if isinstance(value, Literal)]
        best = min(map(self._rank, literals), default=0)
        suiting = [value for value in literals if not value.language or self._rank(value) == best][
            :MOST_AT_ONCE
        ]
        self.show(Statement(subject, predicate, value) for value in suiting)
        return [self._plain(value) for value in suiting]

    def text(self, subject: Term, predicate: NamedNode, most: int = LONGEST_TEXT) -> Value | None:
        """The single best text of a property for the reader, or None. Only this text is marked as shown.

        A text longer than ``most`` is shortened here, and left for ``properties``.
        """
        literals = [value for value in self.graph.objects(subject, predicate) if isinstance(value, Literal)]
        if not literals:
            return None
        best = min(literals, key=self._rank)
        if most == LONGEST_TEXT or len(best.value) <= most:
            self.show([Statement(subject, predicate, best)])
        return self._plain(best, most)

    def name(self, node: Term) -> Value:
        """The name of a node, otherwise its address."""
        value = value_of(node, self.languages, LONGEST_TITLE)
        text, language = called(self.graph, node, *self.languages)
        own = name(self.graph, node, *self.languages)
        if text:
            value.text, value.language = legible(text, LONGEST_TITLE), tag_of(language)
        elif isinstance(node, NamedNode) and value.text == node.value:
            value = address_value(node.value)
        if isinstance(node, Literal) and len(text) > LONGEST_TITLE:
            self.is_cut = True
        if own and own.value.value == text and len(text) <= LONGEST_TITLE:
            self.show([own])
        return self._spent(value)

    def way(self, way: Way) -> Value:
        """An e-mail address, telephone number or page. Marks all statements that contain it as shown."""
        self.show(way.said_by)
        href = href_of(way.iri)
        return self._spent(Value(legible(way.text, LONGEST_TITLE), href=href, machine=href))

    def node(self, term: Term) -> Value:
        """A value, with everything that the record says about it."""
        return self._value(term, ())

    def coded(self, term: Term, code: str, table: str) -> Value:
        """A value that has a code in an authority table, by its label if the record does not name it.

        ``code`` is "" for other values; if we know nothing of their IRI, they are shown as addresses.
        """
        value = self._value(term, ())
        bare = isinstance(term, Literal) or not any(all_names(self.graph, term))
        if code and bare and not value.is_here:
            value.text, value.language = vocabulary(table).labelled(code, *self.languages)
            value.machine = value.machine or shortened(term.value, LONGEST_IRI)
            value.is_address = False
            if isinstance(term, Literal):
                value.href = href_of(term.value)
        elif bare and isinstance(term, NamedNode) and not (value.is_here or label_of(term.value)):
            return replace(address_value(term.value), parts=value.parts)
        return value

    def properties(self, node: Term, *, within: tuple[Term, ...] = ()) -> list[Property]:
        """The properties of ``node`` not shown yet, in the order of the profile tables, with nested nodes."""
        kinds = [kind for kind in self.graph.objects(node, RDF.type) if isinstance(kind, NamedNode)]
        kind = next((kind for kind in kinds if is_class_of_profile(kind)), None)
        order = order_of(kind)
        found = []
        for predicate, terms in sorted(
            self.graph.properties(node).items(),
            key=lambda item: (item[0] in _OTHER_LANGUAGES, order.get(item[0], len(order)), item[0].value),
        ):
            left = [term for term in terms if self._is_left(node, predicate, term)]
            if len(left) > self._left:
                self.is_cut, left = True, left[: self._left]
            self._left -= len(left)
            self.show(Statement(node, predicate, term) for term in left)
            values = [self._value(term, (*within, node)) for term in sorted(left, key=self._rank)]
            if values:
                found.append(Property(label_of_property(kind, predicate), predicate.value, values))
        return found

    def elsewhere(self) -> list[Value]:
        """The nodes not shown yet, because nothing else on the page leads to them."""
        found = []
        for node, properties in self.graph.nodes.items():
            if node not in self._apart and any(
                self._is_left(node, predicate, term)
                for predicate, terms in properties.items()
                for term in terms
            ):
                if self._left <= 0:
                    self.is_cut = True
                    break
                found.append(self._value(node, ()))
        return found

    def _value(self, term: Term, within: tuple[Term, ...]) -> Value:
        if isinstance(term, Literal) or term not in self.graph.nodes:
            return self._plain(term)
        value = self.name(term)
        if len(within) < DEEPEST and term not in within:
            value.parts = self.properties(term, within=within)
        if not value.text and not value.parts:
            value.text = _("described above")
        return value

    def _plain(self, term: Term, most: int = LONGEST_TEXT) -> Value:
        """A value as it is, shortened where the page has little room left; the title of what is here."""
        if isinstance(term, NamedNode) and term.value in self._here:
            return self._here[term.value]
        most = min(most, max(self._room, SHORT))
        if most < len(term.value) and (isinstance(term, Literal) or not label_of(term.value)):
            self.is_cut = True
        return self._spent(value_of(term, self.languages, most))

    def _spent(self, value: Value) -> Value:
        self._room -= len(value.text) + len(value.href)
        if self._room < 0 and len(value.href) > SHORT:
            self.is_cut, value.href, value.machine = True, "", ""
        return value

    def _is_left(self, node: Term, predicate: NamedNode, term: Term) -> bool:
        """Whether a triple is not shown yet. Those that name a class of the profile count as shown."""
        known = predicate == RDF.type and isinstance(term, NamedNode) and is_class_of_profile(term)
        return not known and (node, predicate, term) not in self._shown

    def _rank(self, term: Term) -> int:
        """The rank of a text.

        The reader's languages come first, then no language, English, that of the title, and others.
        """
        if not isinstance(term, Literal) or not term.language:
            return len(self.languages)
        language = term.language.lower().split("-")[0]
        wanted = (*self.languages, "", "en", self.title_language)
        return wanted.index(language) if language in wanted else len(wanted)
