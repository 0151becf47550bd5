"""What happens to a request: who may do what in which state, and the verbs that do it."""
