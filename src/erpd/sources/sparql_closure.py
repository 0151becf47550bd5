"""All triples that hang on some data sets, asked for breadth first, in questions the server can bear."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.formats.catalogue import MOST_TRIPLES
from erpd.formats.rdf import Unreadable
from erpd.metadata.iri import is_iri
from erpd.metadata.terms import AUTHORITY, DCAT, DCT, FOAF, RDF, SKOS
from erpd.sources.sparql_endpoint import Endpoint, TooMuch
from erpd.sources.sparql_queries import Description, Key, Selection

# Nodes of one question, and the length of their IRIs in it.
MOST_NODES = 200
_LONGEST = 20_000
# Unnamed nodes in a row: asked for at first, and at most.
_DEPTH, _DEEPEST = 3, 12
# Nodes such as agents and themes that are kept ready, and the triples of one of them.
_SHARED, _LARGEST_SHARED = 5_000, 100

Triples = list[Quad]


class Closure:
    """Learns what the server can bear, and keeps what many data sets share. For one run."""

    def __init__(self, endpoint: Endpoint, selection: Selection) -> None:
        self._endpoint = endpoint
        self._selection = selection
        self._shared: dict[str, Triples] = {}
        self._most = MOST_NODES
        self._depth = _DEPTH
        self._invalid = False
        self._proved = 0

    def of(self, keys: Sequence[Key], blank: bool) -> Triples:
        """What ``erpd.formats.catalogue.split`` needs to cut out each data set as out of a dump.

        ``blank``: the keys are identifiers of data sets without IRI. Raises SourceError, and Unreadable where
        a description is broken, too deep or too large: there the data sets must be asked for one by one.
        """
        found = [triple for part in self._parts(keys) for triple in self._asked(part, blank)]
        asked = {key.text for key in keys}
        waiting = _names(found) - asked
        while waiting:
            asked |= waiting
            came = self._described(sorted(waiting))
            found += came
            if len(found) > MOST_TRIPLES:
                raise Unreadable("too-large", f"more than {MOST_TRIPLES:,} triples hang on it")
            waiting = _names(came) - asked
        return found

    def _described(self, names: Sequence[str]) -> Triples:
        """The triples of named nodes; those that are data sets or catalogues themselves have none."""
        found: Triples = []
        unknown = []
        for name in names:
            known = self._shared.pop(name, None)
            if known is None:
                unknown.append(name)
            else:
                self._shared[name] = known  # last in the dict: the first has not been asked for longest
                found += known
        for part in self._parts([Key(name, "") for name in unknown]):
            came = self._asked(part)
            found += came
            self._share([key.text for key in part], came)
        return found

    def _share(self, names: Sequence[str], came: Triples) -> None:
        by_subject = _by_subject(came)
        for name in names:
            own: Triples = []
            waiting: list[object] = [NamedNode(name)]
            seen = set(waiting)
            while waiting:
                triples = by_subject.get(waiting.pop(), [])
                own += triples
                unnamed = {triple.object for triple in triples if _is_unnamed(triple.object)} - seen
                seen |= unnamed
                waiting += unnamed
            if len(own) <= _LARGEST_SHARED:
                self._shared[name] = own
        while len(self._shared) > _SHARED:
            del self._shared[next(iter(self._shared))]

    def _parts(self, keys: Sequence[Key]) -> Iterator[list[Key]]:
        """Questions of a bearable length; IRIs that SPARQL cannot write go by themselves."""
        part: list[Key] = []
        size = 0
        for key in sorted(keys, key=lambda key: is_iri(key.text)):
            other = part and is_iri(key.text) != is_iri(part[0].text)
            if part and (other or len(part) >= self._most or size + len(key.text) > _LONGEST):
                yield part
                part, size = [], 0
            part.append(key)
            size += len(key.text)
        if part:
            yield part

    def _asked(self, names: Sequence[Key], blank: bool | None = None) -> Triples:
        """``blank`` is given for data sets, and is None for what hangs on them."""
        try:
            return self._whole(names, blank)
        except TooMuch as error:
            if len(names) == 1:
                if error.rule == "row-limit":
                    raise Unreadable("too-large", error.message) from error
                raise
            middle = len(names) // 2
            self._most = min(self._most, middle)
            return self._asked(names[:middle], blank) + self._asked(names[middle:], blank)

    def _whole(self, names: Sequence[Key], blank: bool | None) -> Triples:
        """One answer, as deep as the data go, proved not to be cut."""
        while True:
            asked = Description(
                self._selection, names, self._depth, blank is not None, bool(blank), self._invalid
            )
            triples = self._endpoint.triples(asked.construct())
            self._prove(asked, _rows(triples, asked))
            if not self._invalid and any(_is_invalid(triple.object) for triple in triples):
                self._invalid = True
            elif not _is_cut(triples, self._depth):
                return _renamed(triples)
            elif self._depth >= _DEEPEST:
                raise Unreadable("too-deep", f"more than {_DEEPEST} nodes without an IRI hang on each other")
            else:
                self._depth = min(self._depth + 2, _DEEPEST)

    def _prove(self, asked: Description, came: int) -> None:
        """Servers cut long answers without a word; but never one shorter than another that they gave.

        ``came`` are the rows that follow from the triples; those that were cut may follow from them too.
        """
        if came < self._proved:
            return
        there = self._endpoint.number(asked.count())
        if came < there:
            raise TooMuch(
                "row-limit",
                f"The server gave {came:,} of {there:,} rows",
                "Ask the operator of the source to allow more rows.",
                url=self._endpoint.url,
            )
        self._proved = there


def _names(triples: Triples) -> set[str]:
    """What is to be described next. A concept leads nowhere: its scheme would bring in a vocabulary."""
    concepts = {
        triple.subject for triple in triples if triple.predicate == RDF.type and triple.object == SKOS.Concept
    }
    return {
        name.value
        for triple in triples
        for name in (triple.subject, triple.object)
        if isinstance(name, NamedNode)
        and is_iri(name.value)
        and triple.subject not in concepts
        and not (isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(AUTHORITY))
    }


def _is_invalid(node: object) -> bool:
    return isinstance(node, NamedNode) and not is_iri(node.value)


def _is_unnamed(node: object) -> bool:
    return isinstance(node, BlankNode) or _is_invalid(node)


def _by_subject(triples: Iterable[Quad]) -> dict[object, Triples]:
    found: dict[object, Triples] = defaultdict(list)
    for triple in triples:
        found[triple.subject].append(triple)
    return found


def _is_cut(triples: Triples, depth: int) -> bool:
    """Whether unnamed nodes are so far from the next named one that they were not asked for."""
    by_subject = _by_subject(triples)
    objects = {triple.object for triple in triples}
    here = {subject for subject in by_subject if not _is_unnamed(subject) or subject not in objects}
    seen = set(here)
    level = 0
    while here:
        if level >= depth and any(_is_unnamed(node) and node not in by_subject for node in here):
            return True
        level += 1
        here = {
            triple.object
            for node in here
            for triple in by_subject.get(node, ())
            if _is_unnamed(triple.object)
        }
        here -= seen
        seen |= here
    return False


def _rows(triples: Triples, asked: Description) -> int:
    """How many rows of the question the triples come from: see Description.count."""
    by_subject = _by_subject(dict.fromkeys(triples))
    counted: dict[tuple[object, int], int] = {}

    def below(node: object, level: int) -> int:
        if level > asked.depth or not _is_unnamed(node):
            return 1
        if (node, level) not in counted:
            counted[node, level] = (
                sum(below(triple.object, level + 1) for triple in by_subject.get(node, ())) or 1
            )
        return counted[node, level]

    roots = {key.text for key in asked.nodes}
    chief: set[object] = set()
    for node, own in by_subject.items():
        if asked.blank and isinstance(node, BlankNode):
            named = (triple.object for triple in own if triple.predicate == DCT.identifier)
            if any(isinstance(name, Literal | NamedNode) and name.value in roots for name in named):
                chief.add(node)
        elif isinstance(node, NamedNode) and not asked.blank and node.value in roots:
            chief.add(node)
    rows = sum(below(triple.object, 1) for node in chief for triple in by_subject[node])
    if asked.chief:
        rows += sum(
            below(triple.subject, 1)
            for triple in triples
            if triple.predicate in (DCAT.servesDataset, FOAF.primaryTopic) and triple.object in chief
        )
    return rows


def _renamed(triples: Triples) -> Triples:
    """The blank nodes of one answer are none of another's, whatever the server calls them."""
    names: dict[BlankNode, BlankNode] = defaultdict(BlankNode)
    return [
        Quad(
            names[triple.subject] if isinstance(triple.subject, BlankNode) else triple.subject,
            triple.predicate,
            names[triple.object] if isinstance(triple.object, BlankNode) else triple.object,
        )
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
        else triple
        for triple in triples
    ]
