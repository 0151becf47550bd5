"""The fields of the index. Increase SCHEMA_VERSION whenever they, or what is written to them, change."""

from tantivy import Schema, SchemaBuilder

SCHEMA_VERSION = 7  # an index with another version is rebuilt

# Facets that belong to the data set; country, catalogue and kind belong to its catalogue.
CODES = ("publisher", "theme", "format", "access_right", "language")
# Facets of the conditions of access, which few data sets say as data.
CONDITIONS = ("ground", "access_form", "may_ask", "fees")
# Codes that are found by their labels, but are no facets (yet).
LABELLED = ("frequency", "licence", "body")
WEIGHTS = {
    "title": 4.0,
    "title_stems": 3.0,
    "title_parts": 2.0,
    "text": 1.5,
    "text_stems": 1.0,
    "text_parts": 0.7,
    "identifier": 4.0,
    "label": 0.5,
}


def schema() -> Schema:
    """The schema of the index. Its texts are already split into words (register/words), joined by spaces.

    ``_stems`` have one form for all forms of a word, ``_parts`` the words that compounds are made of.
    """
    builder = SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("catalogue", indexed=True, fast=True)
    for name in (*CODES, *CONDITIONS):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in LABELLED:
        builder.add_text_field(name, fast=name == "licence", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("tag", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("organization", tokenizer_name="raw", index_option="basic")
    # With a part of the key, so that they are unique: the record's own date, and the register's.
    for name in ("modified", "registered", "changed"):
        builder.add_integer_field(name, fast=True)
    builder.add_unsigned_field("id_order", fast=True)  # the key's first 64 bits
    builder.add_text_field("title_order", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("identifier", tokenizer_name="whitespace", index_option="position")
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(f"{name}_stems", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field(f"{name}_parts", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
