"""Doors out for machines."""
