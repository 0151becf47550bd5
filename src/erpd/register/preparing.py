"""The way in for every record, whoever brings it: mend, check, arrival. No Django: processes do it too."""

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
    """The record mended, checked and ready for ``take_in``; its graph is changed.

    ``profile``: see ``profile_of`` beside the catalogues;
    ``source``: the slug of who brings it, a part of its identity;
    ``node``: the address of this node, at which a record without an IRI gets one;
    ``received``: a digest of what came: when it comes again, there is nothing to do;
    ``findings``: what was found before.
    """
    repairs, parts = mend_parts(record, profile)
    return arrival(source, received, record, [*findings, *repairs, *check_parts(parts)], node)
