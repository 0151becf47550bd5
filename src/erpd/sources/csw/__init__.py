"""CSW 2.0.2, as used by the National Georegister: the source, an answer, a damaged answer."""
