"""RDF documents, packed or paged by hydra: the source, its archives, its pages."""
