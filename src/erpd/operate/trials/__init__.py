"""Sandbox runs: a source is read, prepared and compared as in a run, and nothing is kept but the result."""
