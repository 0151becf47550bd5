"""What is asked of high-value data that is not about one property (DCAT-AP HVD 3.0)."""

from collections.abc import Iterator

from erpd.metadata.checks.cases import sign_of
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.in_force import ACTS
from erpd.metadata.parts import Part, places
from erpd.metadata.profile import cases
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT, DCT, shorten

_PROFILE = "DCAT-AP HVD 3.0"


def high_value(part: Part) -> Iterator[Finding]:
    """Find data that no API gives access to, and files and services with neither a licence nor rights."""
    asked = part.shape.properties.get(ACTS)
    if not asked or _PROFILE not in asked.section:
        return
    is_whole = part.shape.kind == DCAT.Dataset
    path = _without_api(part) if is_whole else _without_terms(part)
    if path and (sign := sign_of(cases()["HVD"], part)):
        severity = Severity.ERROR if part.shape.strict else Severity.WARNING
        section = f"{_PROFILE}, {'apis-are-mandatory' if is_whole else 'c3'}"
        yield Finding(Flaw.MANDATORY_HERE, severity, path, sign, section)


def _without_api(part: Part) -> str:
    """The path of the data service that is missing. Without distributions, another check says so."""
    graph, files = part.record.graph, part.properties.get(DCAT.distribution, ())
    if not files or any(graph.objects(each, DCAT.accessService) for each in files):
        return ""
    if any(part.node in node.get(DCAT.servesDataset, ()) for node in graph.nodes.values()):
        return ""
    inside = places(part.record).get(files[0], f"{part.path(DCAT.distribution)}/")
    return inside + shorten(DCAT.accessService)


def _without_terms(part: Part) -> str:
    """The path of the licence, unless another profile misses it anyway."""
    said, asked = part.properties, part.shape.properties[DCT.license]
    return "" if DCT.license in said or DCT.rights in said or asked.min else part.path(DCT.license)
