"""The operators' desk: what waits for a decision, owners, mail, organisations, people, audit."""
