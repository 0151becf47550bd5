"""Damages, and what stands nowhere after them (G4, footnote 7), for the formats that are not RDF.

Every text, number and address that came in stands in the record, or in a finding that names it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import BlankNode, Literal

from erpd.metadata.findings import Finding
from erpd.metadata.iri import repair_iri
from erpd.metadata.mending.characters import legal
from erpd.metadata.parts import excerpt
from erpd.metadata.record import Record

# Values that repairs once changed into others, or may.
TEXTS = r"""Restricted|Public|niet openbaar|CSV|csv; json|text/csv; charset=utf-8|en_GB|nl
Health|annual|unknown|none|+49 (0)40 123|+32 2 123 45 67|02 1 / 02 2|a@a.eu|a@a.eu; b@b.eu|mailto:x y@a.eu
tel:+1 2 3 4 5 6|tel:x|https://a.eu/x|https://a.eu/x y|https://a.eu/x https://a.eu/y|www.a.eu|see https://a.eu|urn:a:b|doi:10.1/x
1.234|1,5|3 MB|1 234|1e5|0|-1|31.12.2020|2020|01/02/2020|2020-01-01T00:00|1.1.20|<p>x</p>|10<sup>3</sup>
&lt;br&gt; in prose|&amp;amp;|a < b|<a href="https://a.eu">b</a>|<img src="/x" alt="y">
AT&T &amp;|x\0y|�| |"""
WORDS = [text for line in TEXTS.split("\n") for text in line.split("|")]
_STRANGE = [word for word in WORDS if word.strip()] + [
    *(
        "2019/2021",
        "1999-2001",
        "3,50,8,54",
        "POINT(5 52)",
        "cc-by",
        "CC BY-NC 4.0",
        "not CC BY",
        "start=1; end=2",
    ),
    *(
        "{a,b}",
        '{"nl": "x"}',
        '["p", "q"]',
        "Ada <ada@a.eu>",
        "east=5; north=52; name=Here",
        "10.5281/zenodo.1",
    ),
]
Json = Any


def lost(texts: Iterable[str], record: Record, findings: Iterable[Finding]) -> set[str]:
    """The texts that are in no term of the record, nor in a finding."""
    said = [
        " ".join(term.value.split())
        for subject, properties in record.graph.nodes.items()
        for predicate, values in properties.items()
        for term in (subject, predicate, *values)
        if not isinstance(term, BlankNode)
    ]
    said += [
        term.language
        for properties in record.graph.nodes.values()
        for values in properties.values()
        for term in values
        if isinstance(term, Literal) and term.language
    ]
    told = [" ".join(part.split()) for finding in findings for part in (finding.value, finding.repaired)]
    whole = "\n".join((*said, *told)).casefold()
    return {
        text
        for text in texts
        if not any(form.casefold() in whole for form in _forms(text))
        and not (_COMPOSED.fullmatch(text.strip()) and all(part.casefold() in whole for part in _parts(text)))
    }


# A period, box, point, list of codes or name with its address in one text, which becomes several values.
_COMPOSED = re.compile(
    r"[\d./:TZ+ –-]+|[^=]+=.*|\{?[A-Za-z_-]{1,5}(?:, ?[A-Za-z_-]{1,5})*\}?|[^<>@]+ <[^<>]+@[^<>]+>", re.DOTALL
)


def _parts(text: str) -> list[str]:
    if "=" in text:
        return [" ".join(part.rpartition("=")[2].split()) for part in text.split(";")]
    if text.endswith(">"):
        return text.strip(" >").split(" <")
    if "," in text:
        return [part.strip() for part in text.strip("{} ").split(",")]
    return [part for part in re.split(r"\s*/\s*|\s*[-–]\s*(?=\d{4}$)", text.strip()) if part != ".."]


def _forms(text: str) -> Iterator[str]:
    plain = " ".join(legal(text).split())
    yield plain
    yield " ".join(excerpt(text).removesuffix("…").split())
    yield plain.replace(",", ".")
    for each in (plain, text):  # within JSON that is kept as text
        yield " ".join(json.dumps(each, ensure_ascii=False)[1:-1].split())
    if iri := repair_iri(text):
        yield iri


def leaves(value: Json) -> Iterator[str]:
    """The texts and numbers in a JSON value."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def damaged_json(draw: st.DrawFn, whole: dict[str, Json], names: list[str]) -> dict[str, Json]:
    """A copy, with strange values in the place of others, or beside them, under these names too."""
    whole = json.loads(json.dumps(whole))
    for _ in range(draw(st.integers(1, 5))):
        inside = draw(st.sampled_from(list(_objects(whole))))
        strange: Json = draw(st.sampled_from([*_STRANGE, 7, 12.5]))
        shape = draw(st.integers(0, 5))
        if shape == 3:
            strange = [strange, draw(st.sampled_from(_STRANGE))]
        elif shape == 4:
            strange = {draw(st.sampled_from(names)): strange}
        elif shape == 5:
            strange = [{draw(st.sampled_from(names)): strange, draw(st.sampled_from(names)): "x1"}]
        inside[draw(st.sampled_from([*inside, *names]))] = strange
    return whole


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def damaged_xml(draw: st.DrawFn, root: etree._Element, attributes: list[str]) -> None:
    """Put strange texts into elements and attributes; double, move and drop elements."""
    for _ in range(draw(st.integers(1, 6))):
        found = [each for each in root.iter("*") if each.getparent() is not None]
        element = found[draw(st.integers(0, len(found) - 1))]
        shape = draw(st.integers(0, 6))
        parent = element.getparent()
        assert parent is not None
        if shape < 3 and not len(element):
            element.text = draw(st.sampled_from([word for word in _STRANGE if "\0" not in word]))
        elif shape == 3:
            parent.append(etree.fromstring(etree.tostring(element, with_tail=False)))
        elif shape == 4 and not any(each is root for each in element.iterancestors() if len(found) < 3):
            parent.remove(element)
        elif shape == 5 and attributes:
            value = draw(st.sampled_from(["https://a.eu/attr", "urn:a:attr", "strange"]))
            element.set(draw(st.sampled_from(attributes)), value)
        elif shape == 6:
            other = found[draw(st.integers(0, len(found) - 1))].getparent()
            if other is not None and other is not element and element not in other.iterancestors():
                other.append(etree.fromstring(etree.tostring(element, with_tail=False)))
