"""A source that misbehaves: a small catalogue over any of the protocols, with one named fault."""
