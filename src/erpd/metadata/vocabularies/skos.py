"""Read a vocabulary from the Publications Office's SKOS: plain or SKOS-AP-ACT (labels in SKOS-XL)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.metadata.graph import Node
from erpd.metadata.terms import AUTHORITY, DCT, OWL, RDF, SKOS, Namespace
from erpd.metadata.vocabularies import Vocabulary
from erpd.metadata.vocabularies.letters import corrected

SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
_AUTHORITY_ONTOLOGY = "http://publications.europa.eu/ontology/authority/"
_TABLE_ID = NamedNode(_AUTHORITY_ONTOLOGY + "table.id")
_TABLE_VERSION = NamedNode(_AUTHORITY_ONTOLOGY + "table.version.number")


def read_skos(quads: Iterable[Quad]) -> tuple[Vocabulary, list[tuple[str, str]]]:
    """Return the vocabulary of a SKOS file, and the labels that were corrected: as written, as we write them.

    See vocabularies/letters.py. Only labels are kept, so a large table needs little memory.

    The code of a concept is the last part of its IRI: data sets name concepts by IRI, and the Publications
    Office keeps dc:identifier, skos:notation and at:authority-code equal to it. If the file has several
    schemes, authority tables come first, then the scheme with the most concepts.

    Raises ValueError if there are no concepts.
    """
    facts = _Facts()
    for quad in quads:
        facts.take(quad)
    concepts = facts.concepts()
    if not concepts:
        raise ValueError(
            "no SKOS concepts with labels found; expected the SKOS or SKOS-AP-ACT file of an authority table "
            "(RDF/XML or Turtle) from EU Vocabularies"
        )
    base = max(concepts, key=lambda base: (base.startswith(AUTHORITY), len(concepts[base])))
    scheme = facts.scheme_of(base)
    read = Vocabulary(
        name=facts.names.get(scheme) or _last_piece(base),
        base=base,
        date=_date(facts.versions.get(scheme, "")),
        origin=f"imported from the SKOS of <{scheme.value}>",
        concepts=concepts[base],
    )
    used = {label for labels in read.concepts.values() for label in labels.values()}
    return read, sorted((wrong, right) for wrong, right in facts.corrected.items() if right in used)


@dataclass(slots=True)
class _Facts:
    """The facts needed from the triples, collected in one pass, whatever their order."""

    labels: dict[Node, dict[str, str]] = field(default_factory=dict)
    label_nodes: dict[Node, list[Node]] = field(default_factory=dict)
    forms: dict[Node, Literal] = field(default_factory=dict)
    members: dict[Node, NamedNode | None] = field(default_factory=dict)
    schemes: set[Node] = field(default_factory=set)
    versions: dict[Node, str] = field(default_factory=dict)
    names: dict[Node, str] = field(default_factory=dict)
    corrected: dict[str, str] = field(default_factory=dict)

    def take(self, quad: Quad) -> None:
        subject, predicate, value, _ = quad
        if not isinstance(subject, NamedNode | BlankNode):
            return
        if isinstance(value, Literal):
            if predicate == SKOS.prefLabel:
                label = self.correct(value.value)
                self.labels.setdefault(subject, {}).setdefault((value.language or "").lower(), label)
            elif predicate == SKOSXL.literalForm:
                self.forms[subject] = value
            elif predicate in (OWL.versionInfo, _TABLE_VERSION):
                self.versions.setdefault(subject, value.value)
            elif predicate == _TABLE_ID:
                self.names[subject] = value.value
        elif isinstance(value, NamedNode | BlankNode):
            if predicate == SKOSXL.prefLabel:
                self.label_nodes.setdefault(subject, []).append(value)
            elif predicate == RDF.type and value == SKOS.ConceptScheme:
                self.schemes.add(subject)
            elif predicate == RDF.type and value in (SKOS.Concept, DCT.LinguisticSystem):
                self.members.setdefault(subject, None)
            elif predicate in (SKOS.inScheme, SKOS.topConceptOf) and isinstance(value, NamedNode):
                self.schemes.add(value)
                self.members[subject] = value

    def correct(self, label: str) -> str:
        """The label in letters of the right alphabet. Remembers those that were not."""
        right = corrected(label)
        if right != label:
            self.corrected[label] = right
        return right

    def concepts(self) -> dict[str, dict[str, dict[str, str]]]:
        """Base -> code -> {language: label}, for concepts that have a label."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for node in self.members:
            labels = dict(self.labels.get(node, {})) if node not in self.schemes else {}
            for label_node in self.label_nodes.get(node, ()):
                form = self.forms.get(label_node)
                if form is not None:
                    labels.setdefault((form.language or "").lower(), self.correct(form.value))
            code = _last_piece(node.value)
            if labels and code and isinstance(node, NamedNode):
                base = node.value.rstrip("/#")[: -len(code)]
                found.setdefault(base, {})[code] = labels
        return found

    def scheme_of(self, base: str) -> NamedNode:
        """The scheme that the concepts of ``base`` name, or the namespace itself."""
        for node, scheme in self.members.items():
            if scheme is not None and node.value.rstrip("/#").removesuffix(_last_piece(node.value)) == base:
                return scheme
        return NamedNode(base.rstrip("/#"))


def _last_piece(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


def _date(version: str) -> str:
    """``20200624-0``, a version number of the Publications Office -> 2020-06-24; others stay as they are."""
    day = version.split("-", maxsplit=1)[0]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else version
