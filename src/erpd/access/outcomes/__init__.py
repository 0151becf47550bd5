"""How requests end: estimates, decisions, grants, lines of the public register. Rules and verbs."""
