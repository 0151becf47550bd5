"""``/check``: everybody can have a record or a catalogue checked, without an account. Nothing is stored."""
