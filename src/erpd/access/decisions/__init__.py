"""The public register of decisions about requests for access, and its figures."""
