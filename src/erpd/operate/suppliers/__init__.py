"""The page of those who run a source: a secret link opens it, without an account."""
