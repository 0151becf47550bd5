"""A rehearsal: what a source offers, and whether it is ready to be harvested. Nothing is kept."""
