"""Rehearsals for everybody: one web address in, and what a harvest of it would meet."""
