"""Doors: the interfaces through which machines read the register."""
