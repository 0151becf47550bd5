"""The letter that tells a decision: written once, kept as JSON, shown as a page and as a PDF."""
