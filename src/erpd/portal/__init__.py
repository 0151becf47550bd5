"""The public pages: search, data set, catalogues."""
