"""The sources at the desk: how each one is, and when it was and will be harvested."""
