"""What a server, worker or harvest says in words on standard error, beside its log."""

import logging

import click

from erpd.node.logs import is_json, object_of

_LEVELS = {"Error": logging.ERROR, "Warning": logging.WARNING}


def say(text: str) -> None:
    """Say it: as it is, or as a line of the log if that is in JSON."""
    if is_json():
        kind, _, rest = text.partition(": ")
        level = _LEVELS.get(kind, logging.INFO)
        text = object_of(rest if level > logging.INFO else text, level)
    click.echo(text, err=True)
