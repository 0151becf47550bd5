"""An index that an older program wrote is made again: its version rises with what is written to it."""

import inspect
import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from erpd.register.search.document import document
from erpd.register.search.pending import Change
from erpd.register.search.schema import SCHEMA_VERSION, schema
from tests.metadata.conditions.records import EXAMPLE, with_conditions
from tests.metadata.records import record

AT = datetime(2026, 1, 1, tzinfo=UTC)
CHANGE = Change(1, UUID(int=2**100 + 1), "", "", False, AT, AT, "", 1, "protected", "NL", b"")
# Who may ask is excluded as well; a purpose of use is not in any facet.
BOTH = replace(EXAMPLE, may_not_ask=EXAMPLE.may_ask)
WRITTEN = {7: "0b4ed2a83f061dc8"}
"""Version -> digest of the fields, and of the documents of some records. Never change one: add the next."""


def test_the_version_rises_with_what_is_written():
    records = record(), with_conditions(EXAMPLE), with_conditions(BOTH)
    documents = [document(CHANGE, each).to_dict() for each in records]
    made = [inspect.getsource(schema), json.dumps(documents, sort_keys=True, default=str)]
    digest = sha256("".join(made).encode()).hexdigest()[:16]
    assert WRITTEN.get(SCHEMA_VERSION) == digest, (
        f"what is written to the index has changed: raise SCHEMA_VERSION, and say {digest} here"
    )
    assert max(WRITTEN) == SCHEMA_VERSION
