"""What we write as Dublin Core we read again: the same facts, as far as Dublin Core can carry them."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats import oai_dc
from erpd.metadata.graph import Graph
from erpd.metadata.licences import licence_of
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import AUTHORITY, DCAT, DCT, FOAF, RDF, RDFS, SKOS, XSD
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import label_of, vocabulary

RULES = load_profile("erpd")
IRI = NamedNode("https://data.example/1")


def concepts(table):
    """Some whose English label means no other."""
    found = vocabulary(table)
    find = licence_of if table == "licence" else found.find
    clear = [code for code in found.concepts if find(found.label(code, "en")) == code]
    return st.sampled_from([NamedNode(found.iri(code)) for code in clear[:: len(clear) // 12]])


# "Text" before it: what is no address, theme or date by chance.
words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12).map(
    "Text {}.".format
)
languages = st.sampled_from(["", *EU_LANGUAGES])
literals = st.builds(
    lambda text, language: Literal(text, language=language) if language else Literal(text), words, languages
)
several = st.lists(literals, max_size=4, unique=True)
by_language = st.dictionaries(st.sampled_from(EU_LANGUAGES), words, min_size=1, max_size=3).map(
    lambda texts: [Literal(text, language=language) for language, text in texts.items()]
)
addresses = st.integers(0, 99).map(lambda number: NamedNode(f"https://data.example/page/{number}"))
days = st.lists(st.dates(), min_size=2, max_size=2, unique=True).map(
    lambda found: [Literal(day.isoformat(), datatype=XSD.date) for day in sorted(found)]
)
ACCESS = [NamedNode(f"{AUTHORITY}access-right/{code}") for code in ("PUBLIC", "RESTRICTED", "NON_PUBLIC")]
FACTS = st.fixed_dictionaries(
    {
        DCT.title: by_language,
        DCT.description: several,
        DCAT.keyword: several,
        DCT.subject: st.lists(addresses, max_size=2),
        DCAT.theme: st.lists(concepts("data-theme"), max_size=2),
        DCT.publisher: by_language,
        DCT.creator: several,
        DCT.contributor: several,
        DCT.language: st.lists(concepts("language"), max_size=2),
        DCT.spatial: several,
        DCT.temporal: days,
        DCT.accessRights: st.lists(st.sampled_from(ACCESS), max_size=1),
        DCT.relation: st.lists(addresses, max_size=2),
        DCT.source: st.lists(addresses, max_size=2),
        DCT.license: st.lists(concepts("licence"), max_size=1),
        DCT.rights: st.lists(literals, max_size=2, unique=True),
        DCT.format: st.lists(concepts("file-type"), max_size=3, unique=True),
    }
)
NAMED = {
    **dict.fromkeys((DCT.creator, DCT.contributor), (FOAF.Agent, FOAF.name)),
    DCT.spatial: (DCT.Location, SKOS.prefLabel),
}


def record_of(facts, issued, modified):
    graph = Graph()

    def node(kind, predicate, *values):
        found = BlankNode()
        graph.add(found, RDF.type, kind)
        for value in values:
            graph.add(found, predicate, value)
        return found

    facts = dict(facts)
    licence, rights, formats = (facts.pop(name) for name in (DCT.license, DCT.rights, DCT.format))
    begin, end = facts.pop(DCT.temporal)
    period = node(DCT.PeriodOfTime, DCAT.startDate, begin)
    graph.add(period, DCAT.endDate, end)
    graph.add(IRI, RDF.type, DCAT.Dataset)
    graph.add(IRI, DCT.temporal, period)
    graph.add(IRI, DCT.publisher, node(FOAF.Agent, FOAF.name, *facts.pop(DCT.publisher)))
    graph.add(IRI, DCT.issued, issued)
    graph.add(IRI, DCT.modified, modified)
    for predicate, values in facts.items():
        for value in values:
            named = NAMED.get(predicate)
            graph.add(IRI, predicate, node(named[0], named[1], value) if named else value)
    statement = node(DCT.RightsStatement, RDFS.label, *rights) if rights else None
    for kind in formats or [None]:
        distribution = node(DCAT.Distribution, DCAT.accessURL, IRI)
        if len(formats) == 1:
            graph.add(distribution, DCAT.byteSize, Literal("18006", datatype=XSD.decimal))
        graph.add(IRI, DCAT.distribution, distribution)
        for predicate, value in (
            (DCT.format, kind),
            (DCT.rights, statement),
            *((DCT.license, one) for one in licence),
        ):
            if value:
                graph.add(distribution, predicate, value)
    return Record("1", graph, IRI)


def told(record):
    """Its facts, whatever its blank nodes are called. The label of a theme as a keyword is no loss."""
    mend(record, RULES)
    themes = {label_of(theme.value, "en") for theme in record.values(DCAT.theme)}

    def facts(node):
        return frozenset(
            (predicate, facts(value) if isinstance(value, BlankNode) else value)
            for predicate, values in record.graph.nodes[node].items()
            for value in values
            if predicate != DCT.identifier and not (predicate == DCAT.keyword and value.value in themes)
        )

    return facts(record.dataset)


@settings(max_examples=200, deadline=None)
@given(FACTS, days)
def test_the_same_facts_come_back(facts, days):
    record = record_of(facts, *days)
    expected = told(record)
    again = oai_dc.read(oai_dc.write(record), "1")
    assert again.iri == IRI.value
    assert told(again) == expected
    assert set(oai_dc.write(again).splitlines()) >= set(oai_dc.write(record).splitlines())
