"""The sources of a node as a file that people keep in git: written, compared and applied."""
