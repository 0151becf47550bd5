"""The fields of the index. Whatever changes here or in what is written to them raises SCHEMA_VERSION."""

from tantivy import Schema, SchemaBuilder

SCHEMA_VERSION = 2  # an index of another version is made again

# Facets that belong to the data set; country, catalogue and kind belong to its catalogue.
CODES = ("publisher", "theme", "format", "access_right", "language")
WEIGHTS = {"title": 4.0, "title_stems": 3.0, "text": 1.5, "text_stems": 1.0}


def schema() -> Schema:
    """Texts are words already made (see language.py), separated by blanks."""
    builder = SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("catalogue", indexed=True, fast=True)
    for name in CODES:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("modified", fast=True)
    builder.add_text_field("title_order", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(f"{name}_stems", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
