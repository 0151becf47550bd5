"""Enquiries: a question to a competent body without account and clock (Article 8(1) of the DGA)."""
