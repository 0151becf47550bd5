"""The JSON-LD contexts that come with the product."""

import io
import json
from importlib.resources import files

import pytest
from pyoxigraph import Literal

from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Unreadable
from erpd.metadata.terms import XSD


@pytest.mark.parametrize(
    "address",
    [
        "https://semiceu.github.io/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld",
        "https://semiceu.github.io/DCAT-AP/releases/2.2.0-hvd/context/hvd.jsonld",
        "https://raw.githubusercontent.com/SEMICeu/DCAT-AP/master/releases/2.1.1/dcat-ap_2.1.1.jsonld",
        "https://semiceu.github.io/DCAT-AP/releases/2.0.0/dcat-ap_2.0.0.jsonld",
        "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld",
    ],
)
def test_the_contexts_of_dcat_ap_come_with_the_product(address):
    """They are never fetched; a text that names one of them stays, and any other context is refused."""
    said = {
        "@id": "http://a.example/1",
        "@type": "Dataset",
        "datasetDistribution": "http://a.example/2",
        "title": address,
    }
    own = {"schema": "http://schema.org/"}
    for context in (address, [address, own], [own, address]):
        content = json.dumps({"@context": context, **said}).encode()
        for document in (content, io.BytesIO(content)):
            found = {(one.predicate.value, one.object.value) for one in read(document, SYNTAXES["jsonld"])}
            assert ("http://www.w3.org/ns/dcat#distribution", "http://a.example/2") in found
            assert address in {value for _, value in found}
    other = json.dumps({"@context": "https://a.example/DCAT-AP/context.jsonld", **said}).encode()
    with pytest.raises(Unreadable, match="remote contexts are never loaded"):
        list(read(other, SYNTAXES["jsonld"]))


@pytest.mark.parametrize(
    ("address", "distribution", "title"),
    [
        ("SEMICeu/DCAT-AP/master/releases/1.1/dcat-ap_1.1.jsonld", "distribution", "title"),
        ("SEMICeu/DCAT-AP/master/releases/1.2.1/dcat-ap_1.2.1.jsonld", "distribution", "title"),
        (
            "SEMICeu/DCAT-AP/master/releases/2.2.0/context/dcat-ap.jsonld",
            "Dataset.datasetDistribution",
            "Dataset.title",
        ),
        ("SEMICeu/DCAT-AP/master/releases/3.0.0-hvd/context/hvd.jsonld", "dcat:distribution", "dct:title"),
        ("https://www.w3.org/ns/dcat.jsonld", "dcat:distribution", "dcterms:title"),
        ("http://www.w3.org/ns/dcat3.jsonld", "dcat:distribution", "dcterms:title"),
    ],
)
def test_each_context_has_its_own_terms(address, distribution, title):
    address = address if "://" in address else f"https://raw.githubusercontent.com/{address}"
    said = {"@id": "http://a.example/1", distribution: {"@id": "http://a.example/2"}, title: "Water"}
    content = json.dumps({"@context": address, **said}).encode()
    assert {(one.predicate.value, one.object.value) for one in read(content, SYNTAXES["jsonld"])} == {
        ("http://www.w3.org/ns/dcat#distribution", "http://a.example/2"),
        ("http://purl.org/dc/terms/title", "Water"),
    }


def test_each_context_that_comes_with_the_product_is_sound():
    """Each can be processed, and no text becomes a link or a literal of a class."""
    for file in files("erpd.formats.rdf.contexts").iterdir():
        if not file.name.endswith(".json"):
            continue
        context = json.loads(file.read_text("utf-8"))
        classes = {term: type_["@context"] for term, type_ in context.items() if "@context" in type_}
        for name, terms in [("", context), *classes.items()]:
            texts = {
                term: "x" for term, to in terms.items() if isinstance(to, dict) and to.get("@type") != "@id"
            }
            said = {
                "@context": context,
                "@id": "http://a.example/1",
                **({"@type": name} if name else {}),
                **texts,
            }
            for triple in read(json.dumps(said).encode(), SYNTAXES["jsonld"]):
                if isinstance(triple.object, Literal):
                    assert triple.object.datatype.value.startswith(str(XSD))
