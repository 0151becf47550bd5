"""The node: settings, URLs, WSGI. Only this floor reads the environment and node.toml."""
