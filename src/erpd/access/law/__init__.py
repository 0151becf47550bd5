"""The law as dated data: which act sets a limit of time, for which data, since when, and when it ends."""
