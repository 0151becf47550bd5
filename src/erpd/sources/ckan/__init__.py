"""CKAN's package_search, and DKAN's list: the source, one answer, one damaged answer, and the walk."""
