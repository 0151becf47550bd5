"""Harvesting: from a source into the register, run by run, with a ledger that adds up."""
