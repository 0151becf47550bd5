"""Data sets in spreadsheets: rows <-> bodies of the delivery API.

``book`` reads a file, ``bodies`` says what a row means, ``writing`` writes templates and records. The columns
are the fields of ``formats/delivery/fields.py``, so a new field there is a new column here
(docs/decisions/0041-spreadsheets.md).
"""
