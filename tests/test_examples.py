"""Each example that we show for a rule breaks that rule and no other, and what is right does not break it."""

import json
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from erpd.formats import FORMATS, Unreadable, record_of
from erpd.formats.reading import Reading
from erpd.harvest.applying import apply
from erpd.harvest.children.preparer import Preparer
from erpd.harvest.filtering import left_out
from erpd.harvest.rules import read_rules
from erpd.metadata.checks import check
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.rules import RULES, Unread
from erpd.metadata.rules.examples import Example, examples, record
from erpd.metadata.terms import PREFIXES, RDF
from erpd.register.preparing import prepare
from erpd.sources.http.client import Client, Limits
from erpd.sources.sparql.source import Sparql
from erpd.standalone.asked import Asked, Place
from erpd.standalone.reading import found_in
from tests.harvest.children.test_preparer import Mortal
from tests.servers import LOOPBACK, Serving
from tests.sources.sparql.endpoint import Endpoint

HERE = "https://data.example/"
ERPD = load_profile("erpd")
# What else an example breaks, because one follows from the other.
ALSO = {"authority-refused": {"access-right"}, "minted-iri": {"dataset-unnamed"}, "more": {"act-unknown"}}
ENDINGS = {"turtle": "ttl", "xml": "rdf"}


def test_each_rule_has_an_example() -> None:
    assert examples().keys() == RULES.keys()
    assert {example.how for example in examples().values()} == {*HOW, "OAI-PMH"}


@pytest.mark.parametrize("rule", [rule for rule, example in examples().items() if example.how != "OAI-PMH"])
def test_what_is_wrong_breaks_its_rule_and_what_is_right_does_not(rule: str, tmp_path: Path) -> None:
    example = examples()[rule]
    follow = HOW[example.how]
    wrong = follow(example, example.wrong, tmp_path)
    right = follow(example._replace(encoding="utf-8"), example.right, tmp_path)
    assert wrong - right == {rule, *ALSO.get(rule, ())}
    assert rule not in right


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rule", [rule for rule, example in examples().items() if example.how == "OAI-PMH"])
def test_what_is_wrong_in_a_list_breaks_its_rule(rule: str) -> None:
    example = examples()[rule]
    assert (rule in harvested(example.wrong), rule in harvested(example.right)) == (True, False)


def many(text: str) -> str:
    """A line that stands for many is written as many, each with a number of its own."""

    def lines(found: re.Match[str]) -> str:
        line, times = found[1], int(found[2].replace(",", ""))
        return "\n".join(
            re.sub(r"\b1(?=[>/])(?!.*\b1[>/])", str(number), line) for number in range(1, times + 1)
        )

    if re.match(r"identifier: ", text):
        return re.sub(r"(.) # ([\d,]+) times", lambda found: found[1] * int(found[2]), text)
    return re.sub(r"^(.+) # ([\d,]+) times.*$", lines, text, flags=re.MULTILINE)


def of_record(example: Example, text: str, folder: Path) -> set[str]:
    return rules(built(example, text), load_profile(example.profile))


def built(example: Example, text: str) -> Record:
    """The good record, in which the part says what it says, and nothing says what only the right one has."""
    part, right = read(text, example.language), read(example.right, example.language)
    said = {(each.subject, each.predicate) for each in [*part, *right] if each.predicate != RDF.type}
    said |= {(each.subject, each.predicate) for each in part}
    good = [each for each in read(record(), "turtle") if (each.subject, each.predicate) not in said]
    return Record("1", Graph([*good, *part]), NamedNode(f"{HERE}dataset"))


def read(text: str, language: str) -> list[Quad]:
    """Leniently, as harvested records are."""
    if language == "json":
        document = json.loads(text)
        document["@id"] = document["@id"].replace(":", HERE)
        text = json.dumps({"@context": PREFIXES, **document})
        return list(parse(text, format=RdfFormat.JSON_LD, lenient=True))
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    return list(parse(f"{prefixes}@prefix : <{HERE}> .\n{text}", format=RdfFormat.TURTLE, lenient=True))


def rules(of: Record, profile: Profile = ERPD) -> set[str]:
    return named([*mend(of, profile), *check(of, profile)])


def named(findings: Iterable[Finding]) -> set[str]:
    return {str(each.rule) for each in findings}


def of_document(example: Example, text: str, folder: Path) -> set[str]:
    file = folder / f"all.{ENDINGS[example.language]}"
    file.write_text(text, example.encoding)
    return named(each for found in found_in(Place(str(file)), Asked(ERPD)) for each in found.findings)


def of_one_record(example: Example, text: str, folder: Path) -> set[str]:
    name = ENDINGS[example.language] if example.how == "one record" else example.how
    try:
        read = record_of(Reading("1", many(text).encode(), FORMATS[name].media_types[0]))
    except Unreadable as error:
        return {error.rule}
    return rules(read)


def of_arrival(example: Example, text: str, folder: Path) -> set[str]:
    identifier, content = "1", many(text)
    if example.language == "text":
        identifier = content.removeprefix("identifier: ").encode().decode("unicode_escape")
        content = f"{prefixes_of(PREFIXES)}<{HERE}1> a dcat:Dataset ."
    read = FORMATS["ttl"].read(content.encode(), identifier, "")
    return named(prepare(read, ERPD, source="a", node="https://node.example").findings)


def prefixes_of(prefixes: dict[str, str]) -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())


def of_rules(example: Example, text: str, folder: Path) -> set[str]:
    own, of = read_rules(example.rules, ERPD), built(example, text)
    out = left_out(of, own)
    return named([out] if out else apply(of, own))


def of_endpoint(example: Example, text: str, folder: Path) -> set[str]:
    """Where it answers nothing about a data set, it counts nothing there either."""
    hidden = f"<{HERE}1>" if "nothing" in text else "\0"
    none = {
        "head": {"vars": ["count"]},
        "results": {"bindings": [{"count": {"type": "literal", "value": "0"}}]},
    }
    triples = (200, {"Content-Type": "application/n-triples"}, b"")
    counted = (200, {"Content-Type": "application/sparql-results+json"}, json.dumps(none).encode())

    def wrong(query: str) -> tuple[int, dict[str, str], bytes] | None:
        return (triples if "CONSTRUCT" in query else counted) if hidden in query else None

    data = f"<{HERE}1> a dcat:Dataset ." if example.language == "text" else text
    limits = Limits(connect=5, read=5, total=20, retries=0)
    with (
        Serving(Endpoint(data, wrong=wrong)) as server,
        Client(limits, LOOPBACK, pause=lambda seconds: None) as client,
    ):
        pages = list(Sparql(server.url("/sparql"), client).pages())
    return named(each.fault for page in pages for each in page.readings if each.fault)


class Fatal(Mortal):
    """Reading the wrong example ends the process."""

    def prepare(self, reading: Reading) -> Finding:
        if reading.content == examples()["unsafe-record"].wrong.encode():
            os._exit(139)
        return Finding(Unread.NO_DATA_SET, Severity.ERROR, "", reading.identifier)


def of_process(example: Example, text: str, folder: Path) -> set[str]:
    with Preparer(Fatal("s", "strict", "erpd", "", "http://testserver"), folder / "none") as preparer:
        found = preparer.begin([Reading("1", text.encode(), "text/turtle")])()
    return named(each for each in found if isinstance(each, Finding))


def harvested(text: str) -> set[str]:
    """What was found in the records of a list of OAI-PMH."""
    from erpd.harvest.models import Entry
    from erpd.register.models import DataSet
    from tests.harvest.national import Point

    records = re.findall(r"<record>.*?</record>", text, re.DOTALL)
    with Point(records) as point:
        run = point.harvested(policy="lenient").run
    kept = [facts for entry in Entry.objects.filter(run=run) for facts in entry.findings or ()]
    kept += [facts for data_set in DataSet.objects.all() for facts in data_set.findings]
    return {facts["rule"] for facts in kept}


HOW: dict[str, Callable[[Example, str, Path], set[str]]] = {
    "record": of_record,
    "document": of_document,
    "one record": of_one_record,
    "iso19139": of_one_record,
    "oai_dc": of_one_record,
    "arrival": of_arrival,
    "rules": of_rules,
    "SPARQL": of_endpoint,
    "process": of_process,
}
