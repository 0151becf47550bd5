"""How long a proof takes: a sample in `make test`, at length in `make proofs`.

A test marked ``proof`` takes its sizes from `length`; `make proofs` runs those tests, and each with
examples of Hypothesis, which has fewer in `make test`. What is marked
`ONLY_AT_LENGTH` shows in another way what `make test` shows, and runs nowhere else.
"""

import os
from typing import TypeVar

import pytest

AT_LENGTH = bool(os.environ.get("ERPD_PROOFS"))
ONLY_AT_LENGTH = pytest.mark.proof(only=True)


Length = TypeVar("Length")


def length(sample: Length, proof: Length) -> Length:
    """``sample`` in `make test`, ``proof`` in `make proofs`: how many kills or requests, which guides."""
    return proof if AT_LENGTH else sample
