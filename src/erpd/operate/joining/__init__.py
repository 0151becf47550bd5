"""A point asks to be harvested: the checklist (G6.1), the request and how it goes on (G6.2)."""
