"""A SPARQL 1.1 endpoint: the source, its queries, its answers, and what belongs to a data set."""
