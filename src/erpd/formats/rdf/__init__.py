"""RDF in all its syntaxes: documents, even broken ones, and catalogues split into data sets."""
