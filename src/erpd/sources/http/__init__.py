"""The only HTTP client: guarded addresses, bounded answers, failures in plain words."""
