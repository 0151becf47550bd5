"""What harvesting does in child processes (erpd.sources.children). No Django."""
