"""All that a record says and that no other part of its page has shown: nothing that came in is lost."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.metadata.view import Statement, Way, called, name
from erpd.pages.labels import is_class_of_profile, label_of_property, order_of
from erpd.pages.values import Property, Value, href_of, value_of

_OTHER_LANGUAGES = (
    DCT.title,
    DCT.description,
    DCAT.keyword,
)  # above in the best language; the others go last
MOST_AT_ONCE = 200  # values of one kind in the leading parts of a page
MOST_VALUES = 3000  # on one page; a record that says more is there to be downloaded
DEEPEST = 8  # nodes within nodes on one page; what lies deeper is listed at the end


class Remainder:
    """Keeps account of the triples that were shown; ``properties`` and ``elsewhere`` give the others.

    ``is_cut``: the record says more than a page can show.
    """

    def __init__(self, record: Record, languages: tuple[str, ...]) -> None:
        self.graph = record.graph
        self.languages = languages
        self.is_cut = False
        self._left = MOST_VALUES
        self._shown: set[Statement] = set()

    def show(self, statements: Iterable[Statement]) -> list[Term]:
        """The values of the statements, which count as shown from now on."""
        statements = list(statements)
        self._shown.update(statements)
        return [said.value for said in statements]

    def take(self, subject: Term, predicate: NamedNode, of: Sequence[Term] | None = None) -> list[Term]:
        """The values of a property, or those among ``of``; they count as shown from now on.

        Of very many the first; the others are left for ``properties``.
        """
        values = self.graph.objects(subject, predicate)
        if of is not None:
            wanted = set(of)
            values = [value for value in values if value in wanted]
        return self.show(Statement(subject, predicate, value) for value in values[:MOST_AT_ONCE])

    def texts(self, subject: Term, predicate: NamedNode) -> list[Value]:
        """The texts of a property in the language that suits the reader best, and those without one."""
        literals = [value for value in self.graph.objects(subject, predicate) if isinstance(value, Literal)]
        best = min(map(self._rank, literals), default=0)
        suiting = [value for value in literals if not value.language or self._rank(value) == best][
            :MOST_AT_ONCE
        ]
        self.show(Statement(subject, predicate, value) for value in suiting)
        return [value_of(value, self.languages) for value in suiting]

    def text(self, subject: Term, predicate: NamedNode) -> Value | None:
        """The one text of a property that suits the reader best; only this one counts as shown."""
        literals = [value for value in self.graph.objects(subject, predicate) if isinstance(value, Literal)]
        if not literals:
            return None
        best = min(literals, key=self._rank)
        self.show([Statement(subject, predicate, best)])
        return value_of(best, self.languages)

    def name(self, node: Term) -> Value:
        """What a node is called; else its IRI."""
        value = value_of(node, self.languages)
        text, language = called(self.graph, node, *self.languages)
        own = name(self.graph, node, *self.languages)
        if text:
            value.text, value.language = text, language
        if own and own.value.value == text:
            self.show([own])
        return value

    def way(self, way: Way) -> Value:
        """An address, number or page, with all the statements that say it."""
        self.show(way.said_by)
        return Value(way.text, href=href_of(way.iri), machine=way.iri)

    def node(self, term: Term) -> Value:
        """A value with all that the record says of it."""
        return self._value(term, ())

    def properties(self, node: Term, *, within: tuple[Term, ...] = ()) -> list[Property]:
        """What of ``node`` was not shown, in the order of the profile tables; nodes inside nodes included."""
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
        """The nodes that nothing on the page leads to."""
        found = []
        for node, properties in self.graph.nodes.items():
            if not self.is_cut and any(
                self._is_left(node, predicate, term)
                for predicate, terms in properties.items()
                for term in terms
            ):
                found.append(self._value(node, ()))
        return found

    def _value(self, term: Term, within: tuple[Term, ...]) -> Value:
        if isinstance(term, Literal) or term not in self.graph.nodes:
            return value_of(term, self.languages)
        value = self.name(term)
        if len(within) < DEEPEST and term not in within:
            value.parts = self.properties(term, within=within)
        if not value.text and not value.parts:
            value.text = _("described above")
        return value

    def _is_left(self, node: Term, predicate: NamedNode, term: Term) -> bool:
        """Not shown yet; the classes of the profile need not be: the page is built on them."""
        known = predicate == RDF.type and isinstance(term, NamedNode) and is_class_of_profile(term)
        return not known and (node, predicate, term) not in self._shown

    def _rank(self, term: Term) -> int:
        """Texts in the reader's languages first, then those without a language, in English, in others."""
        if not isinstance(term, Literal) or not term.language:
            return len(self.languages)
        language = term.language.lower().split("-")[0]
        wanted = (*self.languages, "", "en")
        return wanted.index(language) if language in wanted else len(wanted)
