"""RDF in all its syntaxes: documents, also broken ones, and catalogues cut into their data sets."""
