"""Whether the doors of a served node agree: each is read as harvesters read it, and compared."""
