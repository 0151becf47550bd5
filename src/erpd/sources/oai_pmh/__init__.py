"""OAI-PMH 2.0: the source, one answer, one damaged answer, and the walk from token to token."""
