"""How large one record may be. No description of a data set comes near; what does is hostile, or is data.

Reading, mending, checking and storing a record take time and memory in proportion to its size, so these
limits bound both (docs/decisions/0025-limits-of-a-record.md). A larger record is ``too-large``.
"""

LARGEST_RECORD = 64 * 2**20
"""Bytes as received: MOST_TRIPLES as N-Triples, the longest of the syntaxes."""

MOST_TRIPLES = 500_000
"""10,000 distributions of 50 triples. A larger closure of a catalogue is connected by mistake."""

LARGEST_TEXT = 128 * 2**20
"""Characters of all terms together, written out. A prefix, a base or a context may be declared once and used
thousands of times: 200 kB used 8,000 times are 1.6 GB."""

MOST_DELIVERED = 20_000
"""Triples of a record that somebody delivers: 1,000 distributions, as many as CKAN's API takes, of 20 each.
It is prepared while a client waits, in up to 0.05 ms for each."""

LONGEST_DELIVERED = 16 * 2**20
"""Characters of all its terms together, written out. What is sent may have 2.5 MiB."""

MOST_ALIKE = 100
"""Errors and warnings of one rule about one property. The rest is counted in one finding more."""
