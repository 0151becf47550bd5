"""A source that misbehaves on purpose: a small catalogue over any of the protocols, with one named fault."""
