"""Both ends of the European Register for Protected Data held by the Public Sector."""

__version__ = "0.1.0"
