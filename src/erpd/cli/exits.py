"""The exit codes of all commands, and the errors that end a command with one of them."""

from enum import IntEnum

import click


class Exit(IntEnum):
    """How a command ended, for scripts."""

    FINE = 0
    FAILED = 1
    WRONG_USE = 2  # Click's own
    UNREAD = 3
    BUSY = 4
    HELD = 5


# What `erpd --help` and docs/commands.md say.
MEANINGS = {
    Exit.FINE: "fine",
    Exit.FAILED: "findings, or it failed",
    Exit.WRONG_USE: "wrong use: a command, option, file of settings or home that is not right",
    Exit.UNREAD: "what should be read cannot be read, or not be reached (a harvest that fails ends with 1)",
    Exit.BUSY: "busy: another process harvests this source, or writes to the database; try again later",
    Exit.HELD: "deletions wait for your approval; a harvest has done the rest",
}


class Failed(click.ClickException):
    """What went wrong, and what to do about it, which programs read apart from each other."""

    exit_code = Exit.FAILED

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    def format_message(self) -> str:
        return f"{self.message} {self.advice}".rstrip()


class Unread(Failed):
    """What a command should read cannot be read, or not be reached."""

    exit_code = Exit.UNREAD


class Busy(Failed):
    """Another process has it."""

    exit_code = Exit.BUSY


class Held(Failed):
    """A person has to say that deletions are right."""

    exit_code = Exit.HELD
