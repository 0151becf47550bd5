"""RDF documents, packed or paged with Hydra: the source, its archives, its pages."""
