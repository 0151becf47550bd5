"""Many data sets in one file: a spreadsheet, or a catalogue in RDF.

A page takes the file; a process beside the server does what was asked, row by row or all at once, and the
page follows it (docs/decisions/0041-spreadsheets.md).
"""
