"""Deletions that wait for a person: what would go and why, and the decision."""
