"""Applicable legislation: whether its identifiers are those of acts, and of the acts that its names say."""

from collections.abc import Iterator

from pyoxigraph import Literal

from erpd.metadata.acts import act_of, acts, eli, named_in
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.in_force import ACTS
from erpd.metadata.parts import Part, excerpt
from erpd.metadata.rules import Flaw
from erpd.metadata.view import all_names

_SECTION = "DCAT-AP 3.0.1, Dataset"


def legislation(part: Part) -> Iterator[Finding]:
    """Find identifiers of acts that we do not know, and those that name another act than the text beside."""
    for value in part.properties.get(ACTS, ()):
        act = "" if isinstance(value, Literal) else act_of(value.value)
        if not act:
            continue
        path, shown = part.path(ACTS), excerpt(value.value)
        if act not in acts():
            yield Finding(Flaw.ACT_UNKNOWN, Severity.WARNING, path, shown, _SECTION)
        if value in part.record.graph.nodes:
            said = {named for text in all_names(part.record.graph, value) for named in named_in(text)}
            if said and act not in said:
                meant = eli(min(said))
                yield Finding(Flaw.ACT_OTHER, Severity.WARNING, path, shown, _SECTION, meant)
