"""SPARQL 1.1: queries on the triples of a scope, in child processes with limits. Read-only."""
