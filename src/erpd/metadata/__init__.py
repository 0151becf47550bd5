"""What a record is. Pure: no Django, no network, no files but its own."""
