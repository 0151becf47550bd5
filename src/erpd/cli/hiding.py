"""Secrets among the arguments, which every user of the machine can read in its list of processes."""

import os
import sys

# Option -> variable that says the same, and that only the owner of the process can read.
SECRETS = {
    f"--{name}": f"ERPD_SOURCE_{name.upper()}" for name in ("password", "header", "bearer", "parameters")
}


def hide() -> None:
    """Start this program again, with its secrets in variables, if there are any among its arguments."""
    arguments, secrets = parted(sys.argv[1:])
    if secrets:
        before = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv) + 1]
        os.execve(sys.executable, [*before, *arguments], _with(secrets))  # noqa: S606


def _with(secrets: dict[str, str]) -> dict[str, str]:
    """The environment with these; what is given as an argument is not also read from a file."""
    files = {f"{name}_FILE" for name in secrets}
    return {name: value for name, value in os.environ.items() if name not in files} | secrets


def parted(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """The other arguments, and the secrets by the names of their variables."""
    left: list[str] = []
    secrets: dict[str, str] = {}
    coming = iter(arguments)
    for argument in coming:
        name, sign, value = argument.partition("=")
        given = value if sign else next(coming, None) if name in SECRETS else None
        if name in SECRETS and given is not None:
            secrets[SECRETS[name]] = given
        else:
            left.append(argument)
    return left, secrets
