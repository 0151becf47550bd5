"""How long a proof takes: a sample in `make test`, at length in `make proofs`.

A test marked ``proof`` takes its sizes from `length`; `make proofs` runs those tests alone.
"""

import os

AT_LENGTH = bool(os.environ.get("ERPD_PROOFS"))


def length(sample: int, proof: int) -> int:
    """``sample`` in `make test`, ``proof`` in `make proofs`: kills, requests, documents, damages."""
    return proof if AT_LENGTH else sample
