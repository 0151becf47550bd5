"""CSW 2.0.2, as the National Georegister speaks it: the source, one answer, one damaged answer."""
