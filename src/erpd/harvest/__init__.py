"""One run: from a source into the register, with a ledger that adds up."""
