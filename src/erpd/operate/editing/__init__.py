"""What a source is set to: changed at a form, added, or taken from a file, all through the same door."""
