"""Changed identifiers: which data set is which record now; the operator keeps their addresses."""
