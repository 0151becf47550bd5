"""Very many data sets, made quickly, and one data set with very many distributions."""

import re
from dataclasses import replace
from functools import cache

from bench.data_sets import data_set, with_distributions
from bench.rdf_xml import rdf_xml

DISTRIBUTIONS = 10_000
_TEXTS = 4_000
_NUMBER = 987654321987  # stands for the number of the data set
_NAMED = re.compile(r'<dcat:Distribution rdf:about="[^"]*">')
_RIGHTS = re.compile(r"<dct:rights [^>]*/>")
_STATEMENT = (
    "<dct:rights><dct:RightsStatement><dct:description>On request</dct:description>"
    "</dct:RightsStatement></dct:rights>"
)


def quick(number: int) -> bytes:
    """RDF/XML of data set ``number``; the texts come again every few thousand, never an IRI or identifier."""
    return (b"%d" % number).join(_parts(number % _TEXTS))


@cache
def _parts(number: int) -> list[bytes]:
    """What stands before, between and behind the number."""
    return rdf_xml(replace(data_set(number), number=_NUMBER)).encode().split(b"%d" % _NUMBER)


def large(number: int) -> bytes:
    """RDF/XML of one data set with DISTRIBUTIONS distributions."""
    return rdf_xml(with_distributions(number, DISTRIBUTIONS)).encode()


def nameless(number: int) -> bytes:
    """The same without IRIs of distributions, each with a rights statement that says what all others say."""
    document = _NAMED.sub("<dcat:Distribution>", large(number).decode())
    return _RIGHTS.sub(_STATEMENT, document).encode()
