"""Settings, addresses, wsgi: the only reader of the environment and of node.toml."""
