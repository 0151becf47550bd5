"""The grounds on which a data set is protected, as its record names them (Data Governance Act, Article 3)."""

import re
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import override

from erpd.metadata.conditions import FIELDS, conditions_of
from erpd.metadata.graph import Term
from erpd.metadata.terms import DCATAP, DCT
from erpd.metadata.view import View, all_names
from erpd.pages.explanations import GROUNDS
from erpd.pages.languages import interface_languages

_FIELD = next(field for field in FIELDS if field.name == "grounds")
# The concepts of our list, in the order of the article.
_CODES = (
    *("commercial-confidentiality", "statistical-confidentiality"),
    *("intellectual-property", "personal-data"),
)
_LONGEST = 200  # characters of the name of a ground
# A point of the article, by its European Legislation Identifier: .../reg/2022/868/art_3/par_1/pnt_b/oj
_POINT = re.compile(r"https?://data\.europa\.eu/eli/reg/2022/868/art_3/par_1/pnt_([a-d])(?:/.{0,20})?")


def grounds(view: View) -> list[Promise]:
    """The grounds that a record names: as conditions, as rights or as a point of the applicable law."""
    nodes = [view.record.dataset, *view.record.distributions]
    values: list[Term] = [
        value
        for node in nodes
        for each in (DCT.accessRights, DCT.rights)
        for value in view.graph.objects(node, each)
    ]
    named = {_names().get(_folded(text), -1) for value in values for text in all_names(view.graph, value)}
    for law in view.record.values(DCATAP.applicableLegislation):
        if point := _POINT.fullmatch(law.value):
            named.add("abcd".index(point[1]))
    said = conditions_of(view.record)
    named.update(_CODES.index(code) for code in said.codes(_FIELD) if code in _CODES)
    return [ground for number, ground in enumerate(GROUNDS) if number in named]


@cache
def _names() -> dict[str, int]:
    """What the grounds are called in the languages of the pages, with and without what they include."""
    found = {}
    for language in interface_languages():
        with override(language):
            for number, ground in enumerate(GROUNDS):
                text = str(ground)
                found[_folded(text)] = found[_folded(text.partition(",")[0])] = number
    return found


def _folded(text: str) -> str:
    return " ".join(text[:_LONGEST].split()).strip(".").casefold()
