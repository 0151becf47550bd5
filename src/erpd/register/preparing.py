"""The way in for every record, wherever it comes from: mend, check, arrival.

No Django, because worker processes do this too.
"""

from collections.abc import Iterable

from erpd.metadata.checks import check_parts
from erpd.metadata.findings import Finding
from erpd.metadata.mending import mend_parts
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.register.arrival import Arrival, arrival


def prepare(
    record: Record,
    profile: Profile,
    *,
    source: str,
    node: str,
    received: str = "",
    findings: Iterable[Finding] = (),
) -> Arrival:
    """Mend and check a record, and make the arrival that ``take_in`` expects. Changes the record's graph.

    ``profile``: the profile of its catalogue (``profile_of`` in ``erpd.register.catalogues``);
    ``source``: the slug of its source, a part of its identity;
    ``node``: the address of this node, where a record without an IRI gets one;
    ``received``: a digest of what was received; if it is the same next time, there is nothing to do;
    ``findings``: what was found before this step.
    """
    repairs, parts = mend_parts(record, profile)
    return arrival(source, received, record, [*findings, *repairs, *check_parts(parts)], node)
