"""Without a node: files and addresses read, checked and converted. No Django, no home, no database."""
