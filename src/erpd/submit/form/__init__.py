"""The form "Register a data set": the JSON of the delivery API, typed into fields. It knows nothing of RDF.

``formats/delivery/fields.py`` says which fields there are; the catalogue's profile, what it asks of them.
"""
