"""All triples that belong to some data sets, asked for breadth first, in queries the server can handle."""

from collections.abc import Iterator, Sequence

from pyoxigraph import Quad

from erpd.formats.reading import Unreadable
from erpd.metadata.iri import is_iri
from erpd.metadata.limits import MOST_TRIPLES
from erpd.metadata.rules import Unread
from erpd.sources.errors import Reason
from erpd.sources.sparql.answer import Described, names_in
from erpd.sources.sparql.endpoint import Endpoint, TooMuch
from erpd.sources.sparql.queries import By, Description, Key, Selection

# Nodes in one query, and the length of their IRIs.
MOST_NODES = 200
_LONGEST = 20_000
# Unnamed nodes in a row: to begin with, and at most.
_DEPTH, _DEEPEST = 3, 12
# How many nodes such as agents and themes are cached, and how many triples each may have.
_SHARED, _LARGEST_SHARED = 5_000, 100

Triples = list[Quad]


class Closure:
    """Learns what the server can handle, and caches what data sets share. For one run."""

    def __init__(self, endpoint: Endpoint, selection: Selection) -> None:
        self._endpoint = endpoint
        self._selection = selection
        self._shared: dict[str, Triples] = {}
        self._most = MOST_NODES
        self._depth = _DEPTH
        self._invalid = False
        self._proved = 0

    def of(self, keys: Sequence[Key], by: By) -> Triples:
        """Return what ``erpd.formats.rdf.catalogue.split`` needs to cut out each data set, as in a dump.

        ``by`` is the kind of the keys. Raises SourceError, or Unreadable if a description is broken, too deep
        or too large: then ask for the data sets one by one.
        """
        answers = [answer for part in self._parts(keys) for answer in self._asked(part, by)]
        found = [triple for answer in answers for triple in answer.triples]
        asked = {key.text for key in keys}
        waiting = names_in(found) - asked
        while waiting:
            asked |= waiting
            came = self._described(sorted(waiting))
            found += came
            if len(found) > MOST_TRIPLES:
                raise Unreadable(Unread.TOO_LARGE, f"more than {MOST_TRIPLES:,} triples hang on it")
            waiting = names_in(came) - asked
        return found

    def _described(self, names: Sequence[str]) -> Triples:
        """The triples of named nodes. Those that are data sets or catalogues have none."""
        found: Triples = []
        unknown = []
        for name in names:
            known = self._shared.pop(name, None)
            if known is None:
                unknown.append(name)
            else:
                self._shared[name] = known  # last in the dict: the first is the least recently used
                found += known
        for part in self._parts([Key(name, "") for name in unknown]):
            answers = self._asked(part)
            found += (triple for answer in answers for triple in answer.triples)
            self._share([key.text for key in part], answers)
        return found

    def _share(self, names: Sequence[str], answers: Sequence[Described]) -> None:
        for name in names:
            own = [triple for answer in answers for triple in answer.of(name)]
            if len(own) <= _LARGEST_SHARED:
                self._shared[name] = own
        while len(self._shared) > _SHARED:
            del self._shared[next(iter(self._shared))]

    def _parts(self, keys: Sequence[Key]) -> Iterator[list[Key]]:
        """Queries of a manageable length; IRIs that SPARQL cannot write go separately."""
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

    def _asked(self, keys: Sequence[Key], by: By | None = None) -> list[Described]:
        """``by`` is for data sets, and None for what belongs to them."""
        try:
            return [self._whole(keys, by)]
        except TooMuch as error:
            if len(keys) == 1:
                if error.rule == Reason.ROW_LIMIT:
                    raise Unreadable(Unread.TOO_LARGE, error.message) from error
                raise
            middle = len(keys) // 2
            self._most = min(self._most, middle)
            return self._asked(keys[:middle], by) + self._asked(keys[middle:], by)

    def _whole(self, keys: Sequence[Key], by: By | None) -> Described:
        """One answer, as deep as the data go, and proved complete."""
        while True:
            asked = Description(self._selection, keys, self._depth, by, self._invalid)
            answer = Described(asked, self._endpoint.triples(asked.construct()))
            self._prove(asked, answer)
            if not self._invalid and answer.has_invalid():
                self._invalid = True
            elif not answer.is_cut():
                answer.rename()
                return answer
            elif self._depth >= _DEEPEST:
                raise Unreadable(
                    Unread.TOO_DEEP, f"more than {_DEEPEST} nodes without an IRI hang on each other"
                )
            else:
                self._depth = min(self._depth + 2, _DEEPEST)

    def _prove(self, asked: Description, answer: Described) -> None:
        """Servers cut off long answers silently, but never one with fewer rows than one that was complete."""
        if answer.most_rows() < self._proved:
            return
        there = self._endpoint.number(asked.count())
        came = answer.rows()
        if came < there:
            raise TooMuch(
                Reason.ROW_LIMIT,
                f"The server gave {came:,} of {there:,} rows",
                "Ask the source's operator to allow more rows.",
                url=self._endpoint.url,
            )
        self._proved = max(self._proved, answer.least_rows())
