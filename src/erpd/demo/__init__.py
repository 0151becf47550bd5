"""The demonstration: a national node and the European one that harvests it, with data sets written for it."""
