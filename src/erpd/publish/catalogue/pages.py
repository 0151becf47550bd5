"""A catalogue in pages (G5.1.4, hydra): its description, data sets and records, in any syntax and profile."""

from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import version
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import urlencode
from pyoxigraph import Literal, NamedNode, Quad

from erpd.formats.rdf.document import write
from erpd.metadata.graph import Graph, Term, apart
from erpd.metadata.terms import HYDRA, RDF
from erpd.publish.catalogue.description import described, iri_of, iri_of_part, listed
from erpd.publish.door import url
from erpd.publish.entry import graph_of
from erpd.publish.linked_data import content_type
from erpd.publish.profiles import ARGUMENT, USUAL, Offered, UnknownProfile, asked_for, say
from erpd.register.content import lines_of, parsed, stored
from erpd.register.models import DataSet
from erpd.register.scope import Scope
from erpd.register.walk import FIRST, following, size

PAGE = 100  # data sets on a page
MOST_READ = 2**24  # bytes of triples that are read for one page, unless a single data set has more
SYNTAXES = ("rdf", "ttl", "nt", "jsonld")
AFTER = "after"


def answer(request: HttpRequest, within: Scope) -> HttpResponse:
    """Answer ``/catalogue.ttl?after=<key>&profile=<profile>``: 404 for another key, 400 for another profile.

    Raises VersionBroken if the metadata of a data set are damaged: a page must not lack one.
    """
    syntax = request.path.rpartition(".")[2]
    after = _key(request.GET.get(AFTER, ""))
    try:
        profile = asked_for(request)
    except UnknownProfile as error:
        return HttpResponse(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")
    page = Page(within, syntax, profile, after)
    etag = page.etag()
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(write(page.triples(), syntax), content_type=content_type(syntax))
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Profile"])
    say(response, profile)
    return response


def _key(text: str) -> UUID:
    if not text:
        return FIRST
    try:
        return UUID(text)
    except ValueError:
        raise Http404("No page begins there. Start without `after`, and follow hydra:nextPage.") from None


class Page:
    """One page: the data sets with keys above ``after``, as many as fit."""

    def __init__(self, within: Scope, syntax: str, profile: Offered, after: UUID) -> None:
        self.within, self.syntax, self.profile, self.after = within, syntax, profile, after
        self.total = size(within)
        found = following(within, after, PAGE + 1)
        self.data_sets, self.more = found[:PAGE], len(found) > PAGE

    def etag(self) -> str:
        """Weak, because the triples are the same but their order may differ. Depends on all that is shown."""
        seen = (
            version("erpd"),
            self.address(self.after),
            self.total,
            self.more,
            [(one.key, one.change) for one in self.data_sets],
            [vars(one) | {"_state": None} for one in self.within.catalogues.values()],
        )
        return f'W/"{blake2b(repr(seen).encode(), digest_size=16).hexdigest()}"'

    def address(self, after: UUID) -> str:
        """The address of the page after a key."""
        arguments = {AFTER: after.hex} if after != FIRST else {}
        if self.profile is not USUAL:
            arguments[ARGUMENT] = self.profile.token
        query = f"?{urlencode(arguments)}" if arguments else ""
        return url(self.within, f"catalogue.{self.syntax}{query}")

    def triples(self) -> Iterator[Quad]:
        """Everything on the page."""
        yield from described(self.within, parts=self.after == FIRST)
        whole, parts = (
            iri_of(self.within),
            {one.pk: iri_of_part(one) for one in self.within.catalogues.values()},
        )
        last = self.after
        given = 0
        for data_set, graph in self._graphs():
            own = dict.fromkeys((whole, parts[data_set.catalogue_id]))
            yield from listed(data_set, own)
            yield from apart(graph.triples(), f"r{data_set.key.hex}")
            last, given = data_set.key, given + 1
        yield from self._paging(last if self.more or given < len(self.data_sets) else None)

    def _graphs(self) -> Iterator[tuple[DataSet, Graph]]:
        read = 0
        for data_set, content in zip(
            self.data_sets, stored(one.change for one in self.data_sets), strict=True
        ):
            lines = lines_of(data_set, content)
            if read and read + len(lines) > MOST_READ:
                return
            read += len(lines)
            yield data_set, graph_of(data_set, parsed(data_set, lines), self.profile)

    def _paging(self, last: UUID | None) -> Iterator[Quad]:
        """The page as both old and new hydra know it, and the next one after the key ``last``."""
        me, first = NamedNode(self.address(self.after)), NamedNode(self.address(FIRST))
        facts: list[tuple[NamedNode, Term]] = [
            (RDF.type, HYDRA.PagedCollection),
            (RDF.type, HYDRA.PartialCollectionView),
            (HYDRA.totalItems, Literal(self.total)),
            (HYDRA.itemsPerPage, Literal(PAGE)),
            (HYDRA.firstPage, first),
            (HYDRA.first, first),
        ]
        if last is None:
            facts += [(HYDRA.lastPage, me), (HYDRA.last, me)]
        else:
            following_page = NamedNode(self.address(last))
            facts += [(HYDRA.nextPage, following_page), (HYDRA.next, following_page)]
        yield from (Quad(me, *fact) for fact in facts)
        yield Quad(iri_of(self.within), HYDRA.view, me)
