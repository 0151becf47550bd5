"""What a record is. Pure: no Django, no network, and no files except its own."""
