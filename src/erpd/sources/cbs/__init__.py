"""The OData catalogues of Statistics Netherlands: the source, and one answer."""
