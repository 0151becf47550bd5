"""The operators' work: the sources of the node, their runs, and what waits for a person."""
