"""Conditions of access in words: the rights statement that a record carries beside its offer (dct:rights).

What we write is marked with a digest of its own words. So it is replaced when the conditions change, and left
alone once a person has changed a word of it.
"""

from collections.abc import Iterable
from hashlib import sha256

from pyoxigraph import BlankNode, Literal

from erpd.metadata.conditions.fields import FIELDS, Conditions, Field
from erpd.metadata.conditions.reading import policy_of
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.parts import excerpt, places
from erpd.metadata.record import Record
from erpd.metadata.rules import Repair
from erpd.metadata.terms import ACCESS, DCT, ODRL, RDF, RDFS
from erpd.metadata.text import EU_LANGUAGES, Text, primary
from erpd.metadata.vocabularies import vocabulary

_LONGEST = 5_000  # characters of a statement in one language


def in_words(conditions: Conditions, language: str) -> str:
    """Return the conditions as sentences in an official language of the Union.

    Texts of the conditions that are not in this language are in the one that they have.
    """
    labels = vocabulary("conditions-field")
    conditions = conditions.settled()
    sentences = []
    for field in FIELDS:
        if said := "; ".join(filter(None, _worded(field, getattr(conditions, field.name), language))):
            sentences.append(
                f"{labels.label(field.json, language)}: {said}{'' if said[-1] in '.!?' else '.'}"
            )
    text = " ".join(sentences)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _worded(field: Field, values: Iterable[Term], language: str) -> list[str]:
    if field.kind == "text":
        texts = Text.of(values).by_language
        wanted = texts.get(language) or texts.get(Text(texts).best(language)[1], [])
        return [" ".join(text.split()) for text in wanted]
    if not field.list:
        return [value.value for value in values]
    codes, concepts = field.vocabulary.iris, field.vocabulary.concepts
    return [
        concepts[codes[value.value]].get(language, value.value) if value.value in codes else value.value
        for value in values
    ]


def tell(record: Record) -> list[Finding]:
    """Put the conditions of a record into words: for itself, and for its distributions without rights.

    If a policy says more than we read, only words that we wrote before are brought up to date; if no policy
    says conditions any more, these are removed. Returns a finding for each distribution that had no rights
    (G4.2).
    """
    graph, said = record.graph, record.graph.properties(record.dataset)
    if ODRL.hasPolicy not in said and DCT.rights not in said:
        return []
    generated: dict[Term, bool] = {}

    def is_ours(node: Term) -> bool:
        if node not in generated:
            generated[node] = is_generated(graph, node)
        return generated[node]

    policy = policy_of(graph, record.dataset)
    ours = [node for node in said.get(DCT.rights, ()) if isinstance(node, BlankNode) and is_ours(node)]
    if not (ours or (policy and policy.whole)):
        return []
    words: list[Term] = []
    if policy:
        words = [Literal(in_words(policy.conditions, tag), language=tag) for tag in languages_of(record)]
    statement: Node | None = next(
        (node for node in ours if words and graph.objects(node, RDFS.label) == words), None
    )
    if words and statement is None:
        statement = BlankNode()
        graph.add(statement, RDF.type, DCT.RightsStatement)
        graph.set(statement, RDFS.label, words)
        graph.add(statement, ACCESS.digest, _digest(words))
    told: list[Term] = [statement] if statement else []
    without = []
    for node in record.distributions:
        rights = graph.objects(node, DCT.rights)
        if not rights:
            without.append(node)
        kept = [each for each in rights if not is_ours(each)]
        _set_rights(graph, node, rights, kept or told)
    rights = graph.objects(record.dataset, DCT.rights)
    _set_rights(graph, record.dataset, rights, [*(each for each in rights if not is_ours(each)), *told])
    for old, generated_by_us in generated.items():
        if generated_by_us and old != statement:
            graph.drop(old)
    return _findings(record, without, words) if words and without else []


def _set_rights(graph: Graph, subject: Node, before: list[Term], after: list[Term]) -> None:
    if set(before) != set(after):
        graph.set(subject, DCT.rights, after)


def _findings(record: Record, without: list[Node], words: list[Term]) -> list[Finding]:
    where, section, text = places(record), Repair.RIGHTS_TOLD.section, excerpt(words[0].value)
    return [
        Finding(Repair.RIGHTS_TOLD, Severity.REPAIR, f"{where[node]}dct:rights", "", section, text)
        for node in without
    ]


def languages_of(record: Record) -> list[str]:
    """Return the official languages that the texts of a record are in, and English."""
    texts = [*record.values(DCT.title), *record.values(DCT.description)]
    tags = {primary(text.language) for text in texts if isinstance(text, Literal) and text.language}
    return [tag for tag in EU_LANGUAGES if tag in tags or tag == "en"]


def is_generated(graph: Graph, node: Term) -> bool:
    """Whether we wrote a rights statement, and nobody has changed it since."""
    if not isinstance(node, BlankNode):
        return False
    properties = graph.properties(node)
    if properties.keys() != {RDF.type, RDFS.label, ACCESS.digest}:
        return False
    return properties[ACCESS.digest] == [_digest(properties[RDFS.label])]


def _digest(labels: Iterable[Term]) -> Literal:
    return Literal(sha256("\n".join(sorted(map(str, labels))).encode()).hexdigest()[:32])
