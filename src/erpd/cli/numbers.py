"""Numbers on the command line."""

import click


class Whole(click.IntRange):
    """A whole number within bounds. Click would say that '80x' "is not a valid integer range"."""

    name = "integer"
