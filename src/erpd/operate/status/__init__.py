"""The public status page: how each source is, for everybody. Only what nobody minds is here."""
