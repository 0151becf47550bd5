"""The pages on which people ask for access, and see what becomes of it."""
