"""Child processes, in which everything that strangers send is parsed: a child may die, we live on.

Parsers in C and Rust cannot be interrupted, and some documents crash them. A child knows neither Django nor
the database (docs/decisions/0023-parsing-in-children.md).
"""
