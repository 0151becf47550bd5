"""OAI-PMH 2.0: the source, an answer, a damaged answer, and the walk from token to token."""
