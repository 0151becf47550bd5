"""Whether people can reach those who decide about health data, and hold them (HealthDCAT-AP 8, Agent)."""

from collections.abc import Iterator

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.in_force import ACTS, names_act
from erpd.metadata.parts import Part, places
from erpd.metadata.profile import cases
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import CV, DCT, GEODCATAP, HEALTH, shorten

# Each has exactly one contact point, with an e-mail address or a page.
_AGENTS = (HEALTH.hdab, HEALTH.hdabCoordinator, GEODCATAP.custodian, DCT.publisher)
_WAYS = (CV.email, CV.contactPage)
_SECTION = "HealthDCAT-AP 8, Agent"


def health(part: Part) -> Iterator[Finding]:
    """Find health data access bodies, holders and publishers whose contact point is not said."""
    if HEALTH.hdab not in part.shape.properties:
        return
    act, graph = cases()["EHDS"].act, part.record.graph
    if not act or not names_act(part.properties.get(ACTS, ()), act):
        return
    severity = Severity.ERROR if part.shape.strict else Severity.WARNING
    for predicate in _AGENTS:
        for agent in part.properties.get(predicate, ()):
            if isinstance(agent, Literal):
                continue  # another check says so
            contacts = graph.objects(agent, CV.contactPoint)
            reached = [each for each in contacts if any(graph.objects(each, way) for way in _WAYS)]
            if not reached:
                inside = places(part.record).get(agent, f"{part.path(predicate)}/")
                path = inside + shorten(CV.contactPoint)
                yield Finding(Flaw.MANDATORY_HERE, severity, path, act.value, _SECTION)
