"""Terms that are not valid RDF: broken IRIs, language tags, datatypes (RFC 3987, BCP 47, RDF 1.1), and texts
with characters that no text may contain.

We parse leniently, so these get in: a strict parser would lose the good records after a broken one.
"""

import re
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph, Node, Properties, Term
from erpd.metadata.iri import is_iri, repair_iri
from erpd.metadata.mending.characters import has_forbidden, legal, passage
from erpd.metadata.parts import excerpt, places
from erpd.metadata.record import Record
from erpd.metadata.rules import Repair
from erpd.metadata.terms import AUTHORITY, RDF, RDFS, XSD, shorten
from erpd.metadata.vocabularies import VOCABULARIES, language_tag, vocabulary

_AUTHORITY = re.compile(
    r"https?://(?:www\.)?publications\.europa\.eu/resource/authority/([a-z-]+)/([^/?#]+)/?", re.IGNORECASE
)
_XSD = re.compile(r"(?:xsd?:|https?://www\.w3\.org/2001/XMLSchema[#/]?)([A-Za-z]+)")
_XSD_NAMES = {
    name.lower(): f"{XSD}{name}"
    for name in (
        *(
            "string",
            "boolean",
            "decimal",
            "integer",
            "double",
            "float",
            "date",
            "time",
            "dateTime",
            "dateTimeStamp",
        ),
        *(
            "gYear",
            "gYearMonth",
            "gMonth",
            "gDay",
            "gMonthDay",
            "duration",
            "dayTimeDuration",
            "yearMonthDuration",
        ),
        *(
            "anyURI",
            "language",
            "token",
            "normalizedString",
            "hexBinary",
            "base64Binary",
            "long",
            "int",
            "short",
        ),
        *("byte", "nonNegativeInteger", "positiveInteger", "negativeInteger", "nonPositiveInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}
_NEED_LANGUAGE = (RDF.langString.value, RDF.dirLangString.value)
_USUAL = frozenset({XSD.string, XSD.date, XSD.dateTime, XSD.decimal, XSD.integer, XSD.nonNegativeInteger})
_NO_NAME = re.compile(r"[\s\"'<>{}|\\^`]")
# Nodes known to be right: the same properties, classes and concepts occur in nearly every record.
_right: set[Term] = set()
_LONGEST_REMEMBERED = 300
_MOST_REMEMBERED = 20_000
_LONGEST_TAG = 100
_GENERATED = re.compile(r"[A-Za-z0-9]+", re.ASCII)


def mend_terms(record: Record) -> list[Finding]:
    """Make every term valid RDF 1.1, and correct misspelt IRIs of authority tables. Returns the repairs.

    A term that cannot become an IRI becomes text if it is a value, a blank node if it is a subject, and a
    comment if it is a property. A fault is reported once, however often it occurs in the record.
    """
    return [] if _sound(record.graph) else _Repair(record).run()


def _sound(graph: Graph) -> bool:
    for subject, properties in graph.nodes.items():
        if subject not in _right and not _sound_node(subject):
            return False
        for predicate, values in properties.items():
            if predicate not in _right and not _sound_node(predicate):
                return False
            for value in values:
                if isinstance(value, Literal):
                    if not _sound_literal(value):
                        return False
                elif value not in _right and not _sound_node(value):
                    return False
    return True


def _sound_node(node: Term) -> bool:
    if not isinstance(node, NamedNode):
        return isinstance(node, BlankNode) and bool(_GENERATED.fullmatch(node.value) or _is_name(node.value))
    text = node.value
    if not text or right_iri(text) != text:
        return False
    if len(text) <= _LONGEST_REMEMBERED:
        if len(_right) >= _MOST_REMEMBERED:
            _right.clear()
        _right.add(node)
    return True


def _sound_literal(value: Literal) -> bool:
    if has_forbidden(value.value):
        return False
    language = value.language
    if language is not None:
        return len(language) <= _LONGEST_TAG and _sound_tag(language) and value.direction is None
    datatype = value.datatype
    return datatype in _USUAL or _right_datatype(datatype.value) == datatype.value


class _Repair:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.named: dict[Node, Node] = {}
        self.findings: dict[tuple[Repair, str], tuple[Node, NamedNode | None, str]] = {}

    def run(self) -> list[Finding]:
        nodes: dict[Node, Properties] = {}
        for subject in self.record.graph.nodes:
            self._name(subject)
        for subject, properties in self.record.graph.nodes.items():
            node = self.named[subject]
            said = nodes.setdefault(node, {})
            for predicate, values in properties.items():
                for value in values:
                    right, mended = self._pair(node, predicate, value)
                    said.setdefault(right, []).append(mended)
        for said in nodes.values():
            for predicate, values in said.items():
                said[predicate] = list(dict.fromkeys(values))
        self.record.graph.replace(nodes)
        self.record.dataset = self.named.get(self.record.dataset, self.record.dataset)
        where = places(self.record)
        return [
            Finding(
                rule,
                Severity.REPAIR,
                _path(where, node, predicate),
                excerpt(old),
                rule.section,
                excerpt(new),
            )
            for (rule, old), (node, predicate, new) in self.findings.items()
        ]

    def _found(self, rule: Repair, node: Node, predicate: NamedNode | None, old: str, new: str = "") -> None:
        self.findings.setdefault((rule, old), (node, predicate, new))

    def _name(self, subject: Node) -> None:
        """The new name of the subject."""
        right: Node = subject
        if not _sound_node(subject):
            iri = right_iri(subject.value) if isinstance(subject, NamedNode) else ""
            right = NamedNode(iri) if iri else BlankNode()
            rule = _rule(subject.value) if iri else Repair.NODE_UNNAMED
            self._found(rule, right, None, subject.value, iri)
        self.named[subject] = right

    def _pair(self, node: Node, predicate: NamedNode, value: Term) -> tuple[NamedNode, Term]:
        right, mended = predicate, self._value(node, predicate, value)
        if not _sound_node(predicate):
            iri = right_iri(_NO_NAME.sub("", predicate.value))
            right = NamedNode(iri) if iri else RDFS.comment if isinstance(mended, Literal) else RDFS.seeAlso
            if not iri and isinstance(mended, Literal):
                mended = Literal(f"{predicate.value}: {mended.value}", language=mended.language)
            self._found(
                Repair.PREDICATE if iri else Repair.PREDICATE_UNUSABLE,
                node,
                right,
                predicate.value,
                shorten(right),
            )
        return right, mended

    def _value(self, node: Node, predicate: NamedNode, value: Term) -> Term:
        if isinstance(value, Literal):
            return value if _sound_literal(value) else self._literal(node, predicate, value)
        if value in self.named:
            return self.named[value]
        if _sound_node(value):
            return value
        if isinstance(value, BlankNode):
            self._name(value)
            return self.named[value]
        text = value.value if isinstance(value, NamedNode) else str(value)  # a triple term is not RDF 1.1
        iri = right_iri(text) if isinstance(value, NamedNode) else ""
        no_link = Repair.IRI_TEXT if isinstance(value, NamedNode) else Repair.STATEMENT_TEXT
        self._found(_rule(text) if iri else no_link, node, predicate, text, iri)
        return NamedNode(iri) if iri else Literal(text)

    def _literal(self, node: Node, predicate: NamedNode, value: Literal) -> Literal:
        text, language = value.value, value.language
        if has_forbidden(text):
            self._found(Repair.CHARACTER, node, predicate, *passage(text))
            text = legal(text)
        if language is not None:
            tag = _tag(language[: _LONGEST_TAG + 1])
            if tag != language.lower():
                self._found(
                    Repair.LANGUAGE if tag else Repair.LANGUAGE_DROPPED, node, predicate, language, tag
                )
            if value.direction is not None:  # RDF 1.2; what reads RDF 1.1 rejects the whole document
                came = f"{language}--{value.direction}"
                self._found(Repair.DIRECTION_DROPPED, node, predicate, came, tag)
            return Literal(text, language=tag) if tag else Literal(text)
        datatype = _right_datatype(value.datatype.value)
        if datatype != value.datatype.value:
            self._found(Repair.DATATYPE_IRI, node, predicate, value.datatype.value, datatype)
        return Literal(text, datatype=NamedNode(datatype))


def _path(where: dict[Term, str], node: Node, predicate: NamedNode | None) -> str:
    prefix = where.get(node, "[_:]/" if isinstance(node, BlankNode) else f"[{excerpt(node.value)}]/")
    return prefix + excerpt(shorten(predicate)) if predicate else prefix.rstrip("/") or "dcat:Dataset"


def _rule(old: str) -> Repair:
    return Repair.AUTHORITY if is_iri(old) else Repair.IRI


def right_iri(text: str) -> str:
    """Return the IRI that ``text`` is or was meant to be, or "" if it is not certain."""
    iri = repair_iri(text)
    match = _AUTHORITY.fullmatch(iri)
    if not match:
        return iri
    name, code = match[1].lower(), match[2]
    if name in VOCABULARIES:
        table = vocabulary(name)
        code = table.code_of(iri) or code
    return f"{AUTHORITY}{name}/{code}"


@lru_cache(maxsize=1024)
def _sound_tag(language: str) -> bool:
    return bool(language) and _tag(language) == language.lower()


def _tag(language: str) -> str:
    """The language tag in lower case, as pyoxigraph writes all tags; "" if it is not one."""
    tag = re.sub(r"\s*[-_]+\s*", "-", language.strip()).strip("-")
    first, mark, rest = tag.partition("-")
    if len(first) == 3 or (len(first) > 4 and not mark):  # "eng" and "english" are en (BCP 47, 2.2.1)
        tag = (language_tag(vocabulary("language").find(first)) or first) + mark + rest
    try:
        known: str | None = Literal("", language=tag).language
    except ValueError:
        return ""
    return known or ""


def _right_datatype(text: str) -> str:
    match = _XSD.fullmatch(text)
    if match and match[1].lower() in _XSD_NAMES:
        return _XSD_NAMES[match[1].lower()]
    return XSD.string.value if text in _NEED_LANGUAGE else right_iri(text) or XSD.string.value


def _is_name(text: str) -> bool:
    try:
        BlankNode(text)
    except ValueError:
        return False
    return True
