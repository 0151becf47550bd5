"""Replays: what a run received is read again from its recording, and nothing is kept but the result."""
